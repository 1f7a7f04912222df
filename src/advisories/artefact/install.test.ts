import { hash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
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
  type Signer,
} from '../../../test/support/artefacts.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { openAdvisories } from '../database.ts';
import { SCHEMA_VERSION } from '../schema.ts';
import { loadSqlite } from '../sqlite.ts';
import { writeHead } from './artefact-file.ts';
import { readProvenance } from './installed.ts';
import type { Manifest } from './manifest.ts';

let signer: Signer;
let stranger: Signer;
let source: string;
/** Signed, of version `day(1)`. */
let artefact: string;
let manifest: Manifest;

beforeAll(async () => {
  signer = makeSigner();
  stranger = makeSigner();
  source = await makeDatabase();
  ({ file: artefact, manifest } = await exportTo(source, signer));
});

function newTarget(): string {
  return path.join(temporaryFolder(), 'cache', 'advisories.db');
}

/** What is beside a database: nothing may be left there. */
function beside(file: string): string[] {
  return readdirSync(path.dirname(file)).filter((name) => name !== path.basename(file));
}

/** An artefact with another manifest, signed again. */
function resigned(change: Partial<Manifest>, by: Signer = signer, payload = payloadOf(artefact)): string {
  return writeTemporary('again.drydock', Buffer.concat([writeHead({ ...manifest, ...change }, by.key), payload]));
}

function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

function payloadOf(file: string): Buffer {
  const bytes = bytesOf(file);
  return bytes.subarray(bytes.length - manifest.payload.size);
}

