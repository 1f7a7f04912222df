import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dpkgStatus as statusText } from '../../test/support/databases.ts';
import { hasShared, readShared } from '../../test/support/shared.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { type DpkgStatus, parseDpkgStatus } from './dpkg-status.ts';
import { debVersions } from './versions/deb.ts';

function parse(text: string, truncated = false): DpkgStatus {
  return parseDpkgStatus(Buffer.from(text), truncated);
}

const bash = 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2+b2\n';

describe('parseDpkgStatus', () => {
  it('reads name, version, architecture, source and maintainer', () => {
    const text = `${bash}Source: bash (5.2.15-2)\nMaintainer: Matthias Klose <doko@debian.org>\n`;

    expect(parse(text)).toEqual({
      records: [
        {
          name: 'bash',
          version: '5.2.15-2+b2',
          arch: 'amd64',
          source: { name: 'bash', version: '5.2.15-2' },
          maintainer: 'Matthias Klose <doko@debian.org>',
        },
      ],
      conffiles: [],
      problems: [],
    });
  });

  it.each([
    ['a source without a version has that of the package', 'glibc', { name: 'glibc', version: '5.2.15-2+b2' }],
    ['a source with a version of its own', 'gcc-12 (12.2.0-14)', { name: 'gcc-12', version: '12.2.0-14' }],
    ['the package itself as its source', 'bash', undefined],
    ['an empty version in brackets', 'glibc ()', { name: 'glibc', version: '5.2.15-2+b2' }],
    ['a bracket that is not closed', 'glibc (2.36', { name: 'glibc', version: '5.2.15-2+b2' }],
    ['brackets alone', '(2.36)', undefined],
  ])('knows %s', (_, source, expected) => {
    expect(parse(`${bash}Source: ${source}\n`).records[0]?.source).toEqual(expected);
  });

  it.each([
    ['installed', true],
    ['half-installed', true],
    ['unpacked', true],
    ['half-configured', true],
    ['triggers-awaited', true],
    ['triggers-pending', true],
    ['config-files', false],
    ['not-installed', false],
  ])('with the state %s: listed is %s', (state, listed) => {
    const result = parse(statusText([{ name: 'a', version: '1', status: `deinstall ok ${state}` }]));

    expect(result.records).toHaveLength(listed ? 1 : 0);
    expect(result.problems).toEqual([]);
  });

  it('lists a package without a state, and one with a state that nobody knows, which is a problem', () => {
    expect(parse('Package: a\nVersion: 1\n')).toMatchObject({ records: [{ name: 'a' }], problems: [] });

    const odd = parse('Package: a\nStatus: install ok polished\nVersion: 1\n');
    expect(odd.records).toHaveLength(1);
    expect(odd.problems).toEqual([expect.stringContaining('state that dpkg does not know')]);
  });

  it('lets the last of two paragraphs of one name and architecture win', () => {
    const again = bash.replace('5.2.15-2+b2', '6.0');

    expect(parse(`${bash}\n${again}`).records.map((record) => record.version)).toEqual(['6.0']);
    expect(parse(`${bash}\n${again.replace('installed', 'not-installed')}`).records).toEqual([]);
    expect(parse(`${bash}\n${again.replace('amd64', 'i386')}`).records).toHaveLength(2);
  });

  it.each([
    ['CRLF line ends', bash.replaceAll('\n', '\r\n')],
    ['no newline at the end', `${bash}Section: shells`],
    ['several empty lines', `\n\n\n${bash}\n\n\n`],
    ['field names in any case', bash.replace('Package', 'pAcKaGe').replace('Version', 'VERSION')],
    ['blanks around the colon', bash.replace('Package: ', 'Package \t:\t').replace('5.2.15-2+b2', '5.2.15-2+b2  ')],
    ['unknown fields', `X-Odd: yes\n${bash}Packages: b\nVersions: 9\n`],
    ['continuation lines that look like fields', `${bash}Description: a\n Version: 9\n\tPackage: b\n .\n`],
    ['a wanted field that comes twice', `Version: 0\n${bash}`],
  ])('reads %s', (_, text) => {
    expect(parse(text)).toMatchObject({
      records: [{ name: 'bash', version: '5.2.15-2+b2', arch: 'amd64' }],
      problems: [],
    });
  });

  it.each([
    ['no name', 'Version: 1\n', 'has no name'],
    ['an empty name', 'Package:\nVersion: 1\n', 'has no name'],
    ['no version', 'Package: a\n', '(a) has no version'],
    ['an overlong name', `Package: ${'a'.repeat(5000)}\nVersion: 1\n`, 'has a name that is too long'],
    ['an overlong version', `Package: a\nVersion: ${'1'.repeat(5000)}\n`, '(a) has a version that is too long'],
    ['garbage', 'garbage\n', 'line 1 is neither a field nor the continuation of one'],
    ['a continuation of nothing', ' alone\n', 'line 1 is neither a field nor the continuation of one'],
    ['a colon alone', ': x\n', 'line 1 is neither a field nor the continuation of one'],
    ['zero bytes', '\0\0\0\0', 'line 1 is neither a field nor the continuation of one'],
  ])('tells of %s and reads on', (_, text, problem) => {
    const result = parse(`${text}\n${bash}`);

    expect(result.records.map((record) => record.name)).toEqual(['bash']);
    expect(result.problems[0]).toContain(problem);
  });

  it('keeps a name as it is, whatever it holds, and an invalid character as U+FFFD', () => {
    const bytes = Buffer.concat([
      Buffer.from('Package: a\0b\u001b['),
      Buffer.from([0xff]),
      Buffer.from('\nVersion: 1\n'),
    ]);

    expect(parseDpkgStatus(bytes).records[0]?.name).toBe('a\0b\u001b[\ufffd');
    expect(parse('Package: __proto__\nVersion: 1\n').records[0]?.name).toBe('__proto__');
  });

  it('leaves out the last paragraph of a file that breaks off, and says so', () => {
    const broken = parse(`${bash}\nPackage: libc6\nVersion: 2.3`, true);

    expect(broken.records.map((record) => record.name)).toEqual(['bash']);
    expect(broken.problems).toEqual(['the file breaks off in the paragraph that begins in line 6, which was left out']);
    expect(parse(`${bash}\n`, true)).toMatchObject({ records: [{ name: 'bash' }], problems: [] });
  });

  it('doubts a value that ends with the file and not with its line', () => {
    expect(parse(bash.slice(0, -4))).toMatchObject({
      records: [{ name: 'bash', version: '5.2.15-2' }],
      problems: ['the file ends within line 4, which may be cut'],
    });
  });

  it('reads the conffiles of packages that are there', () => {
    const digest = '0123456789abcdef0123456789abcdef';
    const lines = [
      ` /etc/a ${digest}`,
      ` /etc/b c ${digest} obsolete`,
      ` /etc/d newconffile`,
      ` /etc/e ${digest} remove-on-upgrade`,
      ' /etc/f',
      ` etc/g ${digest}`,
    ];
    const text = `${bash}Conffiles:\n${lines.join('\n')}\nDescription: x\n /etc/h ${digest}\n`;

    expect(parse(text)).toMatchObject({ conffiles: ['etc/a', 'etc/b c', 'etc/d', 'etc/e'], problems: [] });
    expect(parse(text.replace('ok installed', 'ok config-files')).conffiles).toEqual([]);
    expect(parse(`${bash}Conffiles:\n ${'/'.repeat(100_000)}\n /${' '.repeat(4000)}\n`).conffiles).toEqual([]);
  });

  it('keeps the list of problems short', () => {
    const result = parse('Package: a\n\n'.repeat(1000));

    expect(result.problems).toHaveLength(20);
    expect(result.problems.at(-1)).toBe('981 more like these');
  });

  it('says nothing of an empty file', () => {
    expect(parse('')).toEqual({ records: [], conffiles: [], problems: [] });
  });

  it('survives a file cut at every length', () => {
    const text = statusText([
      { name: 'libc6', version: '2.36-9+deb12u3', source: 'glibc' },
      { name: 'bash', version: '5.2.15-2+b2', source: 'bash (5.2.15-2)' },
    ]);

    for (let length = 0; length < text.length; length++) {
      const { records } = parse(text.slice(0, length), true);
      for (const record of records) expect(record).toMatchObject({ name: 'libc6', version: '2.36-9+deb12u3' });
    }
  });

  it('never fails, whatever the bytes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('Package: ', 'Version:', 'Status: ', ' ', '\n', '\n\n', '\r\n', ':', 'Source: a (')
        .map((t) => Buffer.from(t)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, truncated) => {
        const { records, problems } = parseDpkgStatus(Buffer.concat(pieces), truncated);
        expect(records.every(({ name, version }) => name !== '' && version !== '')).toBe(true);
        expect(problems.length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes lines of 100 MB in its stride', () => {
    const long = Buffer.alloc(100_000_000, 'x');
    const bytes = Buffer.concat([
      Buffer.from('Description: '),
      long,
      Buffer.from(`\n${bash}Maintainer: `),
      long,
      Buffer.from('\n'),
    ]);
    const start = performance.now();

    const result = parseDpkgStatus(bytes);

    expect(result.problems).toEqual([]);
    expect(result.records[0]?.name).toBe('bash');
    expect(result.records[0]?.maintainer).toHaveLength(4096);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('stops at 100,000 packages and says so', () => {
    let text = '';
    for (let i = 0; i < 100_010; i++) text += `Package: p${i}\nVersion: 1\n\n`;

    const result = parse(text);

    expect(result.records).toHaveLength(100_001);
    expect(result.problems).toEqual(['only the first 100001 packages were read']);
  });

  it.each([
    ['nothing', ''],
    ['a line of a blank', ' \n'],
    ['a line of a tab', '\t\n'],
  ])('begins a paragraph at a second name behind %s, and says so', (_, between) => {
    const openssl = 'Package: openssl\nStatus: install ok installed\nVersion: 3.0\nSource: zlib\nDescription: x\n';

    const { records, problems } = parse(`${openssl}${between}${bash}\n${bash.replace('bash', 'dash')}`);

    expect(records).toEqual([
      { name: 'openssl', version: '3.0', source: { name: 'zlib', version: '3.0' } },
      { name: 'bash', version: '5.2.15-2+b2', arch: 'amd64' },
      { name: 'dash', version: '5.2.15-2+b2', arch: 'amd64' },
    ]);
    const line = between === '' ? 6 : 7;
    expect(problems).toEqual([`line ${line} begins a paragraph although no empty line ends the one before it`]);
  });

  it.for(['\n', '\n\n', '', ' \n', '\t\n'])(
    'takes %j between paragraphs for as much as dpkg-query does, and tells what that refuses',
    (between, context) => {
      context.skip(spawnSync('dpkg-query', ['--version']).status !== 0, 'dpkg-query is not installed');
      const one = `${bash}Maintainer: x <x@example.org>\nDescription: x\n`;
      const text = `${one}${between}${one.replace('bash', 'dash')}`;
      const admin = temporaryFolder();
      for (const name of ['updates', 'info']) mkdirSync(path.join(admin, name));
      writeFileSync(path.join(admin, 'status'), text);

      const answer = spawnSync('dpkg-query', [`--admindir=${admin}`, '-W'], { encoding: 'utf8' });

      const { records, problems } = parse(text);
      expect(records.map(({ name }) => name)).toEqual(['bash', 'dash']);
      expect(problems.length > 0).toBe(answer.status !== 0);
    },
  );

  it.skipIf(!hasShared)('agrees with dpkg-query on the status file of a Debian machine', () => {
    interface Expected {
      name: string;
      version: string;
      arch: string;
      source: string;
      sourceVersion: string;
    }
    const expected: Expected[] = JSON.parse(readShared('fixtures/dpkg-trixie/expected.json.zst').toString());

    const { records, problems } = parseDpkgStatus(readShared('fixtures/dpkg-trixie/status.zst'));

    const line = (e: Expected): string => [e.name, e.version, e.arch, e.source, e.sourceVersion].join(' ');
    expect(problems).toEqual([]);
    expect(records).toHaveLength(1469);
    expect(
      records
        .map(({ name, version, arch = '', source }) =>
          line({ name, version, arch, source: source?.name ?? name, sourceVersion: source?.version ?? version }),
        )
        .sort(),
    ).toEqual(expected.map(line).sort());
  });

  it.skipIf(!hasShared)('agrees with the reference cases of a damaged status file', () => {
    const cases = JSON.parse(readShared('clair/cases/feature-listers.json').toString()).cases;
    const dpkg = cases.find((one: { lister: string }) => one.lister === 'dpkg');

    const { records } = parseDpkgStatus(readShared(`clair/testdata/${dpkg.testdata}`));

    // The cases count source packages, and leave out what has no valid version.
    const sources = new Set<string>();
    for (const { name, version, source } of records) {
      const one = source ?? { name, version };
      if (isValid(one.version)) sources.add(`${one.name} ${one.version}`);
    }
    const expected = dpkg.expected_exactly.map(
      (one: { name: string; version: string }) => `${one.name} ${one.version}`,
    );
    expect([...sources].sort()).toEqual(expected.sort());
  });

  it('agrees with dpkg-query on what is there', (context) => {
    context.skip(spawnSync('dpkg-query', ['--version']).status !== 0, 'dpkg-query is not installed');
    const states = ['installed', 'half-installed', 'unpacked', 'half-configured', 'config-files', 'triggers-pending'];
    const text = statusText([
      ...states.map((state, i) => ({
        name: `p${i}`,
        version: `${i}.0-1+b${i}`,
        source: i % 2 === 0 ? `src${i}` : `src${i} (${i}.0-1)`,
        status: `install ok ${state}`,
        extra: state === 'triggers-pending' ? ['Triggers-Pending: x'] : [],
      })),
    ]);
    const admin = temporaryFolder();
    for (const name of ['updates', 'info']) mkdirSync(path.join(admin, name));
    writeFileSync(path.join(admin, 'status'), text);
    const fields = ['Package', 'Version', 'Architecture', 'source:Package', 'source:Version', 'db:Status-Status'];
    const format = `${fields.map((field) => `\${${field}}`).join(' ')}\\n`;

    const answer = execFileSync('dpkg-query', [`--admindir=${admin}`, '-W', `-f=${format}`], { encoding: 'utf8' });

    const there = answer
      .trim()
      .split('\n')
      .filter((line) => !line.endsWith(' config-files'));
    const ours = parse(text).records.map(({ name, version, arch, source }) =>
      [name, version, arch, source?.name ?? name, source?.version ?? version].join(' '),
    );
    expect(ours).toEqual(there.map((line) => line.slice(0, line.lastIndexOf(' '))));
    expect(ours).toHaveLength(5);
  });
});

function isValid(version: string): boolean {
  try {
    debVersions.compare(version, version);
    return true;
  } catch {
    return false;
  }
}
