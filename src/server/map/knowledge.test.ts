import { expect, test } from 'vitest';
import { smallReport } from '../../../test/support/small-map.ts';
import type { ImageKnowledge } from '../../model/topology.ts';
import { HostState } from './host-state.ts';
import { Knowledge, MOST_IMAGES } from './knowledge.ts';

test('images that nobody asks for any more make room for others', async () => {
  const none: ImageKnowledge = { state: 'unknown', packages: [], packagesOf: () => [], hasFile: () => false };
  const knowledge = new Knowledge({ of: async () => none });
  const host = new HostState('a');
  host.take(smallReport({ id: 'a', containers: [{ name: 'x' }] }), 0);
  const [container] = host.containers.values();
  const ask = async (image: string, now: number): Promise<ImageKnowledge | undefined> => {
    const one = { ...container!, facts: { ...container!.facts, image: { id: image, reference: image } } };
    knowledge.of(one, now);
    await Promise.resolve();
    return knowledge.of(one, now);
  };
  for (let count = 0; count < MOST_IMAGES; count++) await ask(`image-${count}`, 1000);
  expect(await ask('one more', 2000)).toBeUndefined();
  expect(await ask('image-0', 61_000)).toBe(none);
  expect(await ask('one more', 61_000)).toBe(none);
  // The one that was asked for just now is still there, without another question.
  expect(await ask('image-0', 61_000)).toBe(none);
});
