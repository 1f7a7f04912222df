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
import type { Enrichment } from '../model/enrichment.ts';
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

const scores = fakeFeed('scores', () => [], { enriches: true });

async function enrich(enrichments: readonly Enrichment[], feed = scores): Promise<void> {
  const writer = await AdvisoryWriter.open(file);
  try {
    const events = async function* () {
      for (const enrichment of enrichments) yield { type: 'enrich', enrichment } as const;
      yield { type: 'replaced', prefix: '' } as const;
    };
    const outcome = await runFeed(writer, feed, events, {
      now: new Date(),
      progress: { report() {} },
      historyDays: 90,
    });
    if (outcome.error !== undefined) throw outcome.error;
  } finally {
    writer.close();
  }
}

/** What the store says of names is what the database says of them. */
async function expectSame(asked: readonly string[]): Promise<void> {
  const database = await openAdvisories(file);
  try {
    const expected = database.enrich!(asked);
    expect(await store.advisories.enrich(asked)).toEqual(expected);
    expect(expected.flat().length).toBeGreaterThan(0);
  } finally {
    database.close();
  }
}

describe('takeOver of what enrichers say', () => {
  const rated = (name: string, score: number, source = 'nvd'): Enrichment => ({
    name,
    cvss: [{ version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score, source }],
  });
  const epss = (name: string, score: number): Enrichment => ({ name, epss: { score, date: '2024-01-01' } });
  const unknown = (key: string) => plainAdvisory(key, { severity: 'unknown' });
  const severityOf = async (name: string) => (await store.vulnerabilities.find('debian:12', name))?.severity;
  const bash = { namespace: 'debian:12', name: 'openssl', version: '1' };
  const found = async () =>
    (await store.layers.packages('layer', { vulnerabilities: true }))!.flatMap((one) =>
      one.vulnerabilities.map(({ name, severity }) => `${name} ${severity}`),
    );

  it('follows the database, by all and by what changed', async () => {
    const asked = ['2024-0001', '2024-0002', '2024-0003', '2024-9999'].map((key) => `CVE-${key}`).concat('cwe:79');
    await tell([a, b, c]);
    await enrich([rated(a.id, 5), epss(b.id, 0.5), epss(a.id, 0.25), { name: 'cwe:79', title: 'Cross-site' }]);
    await enrich(
      [rated(a.id, 7, 'cna:x')],
      fakeFeed('other', () => [], { enriches: true }),
    );
    await take();
    await expectSame(asked);
    const before = await store.advisories.generation();
    await enrich([rated(c.id, 5), epss(b.id, 0.75), epss(c.id, 0.125)]);
    await take();
    expect(await store.advisories.generation()).toBeGreaterThan(before);
    await expectSame(asked);
    // Another database, of which nothing is known.
    file = path.join(temporaryFolder(), 'advisories.db');
    await tell([a]);
    await enrich([epss(a.id, 0.5), rated(b.id, 1)]);
    await take();
    await expectSame(asked);
  });

  it('brings severities and the scores of NVD, and tells of them where they come later', async () => {
    await tell([unknown('2024-0001'), b]);
    await enrich([rated('CVE-2024-0001', 9.8)]);
    expect(await take()).toMatchObject({ notifications: 0 });
    expect(await severityOf('CVE-2024-0001')).toBe('Critical');
    // The word of the publisher decides, and the score is that of NVD.
    expect(await store.vulnerabilities.find('debian:12', b.id)).toMatchObject({ severity: 'High', metadata: '' });
    await enrich([rated('CVE-2024-0001', 9.8), rated(b.id, 4)]);
    expect(await take()).toMatchObject({ advisories: 0, vulnerabilities: 1, notifications: 1 });
    expect(await store.vulnerabilities.find('debian:12', b.id)).toMatchObject({
      severity: 'High',
      metadata: '{"NVD":{"CVSSv3":{"Score":4,"Vectors":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}}',
    });
    // Probabilities are nothing that the v1 API shows.
    await enrich([rated('CVE-2024-0001', 9.8), rated(b.id, 4), epss(b.id, 0.5)]);
    expect(await take()).toMatchObject({ vulnerabilities: 0, notifications: 0 });
  });

  it('judges again where a vulnerability is rejected, and where it is no more', async () => {
    await store.layers.insert({ name: 'layer', engineVersion: 3, packages: [bash], namespaces: [] });
    await tell([a, b]);
    await take();
    expect(await found()).toEqual([`${a.id} High`, `${b.id} High`]);
    await enrich([
      { name: a.id, rejected: { reason: 'a mistake' } },
      { name: 'cwe:79', title: 'Cross-site' },
    ]);
    await take();
    expect(await found()).toEqual([`${b.id} High`]);
    const later = { ...bash, version: '1.5' };
    await store.layers.insert({ name: 'other', engineVersion: 3, packages: [later], namespaces: [] });
    const [other] = (await store.layers.packages('other', { vulnerabilities: true }))!;
    expect(other!.vulnerabilities.map(({ name }) => name)).toEqual([b.id]);
    await enrich([{ name: 'cwe:79', title: 'Cross-site' }]);
    await take();
    expect(await found()).toEqual([`${a.id} High`, `${b.id} High`]);
  });

  it('catches up in a store that kept none, without telling anybody', async () => {
    await tell([unknown('2024-0001')]);
    await enrich([rated('CVE-2024-0001', 9.8), epss('CVE-2024-0001', 0.5)]);
    const database = await openAdvisories(file);
    try {
      // As an earlier version of Drydock took over.
      await store.advisories.apply({
        generation: database.status().generation!,
        mark: database.mark()!,
        upserts: database.records(),
        removals: [],
        notify: false,
        complete: true,
      });
    } finally {
      database.close();
    }
    expect([await store.advisories.isEnriched(), await severityOf('CVE-2024-0001')]).toEqual([false, 'Unknown']);
    expect(await take()).toMatchObject({ advisories: 0, vulnerabilities: 1, notifications: 0 });
    expect([await store.advisories.isEnriched(), await severityOf('CVE-2024-0001')]).toEqual([true, 'Critical']);
    expect(await take()).toBeUndefined();
  });
});

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
