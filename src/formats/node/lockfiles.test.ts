import { describe, expect, it } from 'vitest';
import type { PackageRecord } from '../../model/fact.ts';
import { parseBunLock } from './bun-lock.ts';
import { importedPackages, parseDenoJson } from './deno-json.ts';
import { parseDenoLock } from './deno-lock.ts';
import type { Lockfile } from './lockfile.ts';
import { parsePackageLock } from './package-lock.ts';
import { parsePnpmLock } from './pnpm-lock.ts';
import { parseYarnLock } from './yarn-lock.ts';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const names = (packages: readonly PackageRecord[]): readonly string[] =>
  packages.map(({ name, version, groups }) => `${name}@${version}${groups === undefined ? '' : ` ${groups.join()}`}`);

function expectNames({ packages, fault }: Lockfile, expected: readonly string[]): void {
  expect(fault).toBeUndefined();
  expect(names(packages)).toEqual(expected);
}

describe('parsePackageLock', () => {
  const integrity = `sha1-${Buffer.alloc(20, 1).toString('base64')}`;

  it('reads the paths of versions 2 and 3', () => {
    const document = json({
      name: 'boat',
      lockfileVersion: 3,
      packages: {
        '': { name: 'boat', version: '1.0.0' },
        'node_modules/a': { version: '1.0.0', integrity, license: 'MIT', dependencies: { b: '^1', cjs: 'npm:c@2' } },
        'node_modules/a/node_modules/@s/b': { version: '2.0.0', dev: true },
        'node_modules/cjs': { name: 'c', version: '3.0.0', optional: true },
        'node_modules/linked': { resolved: 'packages/own', link: true },
        'packages/own': { version: '0.1.0' },
        'packages/@s/scoped': { version: '0.2.0' },
        'packages/without': {},
        'node_modules/git': { resolved: 'git+ssh://git@example.com/git.git#abc' },
        'node_modules/both': { version: '1.0.0', devOptional: true, peer: true, inBundle: true },
      },
      dependencies: { ignored: { version: '1.0.0' } },
    });

    const { packages, fault } = parsePackageLock(document);

    expect(fault).toBeUndefined();
    expect(names(packages)).toEqual([
      'boat@1.0.0',
      'a@1.0.0',
      '@s/b@2.0.0 dev',
      'c@3.0.0 optional',
      'own@0.1.0',
      '@s/scoped@0.2.0',
      'git@',
      'both@1.0.0 bundled,dev,optional,peer',
    ]);
    expect(packages[1]).toMatchObject({ licences: ['MIT'], hashes: { sha1: '01'.repeat(20) }, requires: ['b', 'c'] });
  });

  it('reads the tree of version 1', () => {
    const document = json({
      name: 'boat',
      version: '1.0.0',
      lockfileVersion: 1,
      dependencies: {
        a: { version: '1.0.0', requires: { b: '^1' }, dependencies: { b: { version: '2.0.0', bundled: true } } },
        cjs: { version: 'npm:c@3.0.0' },
        folder: { version: 'file:folder' },
        git: { version: 'git+ssh://git@example.com/git.git#abc', from: 'git@x' },
      },
    });

    expectNames(parsePackageLock(document), ['boat@1.0.0', 'a@1.0.0', 'b@2.0.0 bundled', 'c@3.0.0', 'folder@', 'git@']);
  });

  it('has a package in a group only when all of its places are', () => {
    const packages = {
      'node_modules/a': { version: '1.0.0', dev: true },
      'node_modules/b/node_modules/a': { version: '1.0.0' },
      'node_modules/c/node_modules/a': { version: '1.0.0', dev: true },
    };

    expectNames(parsePackageLock(json({ packages })), ['a@1.0.0']);
  });

  it('reads what it understands, and says what not', () => {
    const packages = {
      'node_modules/a b': { version: '1.0.0' },
      'node_modules/c': [],
      'node_modules/d': { version: '1.0.0' },
    };
    const found = parsePackageLock(json({ packages }));

    expect(names(found.packages)).toEqual(['d@1.0.0']);
    expect(found.fault).toBe('2 entries are not understood: "node_modules/a b"');
  });

  it('goes as deep as anybody nests, and says where it stops', () => {
    const depth = 5000;
    const open = Array.from({ length: depth }, (_, at) => `{"a": {"version": "${at}.0.0", "dependencies": `).join('');
    const text = `{"dependencies": ${open}{}${'}}'.repeat(depth)}}`;

    const { packages, fault } = parsePackageLock(Buffer.from(text));

    expect(packages).toHaveLength(201);
    expect(fault).toContain('not understood');
  });
});

