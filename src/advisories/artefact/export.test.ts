import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  day,
  exportTo,
  fillDatabase,
  install,
  makeDatabase,
  makeSigner,
  manyAdvisories,
  recordsOf,
} from '../../../test/support/artefacts.ts';
import { fakeFeed, tellAll } from '../../../test/support/fake-feed.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { offlineDialer } from '../../net/dial.ts';
import { openForReading } from '../sqlite.ts';
import { buildAdvisories } from '../update.ts';
import { AdvisoryWriter } from '../writer.ts';
import { contentDigest } from './content-digest.ts';

const signer = makeSigner();

async function contentOf(file: string): Promise<string> {
  const database = await openForReading(file);
  try {
    return contentDigest(database);
  } finally {
    database.close();
  }
}

describe('exportAdvisories', () => {
  it('describes the database in the manifest', async () => {
    const source = await makeDatabase(3, day(4));
    const { file, manifest } = await exportTo(source, signer, { now: day(5), days: 3 });
    expect(manifest).toMatchObject({
      format: 1,
      kind: 'whole',
      version: day(4).getTime() / 1000,
      created: day(5).toISOString(),
      expires: day(8).toISOString(),
      generation: 1,
      content: await contentOf(source),
      feeds: [{ name: 'debian', records: 3, updatedAt: day(4).toISOString() }],
    });
    expect(bytesOf(file).subarray(0, 8).toString()).toBe('DRYDOCKA');
    expect(bytesOf(file).length).toBe(12 + bytesOf(file).readUInt32BE(8) + 64 + manifest.payload.size);
  });

  it('gives equal bytes for two builds of the same feeds, whichever was named first', async () => {
    const feeds = [
      fakeFeed('debian', () => tellAll(manyAdvisories(50))),
      fakeFeed('epss', () => tellAll(manyAdvisories(20))),
    ];
    const files: Buffer[] = [];
    for (let i = 0; i < 2; i++) {
      const database = path.join(temporaryFolder(), 'built.db');
      await buildAdvisories({ path: database, feeds, dialer: offlineDialer(), now: day(3) });
      files.push(bytesOf((await exportTo(database, signer)).file));
    }
    expect(files[0]!.equals(files[1]!)).toBe(true);
  });

  it('gives equal bytes for a database and for one that was installed from it', async () => {
    const source = await makeDatabase(30);
    const first = await exportTo(source, signer);
    const target = path.join(temporaryFolder(), 'advisories.db');
    await install(first.file, target, signer);
    expect(bytesOf((await exportTo(target, signer)).file).equals(bytesOf(first.file))).toBe(true);
  });

  it('has what is in the log of a database that is being updated', async () => {
    const source = await makeDatabase(3);
    const writer = await AdvisoryWriter.open(source);
    const transaction = await writer.begin(
      fakeFeed('other', () => []),
      day(2),
    );
    for (const event of tellAll(manyAdvisories(4))) transaction.apply(event);
    transaction.commit();
    expect(statSync(`${source}-wal`).size).toBeGreaterThan(0);
    const { manifest } = await exportTo(source, signer);
    writer.close();
    expect(manifest.feeds.map(({ name, records }) => [name, records])).toEqual([
      ['debian', 3],
      ['other', 4],
    ]);
  });

  it('leaves nothing but the artefact, and takes away what a killed export left', async () => {
    const output = path.join(temporaryFolder(), 'a.drydock');
    for (const kind of ['database', 'payload', 'whole', 'delta']) writeFileSync(`${output}.${kind}-99999999`, 'x');
    await exportTo(await makeDatabase(), signer, { output });
    expect(readdirSync(path.dirname(output))).toEqual(['a.drydock']);
  });

  it.each<[string, (file: string) => void, RegExp]>([
    ['a folder', (file) => mkdirSync(file), /cannot be written \(EISDIR\)/],
    ['a full disk', (file) => symlinkSync('/dev/full', `${file}.payload-${process.pid}`), /^There is no room left/],
  ])('says why it cannot write to %s, and keeps what was there', async (_, prepare, words) => {
    const output = path.join(temporaryFolder(), 'a.drydock');
    prepare(output);
    await expect(exportTo(await makeDatabase(), signer, { output })).rejects.toThrow(words);
    expect(readdirSync(path.dirname(output)).filter((name) => name !== 'a.drydock')).toEqual([]);
  });

  it('has nothing to hand on of a database without data', async () => {
    const empty = path.join(temporaryFolder(), 'a.db');
    (await AdvisoryWriter.open(empty)).close();
    await expect(exportTo(empty, signer)).rejects.toThrow(/is empty: there is nothing to hand on/);
    await expect(exportTo(`${empty}x`, signer)).rejects.toThrow(/There is no advisory database at/);
  });
});

