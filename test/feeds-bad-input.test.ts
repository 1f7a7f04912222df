import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdvisories } from '../src/advisories/database.ts';
import type { FeedOutcome } from '../src/advisories/feed-run.ts';
import { updateAdvisories } from '../src/advisories/update.ts';
import { allFeeds } from '../src/cli/select-feeds.ts';
import { ecosystems } from '../src/ecosystems/index.ts';
import { FeedError, FormatError, LimitError } from '../src/errors.ts';
import type { Feed, FeedContext } from '../src/model/feed.ts';
import { networkDialer } from '../src/net/network-dialer.ts';
import { filtered, hasProgram } from './support/decompression.ts';
import { type FaultyAnswer, type FaultyMirror, startFaultyMirror } from './support/faulty-mirror.ts';
import { type SmallFeed, smallFeed } from './support/small-feeds.ts';
import { temporaryFolder } from './support/temporary.ts';
import { zip } from './support/zip.ts';

const dialer = networkDialer();
const folder = temporaryFolder();
const MiB = 1024 * 1024;
const downloadLimits = { attempts: 2, backOffMs: 1, backOffMaximumMs: 2, idleMs: 20_000, bodyBytes: 16 * MiB };

let mirror: FaultyMirror;
/** Answers with something else than data, and a place behind it. */
let elsewhere: FaultyMirror;
beforeAll(async () => {
  mirror = await startFaultyMirror();
  elsewhere = await startFaultyMirror();
});
afterAll(async () => {
  mirror.close();
  elsewhere.close();
  await dialer.close();
});

const page = '<!DOCTYPE html><html><title>Log in</title></html>';
const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3)) & 0xff));
const zeros = Buffer.alloc(96 * MiB);

/** What an address answers in place of its document. */
const faults: readonly (readonly [words: string, answer: () => FaultyAnswer])[] = [
  ['HTTP 500', () => ({ status: 500, body: 'no' })],
  ['404', () => ({ status: 404, body: 'no' })],
  ['a page', () => ({ body: page })],
  ['a page that says so', () => ({ headers: { 'content-type': 'text/html' }, body: page })],
  ['nothing', () => ({ body: '' })],
  ['a body that is cut', () => ({ part: (body) => body.subarray(0, body.length >> 1) })],
  ['a connection that breaks', () => ({ part: (body) => body.subarray(0, body.length >> 1), hangsUp: true })],
  ['noise', () => ({ body: noise })],
  ['{}', () => ({ body: '{}' })],
  ['[]', () => ({ body: '[]' })],
  ['null', () => ({ body: 'null' })],
  ['an empty element', () => ({ body: '<?xml version="1.0"?><x/>' })],
  [
    'entities',
    () => ({ body: '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]><x>&b;</x>' }),
  ],
  ['304 that nobody asked for', () => ({ status: 304 })],
  ['a redirect to a page elsewhere', () => ({ status: 302, headers: { location: `${elsewhere.url}/page` } })],
  ['a redirect to where nothing is', () => ({ status: 302, headers: { location: `${elsewhere.url}/none` } })],
  ['a redirect to another scheme', () => ({ status: 302, headers: { location: 'file:///etc/passwd' } })],
  ['a redirect in a circle', () => ({ status: 302, headers: { location: '' } })],
  ['a redirect to nowhere', () => ({ status: 302 })],
  ['gzip in gzip', () => ({ body: gzipSync(gzipSync(noise)) })],
  ['a bomb as the encoding', () => ({ headers: { 'content-encoding': 'gzip' }, body: bombs().gzip })],
  ['a gzip bomb', () => ({ body: bombs().gzip })],
  ['a zstd bomb', () => ({ body: bombs().zstd })],
  ['a zip bomb', () => ({ body: bombs().zip })],
  ...(['xz', 'bzip2'] as const)
    .filter((program) => hasProgram(program))
    .map((program) => [`a bomb of ${program}`, () => ({ body: bombs()[program] })] as const),
];

/** Answers that the download judges alone, whatever document was asked for: one of a feed stands for all. */
const ofDownloads = /^a redirect (?:to a page|to another|in a|to nowhere)|as the encoding$/;

/** Documents that are taken in any form of compression. */
const compressed = /\.(?:xml|gz|bz2|xz|zst)$/;

interface Bombs {
  readonly gzip: Buffer;
  readonly zstd: Buffer;
  readonly zip: Buffer;
  readonly xz: Buffer;
  readonly bzip2: Buffer;
}
let made: Bombs | undefined;

