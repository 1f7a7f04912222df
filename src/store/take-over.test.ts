import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { advisoriesIn, fakeFeed, plainAdvisory, tellAll } from '../../test/support/fake-feed.ts';
import { projectRoot } from '../../test/support/run.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { openAdvisories } from '../advisories/database.ts';
import { runFeed } from '../advisories/feed-run.ts';
import { AdvisoryWriter } from '../advisories/writer.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Advisory } from '../model/advisory.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';
import { takeOver } from './take-over.ts';

let store: Store;
let file: string;
let storeFile: string;

beforeEach(async () => {
  file = path.join(temporaryFolder(), 'advisories.db');
  storeFile = path.join(temporaryFolder(), 'store.db');
  store = await openStore({ ecosystems, url: storeFile });
});
afterEach(async () => {
  await store.close();
});

async function tell(advisories: readonly Advisory[], historyDays = 90): Promise<void> {
  const writer = await AdvisoryWriter.open(file);
  try {
    const events = async function* () {
      yield* tellAll(advisories);
    };
    const outcome = await runFeed(
      writer,
      fakeFeed('feed', () => []),
      events,
      {
        now: new Date(),
        progress: { report() {} },
        historyDays,
      },
    );
    if (outcome.error !== undefined) throw outcome.error;
  } finally {
    writer.close();
  }
}

async function take() {
  const database = await openAdvisories(file);
  try {
    return await takeOver(database, store);
  } finally {
    database.close();
  }
}

const names = async () => (await store.vulnerabilities.list('debian:12', 0, 10_000))!.map(({ name }) => name).sort();
const [a, b, c] = ['2024-0001', '2024-0002', '2024-0003'].map((key) => plainAdvisory(key)) as [
  Advisory,
  Advisory,
  Advisory,
];

describe('takeOver', () => {
  it('loads everything the first time and tells nobody, then what changed and tells', async () => {
    await tell([a, b]);
    expect(await take()).toMatchObject({ advisories: 2, vulnerabilities: 2, notifications: 0 });
    await tell([{ ...a, severity: 'low' }, c]);
    expect(await take()).toMatchObject({ advisories: 3, vulnerabilities: 3, notifications: 3 });
    expect(await names()).toEqual([a.id, c.id]);
    expect(await store.advisories.generation()).toBe(2);
  });

  it('does nothing where there is nothing new', async () => {
    await tell([a]);
    await take();
    expect(await take()).toBeUndefined();
  });

  it.each([
    ['a database that was made anew, with fewer generations', 0],
    ['a database that was made anew, with as many', 1],
    ['a database that was made anew, with more', 2],
  ])('compares all records with those of %s', async (_, more) => {
    await tell([a]);
    await tell([a, b]);
    await take();
    file = path.join(temporaryFolder(), 'another.db');
    await sleep(2);
    await tell([c]);
    for (let n = 0; n < more; n++) await tell([c, ...advisoriesIn(n + 1)]);
    await take();
    expect((await names()).filter((name) => !name.includes('debian'))).toEqual([c.id]);
    expect(await names()).toHaveLength(1 + more);
    expect(await store.advisories.generation()).toBe(1 + more);
  });

  it('compares all records where the generation is no longer kept, and tells of what changed alone', async () => {
    await tell([a, b]);
    await take();
    await tell([a, b, c]);
    await tell([a, c], -1);
    expect(await take()).toMatchObject({ advisories: 2, vulnerabilities: 2, notifications: 2 });
    expect(await names()).toEqual([a.id, c.id]);
  });

  it('leaves the generation of before when the process is killed in the middle', async () => {
    await tell([a]);
    await take();
    await tell([a, ...advisoriesIn(3000)]);
    await store.close();
    // Tells that it is in the middle, and then writes no further: nothing of what it wrote may be seen.
    const program = `
      import { openStore } from './src/store/open.ts';
      import { openAdvisories } from './src/advisories/database.ts';
      import { takeOver } from './src/store/take-over.ts';
      const store = await openStore({ ecosystems: [], url: ${JSON.stringify(storeFile)} });
      const database = await openAdvisories(${JSON.stringify(file)});
      await takeOver(database, store, { onProgress(records) {
        if (records < 3000) return;
        process.stdout.write('middle');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      } });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await ended;
    store = await openStore({ ecosystems, url: storeFile });
    expect([await store.advisories.generation(), await names()]).toEqual([1, [a.id]]);
    await take();
    expect(await names()).toHaveLength(3001);
  });
});
