import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apkInstalled as databaseText } from '../../test/support/databases.ts';
import { hasShared, readShared, sharedPath } from '../../test/support/shared.ts';
import { type ApkInstalled, parseApkInstalled } from './apk-installed.ts';

function parse(text: string, truncated = false): ApkInstalled {
  return parseApkInstalled(Buffer.from(text), truncated);
}

const musl = 'P:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\no:musl\n';

describe('parseApkInstalled', () => {
  it('reads name, version, architecture, licence, origin, maintainer and files', () => {
    const text = databaseText([
      {
        name: 'ssl_client',
        version: '1.36.1-r15',
        source: 'busybox',
        license: 'GPL-2.0-only',
        files: ['usr/bin/ssl_client', 'init'],
      },
    ]);

    expect(parse(text)).toEqual({
      records: [
        {
          name: 'ssl_client',
          version: '1.36.1-r15',
          arch: 'x86_64',
          licence: 'GPL-2.0-only',
          origin: 'busybox',
          maintainer: 'Example Maintainer <maintainer@example.org>',
          files: 'usr/bin/ssl_client\ninit',
        },
      ],
      problems: [],
    });
  });

  it('tells no origin that is the package itself, or that is absent', () => {
    expect(parse(musl).records[0]).not.toHaveProperty('origin');
    expect(parse(musl.replace('o:musl\n', '')).records[0]).not.toHaveProperty('origin');
    expect(parse(musl.replace('o:musl', 'o:')).records[0]).not.toHaveProperty('origin');
  });

  it('begins a record at a second name, and says so', () => {
    const { records, problems } = parse(`P:libcrypto3\nV:3.1.0-r0\no:openssl\nF:lib\nR:x\n${musl}`);

    expect(records).toEqual([
      { name: 'libcrypto3', version: '3.1.0-r0', origin: 'openssl', files: 'lib/x' },
      { name: 'musl', version: '1.2.4-r2', arch: 'x86_64', licence: 'MIT', files: '' },
    ]);
    expect(problems).toEqual(['line 6 begins a record although no empty line ends the one before it']);
  });

  it('forgets the directory and everything else between records', () => {
    const { records } = parse(`${musl}F:lib\nR:a\n\nV:9\nR:b\n\nP:zlib\nV:1.3\nR:c\n`);

    expect(records.map(({ name, version, files }) => [name, version, files])).toEqual([
      ['musl', '1.2.4-r2', 'lib/a'],
      ['zlib', '1.3', 'c'],
    ]);
  });

  it.each([
    ['CRLF line ends', musl.replaceAll('\n', '\r\n')],
    ['several empty lines', `\n\n${musl}\n\n\n`],
    ['unknown fields', `C:Q1\nt:1\nX:y\n${musl}a:0:0:755\nZ:Q1abc=\n`],
    ['fields in another order', `${musl.split('\n').filter(Boolean).reverse().join('\n')}\n`],
    ['an earlier record of the same name', `P:musl\nV:0\n\n${musl}`],
  ])('reads %s', (_, text) => {
    expect(parse(text)).toMatchObject({
      records: [{ name: 'musl', version: '1.2.4-r2', licence: 'MIT' }],
      problems: [],
    });
  });

  it.each([
    ['no name', 'V:1\n', 'line 1 has no name'],
    ['no version', 'P:a\n', '(a) has no version'],
    ['an overlong name', `P:${'a'.repeat(5000)}\nV:1\n`, 'has a name that is too long'],
    ['an overlong version', `P:a\nV:${'1'.repeat(5000)}\n`, 'has a version that is too long'],
    ['garbage', 'garbage\n', 'line 1 is no field'],
    ['one character', 'P\n', 'line 1 is no field'],
    ['zero bytes', '\0\0\0', 'line 1 is no field'],
  ])('tells of %s and reads on', (_, text, problem) => {
    const result = parse(`${text}\n\n${musl}`);

    expect(result.records.map((record) => record.name)).toEqual(['musl']);
    expect(result.problems[0]).toContain(problem);
  });

  it('writes bytes of paths that are no UTF-8 as paths stand elsewhere', () => {
    const bytes = Buffer.concat([Buffer.from(`${musl}F:caf`), Buffer.from([0xe9]), Buffer.from('\nR:b\n')]);

    expect(parseApkInstalled(bytes).records[0]?.files).toBe('caf\\xe9/b');
  });

  it('leaves out the last record of a file that breaks off, and says so', () => {
    const broken = parse(`${musl}\nP:zlib\nV:1.`, true);

    expect(broken.records.map((record) => record.name)).toEqual(['musl']);
    expect(broken.problems).toEqual(['the file breaks off in the record that begins in line 7, which was left out']);
    expect(parse(`${musl}\n`, true).problems).toEqual([]);
  });

  it('doubts a value that ends with the file and not with its line', () => {
    expect(parse('P:musl\nV:1.2')).toMatchObject({
      records: [{ name: 'musl', version: '1.2' }],
      problems: ['the file ends within line 2, which may be cut'],
    });
  });

  it('keeps the list of problems short and the list of files bounded', () => {
    expect(parse('P:a\n\n'.repeat(1000)).problems).toHaveLength(20);

    const amplified = parse(`${musl}F:${'d'.repeat(4000)}\n${'R:x\n'.repeat(100_000)}`);
    expect(amplified.records[0]?.files.length).toBeLessThan(65 * 1024 * 1024);
    expect(amplified.problems).toEqual([expect.stringContaining('so many files')]);
  });

  it('survives a file cut at every length', () => {
    const text = databaseText([
      { name: 'musl', version: '1.2.4-r2', files: ['lib/ld-musl-x86_64.so.1'] },
      { name: 'zlib', version: '1.3-r2' },
    ]);

    for (let length = 0; length < text.length; length++) {
      for (const record of parse(text.slice(0, length), true).records) {
        expect(record).toMatchObject({ name: 'musl', version: '1.2.4-r2', files: 'lib/ld-musl-x86_64.so.1' });
      }
    }
  });

  it('never fails, whatever the bytes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom('P:', 'V:', 'F:', 'R:', 'o:', '\n', '\n\n', '\r\n', ':').map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, truncated) => {
        const { records, problems } = parseApkInstalled(Buffer.concat(pieces), truncated);
        expect(records.every(({ name, version }) => name !== '' && version !== '')).toBe(true);
        expect(problems.length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 1000 },
    );
  });

  interface Expected {
    readonly file: string;
    readonly packages: readonly { name: string; version: string; arch: string; origin: string; license: string }[];
  }

  it.skipIf(!hasShared)('agrees with the package lists of real root file systems', () => {
    const systems: Expected[] = JSON.parse(readShared('fixtures/rootfs/expected-packages.json').toString()).filter(
      (system: Partial<Expected>) => system.packages !== undefined,
    );
    expect(systems).toHaveLength(4);

    for (const system of systems) {
      const archive = sharedPath(`fixtures/rootfs/${system.file}`);
      const database = execFileSync('tar', ['-xzOf', archive, './lib/apk/db/installed']);
      const { records, problems } = parseApkInstalled(database);

      expect(problems).toEqual([]);
      expect(
        records.map(({ name, version, arch, origin, licence }) => ({
          name,
          version,
          arch,
          origin: origin ?? name,
          license: licence,
        })),
      ).toEqual(expect.arrayContaining([...system.packages]));
      expect(records).toHaveLength(system.packages.length);
    }
  });

  it.skipIf(!hasShared)('lists files that the root file system has', () => {
    const archive = sharedPath('fixtures/rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz');
    const members = new Set(
      execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' })
        .split('\n')
        .map((name) => name.replace(/^\.\//, '')),
    );
    const { records } = parseApkInstalled(execFileSync('tar', ['-xzOf', archive, './lib/apk/db/installed']));

    const files = records.flatMap((record) => record.files.split('\n').filter(Boolean));

    expect(files.length).toBeGreaterThan(80);
    expect(files.filter((file) => !members.has(file))).toEqual([]);
  });

  it.skipIf(!hasShared)('agrees with the reference cases of a damaged database', () => {
    const cases = JSON.parse(readShared('clair/cases/feature-listers.json').toString()).cases;
    const apk = cases.find((one: { lister: string }) => one.lister === 'apk');

    const { records } = parseApkInstalled(readShared(`clair/testdata/${apk.testdata}`));

    expect(records.map(({ name, version }) => ({ name, version }))).toEqual(apk.expected_exactly);
  });
});
