import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';

/** The day before yesterday is day 1. */
const first = Math.floor(Date.now() / 86_400_000) - 2;
const dayOf = (day: number): Date => new Date((first + day - 1) * 86_400_000);
const versionOf = (day: number): number => dayOf(day).getTime() / 1000;

let folder: string;
let feeds: string;

function tracker(count: number): string {
  const of = (i: number) => ({
    [`CVE-2099-${1000 + i}`]: {
      releases: { bookworm: { status: 'resolved', fixed_version: `1.${i}`, repositories: {} } },
    },
  });
  return JSON.stringify({ openssl: Object.assign({}, ...Array.from({ length: count }, (_, i) => of(i))) });
}

/** Runs `drydock db` in that folder; what it makes is of that day. */
async function db(day: number, ...args: string[]) {
  const environment = { SOURCE_DATE_EPOCH: String(versionOf(day)) };
  return await runDrydock(['db', ...args], { folder, environment });
}

function say(count: number, scores: number): void {
  writeFileSync(path.join(feeds, 'debian-tracker', 'tracker.json'), tracker(count));
  writeFileSync(
    path.join(feeds, 'epss', 'epss_scores-2026-01-01.csv'),
    `cve,epss,percentile\nCVE-2024-0001,0.5,0.${scores}\n`,
  );
}

beforeAll(async () => {
  folder = temporaryFolder();
  feeds = path.join(folder, 'feeds');
  for (const name of ['debian-tracker', 'epss']) mkdirSync(path.join(feeds, name), { recursive: true });
  say(30, 9);
  expect(await db(1, 'keygen', 'publisher')).toMatchObject({ status: 0 });
  expect(await db(1, 'build', '--from', 'feeds', '--db', 'a.db')).toMatchObject({ status: 0 });
  expect(await db(1, 'export', 'a.drydock', '--db', 'a.db', '--sign-key', 'publisher.pem')).toMatchObject({
    status: 0,
  });
});

describe('drydock db keygen', () => {
  it('makes a private key that only its owner reads, and overwrites none', async () => {
    expect(statSync(path.join(folder, 'publisher.pem')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(folder, 'publisher.pub'), 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    const { status, stderr } = await db(1, 'keygen', 'publisher');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/publisher\.pem cannot be written: there is one already/),
    ]);
  });

  it('leaves no private key without its public one', async () => {
    writeFileSync(path.join(folder, 'half.pub'), '');
    expect((await db(1, 'keygen', 'half')).stderr).toMatch(/half\.pub cannot be written: there is one already/);
    expect(existsSync(path.join(folder, 'half.pem'))).toBe(false);
  });
});