describe('a delta', () => {
  /** An earlier and a later database: records come, change and go, and all scores are others. */
  async function twoDays(count: number, scored: number) {
    const earlier = path.join(temporaryFolder(), 'a.db');
    await fillDatabase(earlier, manyAdvisories(count), day(1), scored);
    const later = path.join(temporaryFolder(), 'a.db');
    writeFileSync(later, readFileSync(earlier));
    const changed = manyAdvisories(count + 5)
      .map((one, i) => (i % 50 === 7 ? { ...one, severity: 'low' as const } : one))
      .filter((_, i) => i % 100 !== 3);
    await fillDatabase(later, changed, day(2), scored);
    return { earlier, later };
  }

  it('leads from one database to the next, in all that they say', async () => {
    const { earlier, later } = await twoDays(400, 3000);
    const target = path.join(temporaryFolder(), 'advisories.db');
    await install((await exportTo(earlier, signer)).file, target, signer);
    const whole = await exportTo(later, signer, { now: day(2) });
    const delta = await exportTo(later, signer, { now: day(2), since: earlier });
    expect(delta.manifest).toMatchObject({
      kind: 'delta',
      content: whole.manifest.content,
      base: { version: day(1).getTime() / 1000, content: await contentOf(earlier) },
    });
    expect(await install(delta.file, target, signer)).toMatchObject({ status: 'installed' });
    expect(await contentOf(target)).toBe(await contentOf(later));
    expect(await recordsOf(target)).toEqual(await recordsOf(later));
    expect(await install(whole.file, target, signer)).toMatchObject({ status: 'unchanged' });
  });

  it('is the same from an installed database as from the one it was made of', async () => {
    const { earlier, later } = await twoDays(60, 0);
    const target = path.join(temporaryFolder(), 'advisories.db');
    await install((await exportTo(earlier, signer)).file, target, signer);
    const [one, other] = [earlier, target].map((since) => exportTo(later, signer, { now: day(2), since }));
    expect(bytesOf((await one!).file).equals(bytesOf((await other!).file))).toBe(true);
  });

  it('applies to a database whose last words are still in its log', async () => {
    const { earlier, later } = await twoDays(60, 0);
    const target = path.join(temporaryFolder(), 'advisories.db');
    await install((await exportTo(earlier, signer)).file, target, signer);
    const delta = await exportTo(later, signer, { now: day(2), since: earlier });
    // A reader that stays while somebody updates keeps the log from being taken in.
    const writer = await AdvisoryWriter.open(target);
    const reader = await openForReading(target);
    reader.prepare('SELECT count(*) FROM meta').get();
    writer.close();
    expect(existsSync(`${target}-wal`)).toBe(true);
    const attempt = install(delta.file, target, signer, { waitMs: 300 });
    await expect(attempt).rejects.toThrow(/Another process is updating/);
    reader.close();
    expect(await install(delta.file, target, signer)).toMatchObject({ status: 'installed' });
    expect(existsSync(`${target}-wal`)).toBe(false);
    expect(await contentOf(target)).toBe(await contentOf(later));
  });

  it('does not apply to a database that was updated since', async () => {
    const { earlier, later } = await twoDays(60, 0);
    const target = path.join(temporaryFolder(), 'advisories.db');
    await install((await exportTo(earlier, signer)).file, target, signer);
    await fillDatabase(target, manyAdvisories(61), day(2));
    const delta = await exportTo(later, signer, { now: day(2), since: earlier });
    await expect(install(delta.file, target, signer)).rejects.toThrow(/a delta of another database/);
  });
});

it('has a higher version after an update that found nothing new, since that is worth knowing', async () => {
  const source = await makeDatabase(3, day(1));
  const first = await exportTo(source, signer);
  await fillDatabase(source, manyAdvisories(3), day(2));
  const second = await exportTo(source, signer, { now: day(2), since: first.file });
  expect([first.manifest.version, second.manifest.version]).toEqual([1, 2].map((n) => day(n).getTime() / 1000));
  expect(second.manifest.generation).toBe(first.manifest.generation);
  const target = path.join(temporaryFolder(), 'advisories.db');
  await install(first.file, target, signer);
  expect(await install(second.file, target, signer)).toMatchObject({ status: 'installed' });
  await expect(install(first.file, target, signer)).rejects.toThrow(/is older than/);
});

it.each<[string, () => Promise<string> | string, RegExp]>([
  [
    'is a delta',
    async () => {
      const source = await makeDatabase(3);
      return (await exportTo(await makeDatabase(4, day(2)), signer, { since: source })).file;
    },
    /was refused: it is a delta itself/,
  ],
  [
    'somebody else signed',
    async () => (await exportTo(await makeDatabase(3), makeSigner())).file,
    /of none of the keys/,
  ],
  ['is not there', () => '/nowhere/a.drydock', /There is no earlier database \/nowhere\/a\.drydock/],
])('makes no delta from what %s', async (_, since, words) => {
  const source = await makeDatabase(3);
  await expect(exportTo(source, signer, { since: await since() })).rejects.toThrow(words);
});
