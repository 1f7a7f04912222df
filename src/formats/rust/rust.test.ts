import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elfFile, machOFile, peFile } from '../../../test/support/executables.ts';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { executablesOf } from '../executables/executable.ts';
import { type AuditedCrate, parseAuditData, readAuditData } from './audit-data.ts';
import { parseCargoLock } from './cargo-lock.ts';
import { parseCargoToml } from './cargo-toml.ts';

const text = JSON.stringify({
  packages: [
    { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [1, 2, 9, -1, 'x'] },
    { name: 'serde', version: '1.0.217', source: 'crates.io', features: ['std'] },
    { name: 'cc', version: '1.2.3', source: 'crates.io', kind: 'build' },
  ],
  format: 1,
});
const crates: readonly AuditedCrate[] = [
  { name: 'app', version: '0.1.0', source: 'local', isBuild: false, isRoot: true, dependencies: ['serde', 'cc'] },
  { name: 'serde', version: '1.0.217', source: 'crates.io', isBuild: false, isRoot: false, dependencies: [] },
  { name: 'cc', version: '1.2.3', source: 'crates.io', isBuild: true, isRoot: false, dependencies: [] },
];

const address = 0x1000;
const read = (file: Uint8Array): readonly AuditedCrate[] | undefined =>
  readAuditData(executablesOf(new MemorySource(file))[0]!);
const inElf = (content: Buffer): Buffer => elfFile({ sections: [{ name: '.dep-v0', address, content }] });

describe('readAuditData', () => {
  it.each([
    ['ELF', elfFile],
    ['Mach-O', machOFile],
    ['PE', peFile],
  ])('reads %s', (_, make) => {
    const content = Buffer.concat([deflateSync(text), Buffer.alloc(100)]);
    expect(read(make({ sections: [{ name: '.dep-v0', address, content, writable: false }] }))).toEqual(crates);
  });

  it('finds nothing where there is none', () => {
    expect(read(elfFile({ sections: [{ name: '.text', address, content: Buffer.alloc(16) }] }))).toBeUndefined();
  });

  it.each([
    ['nonsense', Buffer.from('nonsense')],
    ['half of it', deflateSync(text).subarray(0, 50)],
    ['more than is read', deflateSync(Buffer.alloc(5 * 1024 * 1024))],
    ['no JSON', deflateSync('{')],
    ['a list', deflateSync('[]')],
    ['packages that are an object', deflateSync('{"packages":{}}')],
    ['deep nesting', deflateSync(`{"packages":${'['.repeat(1_000_000)}`)],
  ])('refuses %s', (_, content) => {
    expect(() => read(inElf(content))).toThrow(FormatError);
  });

  it('passes over what is no crate', () => {
    const odd = '{"packages":[null,1,"x",[],{},{"name":1},{"name":"__proto__","version":{},"dependencies":{"0":1}}]}';
    expect(parseAuditData(odd)).toEqual([
      { name: '__proto__', version: '', source: '', isBuild: false, isRoot: false, dependencies: [] },
    ]);
  });

  it('survives every shorter file', () => {
    const file = inElf(deflateSync(text));
    for (let length = 0; length < file.length; length++) {
      try {
        read(file.subarray(0, length));
      } catch (error) {
        expect(error, String(length)).toBeInstanceOf(FormatError);
      }
    }
  });
});

describe('parseCargoLock', () => {
  const sum = 'ab'.repeat(32);
  const registry = 'registry+https://github.com/rust-lang/crates.io-index';

  it.each([
    [
      '1',
      `[root]\nname = "app"\nversion = "0.1.0"\ndependencies = [\n "a 1.0.0 (${registry})",\n]\n\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "${registry}"\n\n[metadata]\n"checksum a 1.0.0 (${registry})" = "${sum}"\n`,
    ],
    [
      '2',
      `[[package]]\nname = "app"\nversion = "0.1.0"\ndependencies = [\n "a",\n]\n\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "${registry}"\nchecksum = "${sum}"\n`,
    ],
    [
      '4',
      `version = 4\n\n[[package]]\nname = "app"\nversion = "0.1.0"\ndependencies = [\n "a 1.0.0",\n]\n\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "${registry}"\nchecksum = "${sum}"\n`,
    ],
  ])('reads version %s', (_, lock) => {
    expect(parseCargoLock(lock)).toEqual([
      { name: 'app', version: '0.1.0', dependencies: ['a'] },
      { name: 'a', version: '1.0.0', source: registry, checksum: sum, dependencies: [] },
    ]);
  });

  it.each([
    ['package = 1', FormatError],
    ['[package]\nname = "x"', FormatError],
    ['[[package]]\nname = 1\n[[package]]\nversion = "1"', []],
    [
      '[[package]]\nname = "__proto__"\nversion = 1\nchecksum = "x"\ndependencies = "a"',
      [{ name: '__proto__', version: '', dependencies: [] }],
    ],
    [
      '[[package]]\nname = "x"\nversion = "1"\ndependencies = [1, "", ["a"], "b c"]',
      [{ name: 'x', version: '1', dependencies: ['b'] }],
    ],
  ])('takes %j', (lock, expected) => {
    if (expected === FormatError) expect(() => parseCargoLock(lock)).toThrow(FormatError);
    else expect(parseCargoLock(lock)).toEqual(expected);
  });
});

describe('parseCargoToml', () => {
  it('reads dependencies of all kinds', () => {
    const manifest = `
[package]
name = "app"
version.workspace = true
[dependencies]
plain = "1"
renamed = { package = "real", version = "=2.0.0", optional = true }
inherited = { workspace = true }
here = { path = "../here" }
[dev-dependencies]
tester = "3"
[build-dependencies.cc]
version = "1.0"
[target.'cfg(windows)'.dependencies]
winapi = "0.3"
[workspace.dependencies]
shared = "5"
`;
    const { crate, wanted, bad } = parseCargoToml(manifest);
    expect(crate).toEqual({ name: 'app', version: '' });
    expect(bad).toEqual([]);
    expect(wanted.map(({ name, version, groups }) => `${name}@${version} ${groups.join('+')}`.trim())).toEqual([
      'plain@1',
      'real@=2.0.0 optional',
      'inherited@',
      'here@',
      'tester@3 dev',
      'cc@1.0 build',
      'winapi@0.3',
      'shared@5',
    ]);
  });

  it.each(['dependencies = 1', 'dependencies = []', 'target = 1\n[[dependencies]]'])('refuses %j', (manifest) => {
    expect(() => parseCargoToml(manifest)).toThrow(FormatError);
  });

  it.each(['x = 1', 'x = true', 'x = []', 'x = { version = 1 }', 'x = { git = {} }'])('leaves out %s', (line) => {
    expect(parseCargoToml(`[dependencies]\n${line}\ny = "1"`)).toMatchObject({ bad: ['x'], wanted: [{ name: 'y' }] });
  });
});

it('takes any text', () => {
  const piece = fc.constantFrom(
    '[[package]]',
    '[package]',
    '[dependencies]',
    'name',
    '=',
    '"',
    '{',
    '}',
    '[',
    ']',
    '\n',
    'x',
    '1',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      (some) => {
        for (const parse of [parseCargoLock, parseCargoToml, parseAuditData]) {
          try {
            parse(some);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }
      },
    ),
  );
});