describe('parseYarnLock', () => {
  it('reads that of Yarn 1', () => {
    const text = [
      '# yarn lockfile v1',
      '',
      '"@s/a@^1.0.0", "@s/a@^1.1.0":',
      '  version "1.1.0"',
      '  resolved "https://registry.yarnpkg.com/@s/a/-/a-1.1.0.tgz#0101010101010101010101010101010101010101"',
      '  dependencies:',
      '    b "^1"',
      '    "@s/c" "npm:@s/d@2"',
      '',
      'cjs@npm:e@^1:',
      '  "version" "1.0.0"',
      'f@^1:',
      '  version "1.0.0"',
      '  resolved "https://registry.npmjs.org/@o%2ff/-/f-1.0.0.tgz"',
    ].join('\r\n');

    const { packages, fault } = parseYarnLock(text);

    expect(fault).toBeUndefined();
    expect(names(packages)).toEqual(['@s/a@1.1.0', 'e@1.0.0', '@o/f@1.0.0']);
    expect(packages[0]).toMatchObject({ hashes: { sha1: '01'.repeat(20) }, requires: ['@s/d', 'b'] });
  });

  it('reads that of later ones, keys of more than one line among them', () => {
    const text = [
      '__metadata:',
      '  version: 8',
      '',
      '"cjs@npm:a@^1.0.0":',
      '  version: 1.0.0',
      '  resolution: "a@npm:1.0.0"',
      '  dependencies:',
      '    b: "npm:^2"',
      '    other: "npm:@s/c@^1"',
      '  linkType: hard',
      '',
      `? "b@npm:^2, b@npm:^2.${'0'.repeat(1500)}"`,
      ':',
      '  version: 2.0.0',
      '  resolution: "b@npm:2.0.0"',
      '"boat@workspace:.":',
      '  version: 0.0.0-use.local',
      '  resolution: "boat@workspace:."',
      '"c@patch:c@npm%3A1.0.0#~/patch":',
      '  version: 1.0.0',
      '  resolution: "c@patch:c@npm%3A1.0.0#~/patch::version=1.0.0&hash=1"',
    ].join('\n');

    const { packages, fault } = parseYarnLock(text);

    expect(fault).toBeUndefined();
    expect(names(packages)).toEqual(['a@1.0.0', 'b@2.0.0', 'c@1.0.0']);
    expect(packages[0]?.requires).toEqual(['@s/c', 'b']);
  });

  it('reads up to where somebody left a conflict, and names the line', () => {
    const found = parseYarnLock(
      '# yarn lockfile v1\na@^1:\n  version "1.0.0"\n<<<<<<< HEAD\nb@^1:\n  version "1.0.0"\n',
    );

    expect(names(found.packages)).toEqual(['a@1.0.0']);
    expect(found.fault).toContain('line 4');
  });
});

