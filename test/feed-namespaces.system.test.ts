import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folderFiles } from '../src/advisories/folder.ts';
import { ecosystems } from '../src/ecosystems/index.ts';
import { advisoryStates } from '../src/model/advisory.ts';
import { askedBy } from './support/asked-namespaces.ts';
import { hasShared, sharedAbsent, sharedPath } from './support/shared.ts';

/** Releases that data speaks of and no image is of, or only with packages of a kind of their own. */
const notAsked: readonly (readonly [namespaces: RegExp, why: string])[] = [
  [/^debian:(?:2\.2|3\.0|3\.1|4|5)$/, 'archived before there were images'],
  [/^ubuntu:(?:\d|10|11)\.\d\d$/, 'archived before there were images'],
  [
    /^ubuntu-pro:(?:fips(?:-updates|-preview)?|ros-esm|realtime|bluefield):/,
    'asked for packages of such a build alone',
  ],
];

const feeds = ecosystems.flatMap((ecosystem) => ecosystem.feeds.map((feed) => ({ ecosystem, feed, name: feed.name })));

describe.skipIf(!hasShared)(`a feed, in real data${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each(feeds)('$name writes only namespaces that its ecosystem asks for', async ({ ecosystem, feed }) => {
    const asked = askedBy(ecosystem);
    const states = new Set<string>(advisoryStates);
    const unasked = new Set<string>();
    const keys = new Set<string>();
    // Collected and looked at once: an expectation for each of a million ranges takes longer than to read them.
    const wrong: string[] = [];
    const folder = sharedPath(`feeds/${feed.folder}`);
    if (!existsSync(folder)) return;
    for await (const event of feed.read(folderFiles(folder))) {
      if (event.type !== 'upsert') continue;
      const { key, affected } = event.advisory;
      if (keys.has(key)) wrong.push(`${key}: twice`);
      keys.add(key);
      for (const { namespace, state, ranges } of affected) {
        if (!asked.has(namespace)) unasked.add(namespace);
        if (!states.has(state)) wrong.push(`${key}: ${state} is no state`);
        // Pitfall 8: nothing is below 0.
        if (ranges.some(({ fixed }) => fixed === '0')) wrong.push(`${key}: a range below 0`);
      }
    }
    expect(wrong).toEqual([]);
    expect([...unasked].filter((name) => !notAsked.some(([known]) => known.test(name)))).toEqual([]);
  });
});