/** 96 MiB of zeros, more than may come of a small file, in each form. */
function bombs(): Bombs {
  made ??= {
    gzip: gzipSync(zeros, { level: 1 }),
    zstd: zstdCompressSync(zeros),
    zip: zip([
      { name: 'CVE-2024-1000.json', content: zeros },
      { name: 'a.xml', content: zeros },
    ]),
    xz: filtered('xz', ['-0'], zeros) ?? Buffer.alloc(0),
    bzip2: filtered('bzip2', ['-1'], zeros) ?? Buffer.alloc(0),
  };
  return made;
}

/**
 * Answers that are wrong and yet say nothing wrong: what is then known comes from elsewhere, or there is nothing to say.
 */
const harmless: readonly (readonly [path: RegExp, faults: RegExp, why: string])[] = [
  [/^cve-list\/.*deltaLog\.json$/, /^\[\]$/, 'a log of no changes: the archive is read'],
  [/^alpine-rejections\/community\.yaml$/, /^(?:\{\}|null)$/, 'an empty list: all of it stands in the other one'],
  [/modified_id\.csv$|D[SL]A\/list$/, /cut/, 'a list by lines does not tell where it should end'],
  [
    /\/2\/extras\/|\/aarch64\/|elsa-\d{4}\.xml/,
    /^404|where nothing is|cut/,
    'not every release, and not every year yet, has it',
  ],
];

async function run(feed: Feed, small: SmallFeed, file: string): Promise<FeedOutcome> {
  mirror.files = small.files;
  const { feeds } = await updateAdvisories({
    path: file,
    feeds: [feed],
    dialer,
    now: new Date(),
    mirror: mirror.url,
    downloadLimits,
    ...(small.namespaces !== undefined && { namespaces: small.namespaces }),
  });
  return feeds[0]!;
}

/** Records and generation of the database. */
async function holds(file: string): Promise<{ readonly records: number; readonly generation: number | undefined }> {
  const database = await openAdvisories(file);
  const { feeds, generation } = database.status();
  database.close();
  return { records: feeds[0]?.records ?? 0, generation };
}

/** One path of each kind that a feed asks for: of a document for each year the last. */
function kindsOf(paths: readonly string[]): string[] {
  return [...new Map(paths.map((one) => [one.replace(/\d+/g, '0').replace(/x86_64|aarch64/, 'arch'), one])).values()];
}

/** Databases of OSV that differ in nothing but their names: one of them stands for all. */
const languages = ecosystems
  .filter(({ detect }) => detect === undefined)
  .flatMap((one) => one.feeds)
  .filter(({ folder: place }) => place.startsWith('osv/'));
const alike = new Set(languages.filter(({ name }) => name !== 'drupal-osv').map(({ name }) => name));
const feeds = (await allFeeds()).filter(({ name }) => !alike.has(name)).map((feed) => ({ name: feed.name, feed }));

/** One reader unpacks for all feeds, and that of gzip is tried with each: the slow ones with the first few that take them. */
const unpackers = new Set(
  feeds
    .filter(({ feed }) => [...smallFeed(feed).files.keys()].some((one) => compressed.test(one)))
    .slice(0, 3)
    .map(({ name }) => name),
);
const isSlowBomb = (words: string): boolean => words.startsWith('a bomb of') || words === 'a zstd bomb';