describe('parsePnpmLock', () => {
  it('tells in version 9 what is for development by what leads to it', () => {
    const text = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a: {specifier: ^1, version: 1.0.0(peer@2.0.0)}
      b:
        specifier: ^1
        version: 1.0.0(peer@2.0.0)
    devDependencies:
      dev:
        specifier: ^1
        version: 1.0.0
packages:
  b@1.0.0:
    resolution: {integrity: sha1-AQEBAQEBAQEBAQEBAQEBAQEBAQE=}
  peer@2.0.0: {}
  dev@1.0.0: {}
  below@1.0.0: {}
  string-width@4.2.0: {}
snapshots:
  b@1.0.0(peer@2.0.0):
    dependencies:
      peer: 2.0.0
  peer@2.0.0: {}
  dev@1.0.0:
    dependencies:
      below: 1.0.0
      peer: 2.0.0
      cjs: string-width@4.2.0
  below@1.0.0:
    optional: true
  string-width@4.2.0: {}
`;
    const { packages, fault } = parsePnpmLock(text);

    expect(fault).toBeUndefined();
    expect(names(packages)).toEqual([
      'b@1.0.0',
      'peer@2.0.0',
      'dev@1.0.0 dev',
      'below@1.0.0 dev,optional',
      'string-width@4.2.0 dev',
      'a@1.0.0',
    ]);
    expect(packages[0]).toMatchObject({ hashes: { sha1: '01'.repeat(20) }, requires: ['peer'] });
    expect(packages[2]?.requires).toEqual(['below', 'peer', 'string-width']);
  });

  it('reads keys of version 5 with peers that have slashes, and keys of several lines', () => {
    const text = `lockfileVersion: 5.4
packages:
  /@s/a/1.0.0_@x/y@2.0.0:
    dev: true
    dependencies:
      b: 1.0.0_react@17.0.2
      cjs: /string-width/4.2.0
  ? /b/1.0.0_${'react@17.0.2+'.repeat(100)}
  : deprecated: |-
      told
      in two lines
    dev: false
`;
    const { packages, fault } = parsePnpmLock(text);

    expect(names(packages)).toEqual(['@s/a@1.0.0 dev', 'b@1.0.0']);
    expect(packages[0]?.requires).toEqual(['b', 'string-width']);
    expect(fault).toBeUndefined();
  });

  it('names a lockfile that breaks off, and takes nothing of it', () => {
    const text = 'lockfileVersion: 5.4\npackages:\n  /a/1.0.0:\n    dev: true\n<<<<<<< HEAD\n  /b/1.0.0:\n';

    expect(parsePnpmLock(text)).toEqual({ packages: [], fault: expect.stringContaining('line 6: not YAML') });
  });

  it('says of a text that is none that it has no version', () => {
    expect(parsePnpmLock('a: 1\n')).toEqual({ packages: [], fault: 'it has no lockfileVersion' });
  });
});

describe('parseBunLock', () => {
  it('reads packages, and tells what is for development', () => {
    const text = `{
      "lockfileVersion": 1,
      "workspaces": {
        "": { "name": "boat", "dependencies": { "a": "^1" }, "devDependencies": { "dev": "^1" } },
        "packages/x": { "name": "x", "dependencies": { "b": "1" } },
      },
      "packages": {
        "boat": ["boat@root:", {}],
        "x": ["x@workspace:packages/x"],
        "a": ["a@1.0.0", "", { "dependencies": { "@s/b": "^1" } }, "sha1-AQEBAQEBAQEBAQEBAQEBAQEBAQE="],
        "@s/b": ["@s/b@1.0.0", "", {}, ""],
        "b": ["b@2.0.0", "", {}, ""],
        "x/b": ["b@1.0.0", "", {}, ""],
        "dev": ["dev@1.0.0", "", { "dependencies": { "@s/b": "^2" } }, ""],
        "dev/@s/b": ["@s/b@2.0.0", "", { "dependencies": { "b": "2" } }, ""],
        "git": ["git@github:o/git#abc", {}, "o-git-abc"], // by address
      },
    }`;

    const { packages, fault } = parseBunLock(Buffer.from(text));

    expect(fault).toBeUndefined();
    expect(names(packages)).toEqual([
      'a@1.0.0',
      '@s/b@1.0.0',
      'b@2.0.0 dev',
      'b@1.0.0',
      'dev@1.0.0 dev',
      '@s/b@2.0.0 dev',
      'git@',
    ]);
    expect(packages[0]).toMatchObject({ hashes: { sha1: '01'.repeat(20) }, requires: ['@s/b'] });
  });
});

describe('files of Deno', () => {
  const remote = { 'https://deno.land/std@0.140.0/path/mod.ts': 'x', 'https://example.com/a@1.0.0/mod.ts': 'x' };

  it.each([
    ['1', remote, ['deno.land/std@0.140.0']],
    [
      '2',
      {
        version: '2',
        remote,
        npm: { specifiers: { 'a@1': 'a@1.0.0' }, packages: { 'a@1.0.0': { dependencies: { b: 'c@1.0.0' } } } },
      },
      ['deno.land/std@0.140.0', 'a@1.0.0'],
    ],
    [
      '3',
      {
        version: '3',
        packages: { jsr: { '@std/a@1.0.0': {} }, npm: { '@s/a@1.0.0_peer@2.0.0': { dependencies: {} } } },
      },
      ['@std/a@1.0.0', '@s/a@1.0.0'],
    ],
    [
      '5',
      { version: '5', jsr: { '@std/a@1.0.0': {} }, npm: { 'a@1.0.0': { dependencies: ['b', '@s/c@1.0.0'] } } },
      ['a@1.0.0', '@std/a@1.0.0'],
    ],
  ])('reads deno.lock %s', (_, document, expected) => expectNames(parseDenoLock(json(document)), expected));

  it('reads what deno.json imports', () => {
    const text = `{
      // comments
      "imports": { "a": "npm:/a@^1.2/sub", "b": "npm:b", "c": "jsr:@s/c@^1", "d": "./d.ts", "e": 5, },
      "scopes": { "x/": { "f": "https://esm.sh/v135/@s/f@1.0.0/es2022/f.mjs" } },
    }`;

    const { packages, fault } = parseDenoJson(Buffer.from(text));

    expect(fault).toBeUndefined();
    expect(packages).toEqual([
      { type: 'npm', name: 'a', version: '1.2.0' },
      { type: 'jsr', name: '@s/c', version: '^1' },
      { type: 'npm', name: '@s/f', version: '1.0.0' },
    ]);
  });

  it('reads what a source imports', () => {
    const source = `import a from "npm:a@1.0.0";
      export * from 'https://deno.land/x/oak@v12.0.0/mod.ts';
      const b = await import(
        "https://cdn.jsdelivr.net/npm/b@1.0.0/b.js"
      );
      const text = "npm:not-imported@1.0.0";
      import c from "https://jsr.io/@s/c/1.0.0/mod.ts";
      import d from "https://esm.sh/d";`;

    expectNames(importedPackages(source), ['a@1.0.0', 'deno.land/x/oak@12.0.0', 'b@1.0.0', '@s/c@1.0.0']);
  });
});