describe('installAdvisories', () => {
  it('puts the database of an artefact in place, which then is asked like any other', async () => {
    const target = newTarget();
    const summary = await install(artefact, target, signer);
    expect(summary).toMatchObject({ status: 'installed', key: signer.trusted.id, manifest: { version: 1767225600 } });
    expect(await recordsOf(target)).toEqual(await recordsOf(source));
    expect(await readProvenance(target)).toMatchObject({ version: 1767225600, key: signer.trusted.id });
    expect(beside(target)).toEqual([]);
  });

  it('does nothing when the database in use is that one, but believes it for as long as the newer artefact says', async () => {
    const target = newTarget();
    await install(artefact, target, signer);
    const before = statSync(target).ino;
    const { file } = await exportTo(source, signer, { now: day(9) });
    expect(await install(file, target, signer, { now: day(9) })).toMatchObject({ status: 'unchanged' });
    expect(await readProvenance(target)).toMatchObject({
      created: day(9).toISOString(),
      expires: day(23).toISOString(),
    });
    // The older one may not shorten it again.
    expect(await install(artefact, target, signer, { now: day(9) })).toMatchObject({ status: 'unchanged' });
    expect(await readProvenance(target)).toMatchObject({ expires: day(23).toISOString() });
    expect(statSync(target).ino).toBe(before);
  });

  it('keeps what feeds brought since, and takes the next artefact', async () => {
    const target = newTarget();
    await install(artefact, target, signer);
    await fillDatabase(target, manyAdvisories(5), day(3));
    expect(await readProvenance(target)).toMatchObject({ updatedSince: true });
    expect(await install(artefact, target, signer)).toMatchObject({ status: 'unchanged' });
    expect(await recordsOf(target)).toHaveLength(5);
    const next = await exportTo(await makeDatabase(7, day(4)), signer, { now: day(4) });
    expect(await install(next.file, target, signer, { now: day(4) })).toMatchObject({ status: 'installed' });
    expect(await recordsOf(target)).toHaveLength(7);
  });

  it('replaces a database that cannot be used, with what is left beside it', async () => {
    const target = newTarget();
    mkdirSync(path.dirname(target));
    for (const suffix of ['', '-wal', '-journal']) writeFileSync(`${target}${suffix}`, 'x'.repeat(5000));
    await install(artefact, target, signer);
    expect(await recordsOf(target)).toHaveLength(3);
    expect(beside(target)).toEqual([]);
  });

  it('removes what killed processes left, and not what a running one has', async () => {
    const target = newTarget();
    mkdirSync(path.dirname(target));
    const names = ['importing-99999999', 'importing-99999999-delta', 'building-99999999-wal', 'other-99999999'];
    for (const name of [...names, `importing-${process.ppid}`]) writeFileSync(`${target}.${name}`, 'x');
    await install(artefact, target, signer);
    expect(beside(target).sort()).toEqual([`advisories.db.importing-${process.ppid}`, 'advisories.db.other-99999999']);
  });

  it('removes what one left that was killed when its database was in place already', async () => {
    const target = path.join(temporaryFolder(), 'advisories.db');
    await install(artefact, target, signer);
    writeFileSync(`${target}.importing-99999999-delta`, 'x');

    expect(await install(artefact, target, signer)).toMatchObject({ status: 'unchanged' });
    expect(beside(target)).toEqual([]);
  });

  it('takes what nobody signed where that is wanted, and says so', async () => {
    const { file } = await exportTo(source, undefined);
    const target = newTarget();
    const trust = { keys: [signer.trusted], allowUnsigned: true };
    expect(await install(file, target, undefined, { trust })).not.toHaveProperty('key');
    expect(await readProvenance(target)).not.toHaveProperty('key');
  });

  it('believes any of the keys that are trusted', async () => {
    const trust = { keys: [stranger.trusted, signer.trusted] };
    expect(await install(artefact, newTarget(), undefined, { trust })).toMatchObject({ key: signer.trusted.id });
  });

  it.each<[string, () => Promise<readonly [file: string, more?: Parameters<typeof install>[3]]>, RegExp]>([
    ['nothing', async () => [writeTemporary('a', '')], /it ends before its payload/],
    ['another file', async () => [writeTemporary('a', 'x'.repeat(500))], /it is no advisory database of Drydock/],
    ['a foreign key', async () => [resigned({}, stranger)], /its signature is of none of the keys that are trusted/],
    ['no trusted key', async () => [artefact, { trust: { keys: [] } }], /no key is trusted \(--db-key FILE\)/],
    [
      'a foreign key, though unsigned ones are taken',
      async () => [artefact, { trust: { keys: [], allowUnsigned: true } }],
      /it is signed, and no key is trusted/,
    ],
    ['no signature', async () => [(await exportTo(source, undefined)).file], /it is not signed/],
    [
      'an end that has passed',
      async () => [artefact, { now: day(15) }],
      /to be believed until 2026-01-15.*--allow-exp/,
    ],
    ['a day to come', async () => [resigned({ created: day(4).toISOString() })], /which is to come: a clock is wrong/],
    ['newer tables', async () => [resigned({ schema: SCHEMA_VERSION + 1 })], /Update Drydock/],
    ['older tables', async () => [resigned({ schema: 1 })], /Ask its publisher for a newer one/],
    ['another format', async () => [resigned({ format: 2 as 1 })], /of the format 2, and 1 is what this version/],
    [
      'a payload that grows beyond what it says',
      async () => [resigned({ payload: { ...manifest.payload, uncompressed: 1000 } })],
      /its payload is larger than it says/,
    ],
    [
      'a payload that ends before what it says',
      async () => [resigned({ payload: { ...manifest.payload, uncompressed: 10_000_000 } })],
      /its payload is smaller than it says/,
    ],
    [
      'more than may be unpacked',
      async () => [artefact, { maximumBytes: 1000 }],
      /its payload would have \d+ bytes, and 1000 are allowed/,
    ],
    [
      'a bomb that owns up to it',
      async () => [resigned({ payload: { ...manifest.payload, uncompressed: 10_000_000_000 } })],
      /are to become 10000000000, which no database does/,
    ],
    ['bytes behind its payload', async () => [appended()], /more or fewer bytes than it says/],
    [
      'a payload that is no database',
      async () => [withPayload(zstdCompressSync(Buffer.alloc(9000, 'x')), 9000)],
      /is no advisory data/,
    ],
    [
      'a payload that is not compressed',
      async () => [withPayload(Buffer.alloc(9000, 'x'), 9000)],
      /its payload is damaged/,
    ],
    ['an empty payload', async () => [withPayload(Buffer.alloc(0), 0)], /it has no payload/],
    ['a delta with nothing to apply it to', async () => [await anyDelta()], /there is no database that it could be/],
  ])('refuses %s, and leaves nothing', async (_, make, words) => {
    const [file, more] = await make();
    const target = newTarget();
    const attempt = install(file, target, signer, more);
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code: 'advisories.refused' }));
    await expect(attempt).rejects.toThrow(words);
    expect(existsSync(target) || (existsSync(path.dirname(target)) && beside(target).length > 0)).toBe(false);
  });

  function withPayload(payload: Buffer, uncompressed: number, by: Signer | undefined = signer): string {
    const digest = sha256(payload);
    const head = writeHead({ ...manifest, payload: { digest, size: payload.length, uncompressed } }, by?.key);
    return writeTemporary('other.drydock', Buffer.concat([head, payload]));
  }

  function appended(): string {
    return writeTemporary('long.drydock', Buffer.concat([bytesOf(artefact), Buffer.from('x')]));
  }

  async function anyDelta(): Promise<string> {
    const later = await makeDatabase(4, day(2));
    return (await exportTo(later, signer, { since: source, now: day(2) })).file;
  }

  it.each<[string, string]>([
    ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM advisory; END'],
    ['a view', 'CREATE VIEW v AS SELECT 1'],
    ['a table more', 'CREATE TABLE more (a)'],
    ['a table less', 'DROP TABLE frozen'],
  ])('refuses a database with %s', async (_, sql) => {
    const { DatabaseSync } = await loadSqlite();
    const odd = path.join(temporaryFolder(), 'odd.db');
    const origin = new DatabaseSync(source);
    origin.prepare('VACUUM INTO ?').run(odd);
    origin.close();
    const database = new DatabaseSync(odd);
    database.exec(sql);
    database.close();
    const bytes = readFileSync(odd);
    const file = withPayload(zstdCompressSync(bytes), bytes.length);
    await expect(install(file, newTarget(), signer)).rejects.toThrow(/other tables than those of Drydock/);
  });

  it('looks into the pages of what nobody signed', async () => {
    const bytes = readFileSync(source);
    bytes.fill(0xff, 4096 * 3 + 8, 4096 * 12);
    const head = { ...manifest, payload: { ...manifest.payload } };
    const payload = zstdCompressSync(bytes);
    const digest = sha256(payload);
    const file = writeTemporary(
      'damaged.drydock',
      Buffer.concat([
        writeHead({ ...head, payload: { digest, size: payload.length, uncompressed: bytes.length } }, undefined),
        payload,
      ]),
    );
    const attempt = install(file, newTarget(), undefined, { trust: { keys: [], allowUnsigned: true } });
    await expect(attempt).rejects.toThrow(/was refused: its (?:database is damaged|payload is no advisory database)/);
  });

  describe('with a database in use', () => {
    it.each<[string, () => Promise<readonly [string, Parameters<typeof install>[3]?]>, RegExp]>([
      ['an older one', async () => [artefact], /its version 1767225600 is older than 1767571200, which is in use/],
      [
        'what nobody signed',
        async () => [
          (await exportTo(await makeDatabase(9, day(6)), undefined)).file,
          { trust: { keys: [], allowUnsigned: true } },
        ],
        /the database in use is signed by [0-9a-f]{16}, and it is not signed \(--force\)/,
      ],
      [
        'a delta of another one',
        async () => [await anyDeltaOfOther()],
        /a delta of another database than the one in use/,
      ],
      [
        'a delta that leads elsewhere',
        async () => {
          const { file, manifest: own } = await exportTo(await makeDatabase(6, day(6)), signer, {
            since: later,
            now: day(6),
          });
          const payload = bytesOf(file).subarray(-own.payload.size);
          const head = writeHead({ ...own, content: '0'.repeat(64) }, signer.key);
          return [writeTemporary('lie.drydock', Buffer.concat([head, payload])), { now: day(6) }];
        },
        /it does not lead to the database that it names/,
      ],
      [
        'a delta whose payload is none',
        async () => {
          const { manifest: own } = await exportTo(await makeDatabase(6, day(6)), signer, {
            since: later,
            now: day(6),
          });
          const payload = zstdCompressSync(Buffer.from('T\x02nonsense that is no patch set'));
          const described = { digest: sha256(payload), size: payload.length, uncompressed: 31 };
          const head = writeHead({ ...own, payload: described }, signer.key);
          return [writeTemporary('lie.drydock', Buffer.concat([head, payload])), { now: day(6) }];
        },
        /it (?:cannot be applied|does not lead)/,
      ],
    ])('refuses %s, and the one in use stays', async (_, make, words) => {
      const target = newTarget();
      later = await makeDatabase(5, day(5));
      await install((await exportTo(later, signer, { now: day(5) })).file, target, signer, { now: day(5) });
      const before = readFileSync(target);
      const [file, more] = await make();
      const attempt = install(file, target, signer, more);
      await expect(attempt).rejects.toThrow(words);
      await expect(attempt).rejects.toThrow(/ The database in use stays\.$/);
      expect(readFileSync(target).equals(before)).toBe(true);
      expect(beside(target)).toEqual([]);
    });

    let later: string;

    async function anyDeltaOfOther(): Promise<string> {
      return (await exportTo(await makeDatabase(8, day(6)), signer, { since: source })).file;
    }

    it('goes back where that is wanted', async () => {
      const target = newTarget();
      const newer = await exportTo(await makeDatabase(5, day(5)), signer, { now: day(5) });
      await install(newer.file, target, signer, { now: day(5) });
      expect(await install(artefact, target, signer, { allowOlder: true })).toMatchObject({ status: 'installed' });
      expect(await recordsOf(target)).toHaveLength(3);
    });

    it('takes an expired one where that is wanted', async () => {
      expect(await install(artefact, newTarget(), signer, { now: day(100), allowExpired: true })).toMatchObject({
        status: 'installed',
      });
    });

    it('goes on answering whoever reads it', async () => {
      const target = newTarget();
      await install(artefact, target, signer);
      const reader = await openAdvisories(target);
      const newer = await exportTo(await makeDatabase(5, day(5)), signer, { now: day(5) });
      await install(newer.file, target, signer, { now: day(5) });
      expect([...reader.records()]).toHaveLength(3);
      reader.close();
      expect(await recordsOf(target)).toHaveLength(5);
    });
  });

  it('refuses an artefact of which any byte was changed', async () => {
    const bytes = bytesOf(artefact);
    const target = newTarget();
    const head = bytes.length - manifest.payload.size;
    const position = fc.oneof(fc.integer({ min: 0, max: head - 1 }), fc.integer({ min: 0, max: bytes.length - 1 }));
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, by, allowUnsigned) => {
        const spoilt = Buffer.from(bytes);
        spoilt[at] = spoilt[at]! ^ by;
        const file = writeTemporary('spoilt.drydock', spoilt);
        const trust = { keys: [signer.trusted], allowUnsigned };
        const attempt = install(file, target, signer, { trust });
        await expect(attempt).rejects.toThrow(expect.objectContaining({ code: 'advisories.refused' }));
        rmSync(file);
      }),
      { numRuns: 300 },
    );
    expect(existsSync(target)).toBe(false);
  });

  it('refuses an artefact that ends anywhere', async () => {
    const bytes = bytesOf(artefact);
    const target = newTarget();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        const file = writeTemporary('short.drydock', bytes.subarray(0, length));
        await expect(install(file, target, signer)).rejects.toThrow(/^.* was refused: it (?:ends|has)/);
      }),
      { numRuns: 100 },
    );
  });

  it('says when it cannot be read, and when the folder cannot be written', async () => {
    await expect(install('/nowhere/a', newTarget(), signer)).rejects.toThrow(/^\/nowhere\/a cannot be read/);
    const below = path.join(writeTemporary('file', ''), 'advisories.db');
    await expect(install(artefact, below, signer)).rejects.toThrow(
      expect.objectContaining({ code: 'advisories.not-writable' }),
    );
  });

  it.skipIf(!existsSync('/dev/full'))('says when there is no room', async () => {
    // The file that is written stands for a full disk.
    const target = newTarget();
    mkdirSync(path.dirname(target));
    symlinkSync('/dev/full', `${target}.importing-${process.pid}`);
    await expect(install(artefact, target, signer)).rejects.toThrow(/^There is no room left to write the advisory dat/);
  });

  it('stops when it is told to', async () => {
    const target = newTarget();
    await expect(install(artefact, target, signer, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(existsSync(target)).toBe(false);
    expect(beside(target)).toEqual([]);
  });
});