describe('drydock db export, import', () => {
  it('gives equal bytes for two builds from the same folder', async () => {
    for (const name of ['b', 'c']) {
      await db(
        1,
        'build',
        ...(name === 'b' ? ['debian-tracker', 'epss'] : ['epss', 'debian-tracker']),
        '--from',
        'feeds',
        '--db',
        `${name}.db`,
      );
      await db(1, 'export', `${name}.drydock`, '--db', `${name}.db`, '--sign-key', 'publisher.pem');
    }
    const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(path.join(folder, `${name}.drydock`)));
    expect(b!.equals(c!)).toBe(true);
    expect(b!.equals(a!)).toBe(true);
  });

  it('says what it wrote', async () => {
    const { stdout } = await db(
      1,
      'export',
      'said.drydock',
      '--db',
      'a.db',
      '--sign-key',
      'publisher.pem',
      '--expires-in',
      '3',
    );
    expect(stdout).toMatch(
      new RegExp(
        `^Wrote: .*said\\.drydock \\(0\\.0 MB, signed\\)\nVersion: ${versionOf(1)}\nFeeds: 2 with 31 records\nExpires: ${dayOf(4).toISOString()}\n$`,
      ),
    );
    const unsigned = await db(1, 'export', 'unsigned.drydock', '--db', 'a.db', '-f', 'json');
    expect(JSON.parse(unsigned.stdout)).toMatchObject({
      manifest: { kind: 'whole', feeds: [{ records: 30 }, { records: 1 }] },
    });
    expect(unsigned.stderr).toMatch(/is not signed \(--sign-key\)/);
  });

  it('takes what is signed with a key that is trusted, and status tells of it', async () => {
    const imported = await db(2, 'import', 'a.drydock', '--db', 'in.db', '--db-key', 'publisher.pub');
    expect(imported).toMatchObject({ status: 0, stderr: '' });
    expect(imported.stdout).toMatch(/^Installed: version \d+ of \S+, signed by [0-9a-f]{16}\n/);
    const { stdout } = await db(2, 'status', '--db', 'in.db');
    expect(stdout).toMatch(
      new RegExp(
        `\nArtefact: version ${versionOf(1)} of ${dayOf(1).toISOString()}, signed by [0-9a-f]{16}\nExpires: ${dayOf(15).toISOString()}\n$`,
      ),
    );
    const json = JSON.parse((await db(2, 'status', '--db', 'in.db', '-f', 'json')).stdout);
    expect(json.artefact).toMatchObject({ version: versionOf(1), expired: false, updatedSince: false });
    const again = await db(2, 'import', 'a.drydock', '--db', 'in.db', '--db-key', 'publisher.pub', '-f', 'json');
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'unchanged' });
  });

  it('refuses what has expired, unless it is told otherwise, and status says so', async () => {
    await db(-20, 'build', '--from', 'feeds', '--db', 'old.db');
    await db(-20, 'export', 'old.drydock', '--db', 'old.db', '--sign-key', 'publisher.pem');
    const args = ['import', 'old.drydock', '--db', 'late.db', '--db-key', 'publisher.pub'];
    const { status, stderr } = await db(-20, ...args);
    expect([status, stderr]).toEqual([5, expect.stringMatching(/was to be believed until .* \(--allow-expired\)/)]);
    expect(await db(1, ...args, '--allow-expired')).toMatchObject({ status: 0 });
    expect((await db(1, 'status', '--db', 'late.db')).stdout).toMatch(/^Expired: it was to be believed until /m);
    const json = JSON.parse((await db(1, 'status', '--db', 'late.db', '-f', 'json')).stdout);
    expect(json.artefact).toMatchObject({ expired: true });
  });

  it('takes the key from a configuration that is named', async () => {
    writeFileSync(path.join(folder, 'named.yaml'), 'db-key: publisher.pub\n');
    expect(await db(2, 'import', 'a.drydock', '--db', 'by.db', '--config', 'named.yaml')).toMatchObject({ status: 0 });
  });

  it.each<[string, string[], number, RegExp]>([
    [
      'without a key',
      ['import', 'a.drydock'],
      5,
      /a\.drydock was refused: it is signed, and no key is trusted \(--db-key/,
    ],
    ['with a private key', ['import', 'a.drydock', '--db-key', 'publisher.pem'], 2, /trust takes public keys only/],
    ['with a key that is not there', ['import', 'a.drydock', '--db-key', 'none'], 2, /none cannot be read \(ENOENT\)/],
    [
      'of what is neither',
      ['import', 'publisher.pub', '--db-key', 'publisher.pub'],
      5,
      /it is no advisory database of/,
    ],
    ['of what is not there', ['import', 'nowhere'], 2, /nowhere is not a folder/],
  ])('refuses an import %s', async (_, args, status, words) => {
    const result = await db(2, ...args, '--db', 'refused.db');
    expect([result.status, result.stderr]).toEqual([status, expect.stringMatching(words)]);
    expect(existsSync(path.join(folder, 'refused.db'))).toBe(false);
  });

  it('leads from day to day by deltas, and back only by force', async () => {
    const key = ['--db-key', 'publisher.pub', '--db', 'user.db'];
    await db(1, 'import', 'a.drydock', ...key);
    say(31, 8);
    await db(2, 'import', 'feeds', '--db', 'a.db');
    const delta = await db(
      2,
      'export',
      'd.drydock',
      '--db',
      'a.db',
      '--sign-key',
      'publisher.pem',
      '--delta-from',
      'a.drydock',
    );
    expect([delta.status, delta.stdout]).toEqual([0, expect.stringMatching(/^Wrote: .* \(delta, 0\.0 MB, signed\)$/m)]);
    expect((await db(2, 'import', 'd.drydock', ...key)).stdout).toMatch(
      new RegExp(`^Installed: version ${versionOf(2)}`),
    );
    expect((await db(2, 'status', '--db', 'user.db')).stdout).toMatch(/^debian-tracker .* 31$/m);
    const back = await db(2, 'import', 'a.drydock', ...key);
    expect([back.status, back.stderr]).toEqual([
      5,
      expect.stringMatching(new RegExp(`${versionOf(1)} is older than ${versionOf(2)}.*--force`)),
    ]);
    expect(back.stderr).toMatch(/ The database in use stays\.$/m);
    expect(await db(2, 'import', 'a.drydock', '--force', ...key)).toMatchObject({ status: 0 });
  });

  it('builds from a folder what was named, and nothing where that is not there', async () => {
    expect((await db(1, 'build', 'epss', '--from', 'feeds', '--db', 'one.db')).stdout).toMatch(
      /^Enricher .*\nepss .*\nDat/,
    );
    const { status, stderr } = await db(1, 'build', 'alpine-secdb', '--from', 'feeds', '--db', 'two.db');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/feeds has no folder alpine-secdb, from which alpine-secdb/),
    ]);
  });
});