describe.each(feeds)('$name', ({ name, feed }) => {
  const small = smallFeed(feed);
  const good = path.join(folder, `${name}.db`);
  const fresh = path.join(folder, `${name}.fresh.db`);
  const spoilt = path.join(folder, `${name}.spoilt.db`);
  let paths: readonly string[] = [];

  beforeAll(async () => {
    mirror.requests.splice(0);
    mirror.faults.clear();
    const outcome = await run(feed, small, good);
    expect(outcome).toMatchObject({ status: 'changed', notes: { count: 0 } });
    paths = kindsOf(mirror.requests.filter(({ status }) => status === 200).map((request) => request.path));
  });

  it('with nothing changed asks conditionally and reads nothing again', async () => {
    const file = path.join(folder, `${name}.settled.db`);
    copyFileSync(good, file);
    // After the first update some ask for what was modified since alone.
    await run(feed, small, file);
    mirror.requests.splice(0);
    const { status, change, notes } = await run(feed, small, file);

    expect({ status, unchanged: change?.unchanged, notes }).toEqual({
      status: 'unchanged',
      unchanged: 0,
      notes: { count: 0, first: [] },
    });
    const sent = mirror.requests.filter(({ bytes, status: code }) => code === 200 && bytes > 0);
    expect(sent.filter((request) => !unconditional.some((known) => known.test(request.path)))).toEqual([]);
    for (const { bytes } of sent) expect(bytes).toBeLessThan(1000);
    expect(mirror.requests.length).toBeGreaterThan(0);
  });

  it.each(faults.filter(([words]) => unpackers.has(name) || !isSlowBomb(words)))(
    '%s in place of any of its documents',
    async (words, answer) => {
      const before = await holds(good);
      const some = isSlowBomb(words) ? paths.filter((one) => compressed.test(one)).slice(-1) : paths;
      for (const asked of ofDownloads.test(words) ? some.slice(-1) : some) {
        mirror.faults.clear();
        mirror.faults.set(asked, answer());
        elsewhere.faults.set('page', { body: page });
        copyFileSync(good, spoilt);
        // Of another version, so that everything is read anew.
        const outcome = await run({ ...feed, version: feed.version + 1 }, small, spoilt);

        const place = `${words} in place of ${asked}`;
        expect(await holds(spoilt), place).toEqual(before);
        const isHarmless = harmless.some(([one, which]) => one.test(asked) && which.test(words));
        if (outcome.status === 'failed') {
          expect(outcome.error?.code, place).toMatch(/^feed\.(?:refused|unreachable)$/);
          expect(outcome.error?.message.length, place).toBeGreaterThan(20);
          expect(outcome.error?.message, place).not.toMatch(/undefined|\[object|is not a function|Cannot read/);
        } else if (!isHarmless) expect(outcome.notes.count, place).toBeGreaterThan(0);
      }
      mirror.faults.clear();
    },
  );

  it('of which nothing is as it should be leaves no database of nothing', async () => {
    for (const [words, answer] of faults.filter(([one]) => /^(?:404|a page|noise|\{\}|\[\]|nothing)$/.test(one))) {
      mirror.faults.clear();
      for (const asked of small.files.keys()) mirror.faults.set(asked, answer());
      const outcome = await run(feed, small, fresh);
      expect(outcome.status, words).toBe('failed');
    }
    mirror.faults.clear();
  });
});

describe('an update of all feeds', () => {
  it('in which one changed reads that one alone', async () => {
    const all = feeds.map(({ feed }) => feed);
    const file = path.join(folder, 'all.db');
    const files = new Map(all.flatMap((feed) => [...smallFeed(feed).files]));
    const update = async () =>
      await updateAdvisories({
        path: file,
        feeds: all,
        dialer,
        now: new Date(),
        mirror: mirror.url,
        downloadLimits,
        namespaces,
      });
    const namespaces = new Set(all.flatMap((feed) => [...(smallFeed(feed).namespaces ?? [])]));
    for (const one of ['amazon:1', 'wolfi', 'chainguard', 'minimos', 'bottlerocket:1', 'oracle:8', 'photon:5.0']) {
      namespaces.add(one);
    }
    mirror.files = files;
    const first = await update();
    expect(
      first.feeds.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error.message}`])),
    ).toEqual([]);
    await update();
    mirror.requests.splice(0);
    const catalogue = 'cisa-kev/known_exploited_vulnerabilities.json';
    mirror.files = new Map([
      ...files,
      [catalogue, Buffer.from(files.get(catalogue)!.toString().replace('1000', '1001'))],
    ]);

    const { feeds: outcomes } = await update();

    expect(outcomes.filter(({ status }) => status !== 'unchanged').map(({ name }) => name)).toEqual(['cisa-kev']);
    const sent = mirror.requests
      .filter(({ status, bytes }) => status === 200 && bytes > 0)
      .map((request) => request.path);
    expect(sent.filter((one) => !unconditional.some((known) => known.test(one)))).toEqual([catalogue]);
  });
});

describe('a document that is larger than any text can be', () => {
  // Pages of zeros that nobody touches are no memory.
  const huge = Buffer.alloc(540 * 1000 * 1000);

  it.each(feeds)('$name refuses it', async ({ feed }) => {
    const { namespaces } = smallFeed(feed);
    const context: FeedContext = {
      download: async () => ({ status: 'changed', body: huge, validator: 'x' }),
      ...(namespaces !== undefined && { namespaces }),
    };
    const read = async (): Promise<void> => {
      for await (const event of feed.update({}, context)) expect(event.type).not.toBe('replaced');
    };
    await expect(read()).rejects.toSatisfy(
      (error) => error instanceof FeedError || error instanceof FormatError || error instanceof LimitError,
    );
  });
});

/** Small documents that are needed whenever there is an update, since they name the others. */
const unconditional = [
  /^photon-cve\/photon_versions\.json$/,
  /^redhat-vex\/archive_latest\.txt$/,
  /^nvd\/nvdcve-2\.0-modified\.meta$/,
];
