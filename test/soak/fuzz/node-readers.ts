import { FormatError } from '../../../src/errors.ts';
import { parseBunLock } from '../../../src/formats/node/bun-lock.ts';
import { importedPackages, parseDenoJson } from '../../../src/formats/node/deno-json.ts';
import { parseDenoLock } from '../../../src/formats/node/deno-lock.ts';
import type { Lockfile } from '../../../src/formats/node/lockfile.ts';
import { isPackageName } from '../../../src/formats/node/names.ts';
import { parsePackageJson } from '../../../src/formats/node/package-json.ts';
import { parsePackageLock } from '../../../src/formats/node/package-lock.ts';
import { parsePnpmLock } from '../../../src/formats/node/pnpm-lock.ts';
import { parseYarnLock } from '../../../src/formats/node/yarn-lock.ts';
import { jsonValue } from './format-mutations.ts';
import type { FuzzReader } from './fuzz-reader.ts';

const packageJson = {
  name: '@s/a',
  version: '1.0.0',
  license: { type: 'MIT' },
  dependencies: { b: 'npm:c@^1' },
  engines: { node: '>=1' },
};
const packageLock = {
  lockfileVersion: 3,
  packages: {
    '': { name: 'p', version: '1.0.0' },
    'node_modules/@s/a': { version: '1.0.0', dev: true, integrity: 'sha1-AQEBAQEBAQEBAQEBAQEBAQEBAQE=' },
    'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '^1' } },
  },
};
const tree = {
  lockfileVersion: 1,
  dependencies: { a: { version: '1.0.0', dependencies: { b: { version: 'npm:c@1.0.0' } } } },
};
const denoLock = {
  version: '5',
  npm: { 'a@1.0.0_b@2.0.0': { dependencies: ['b'] } },
  remote: { 'https://deno.land/std@0.1.0/a.ts': 'x' },
};
const bunLock = `{"workspaces": {"": {"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}},
"packages": {"a": ["a@1.0.0", "", {"dependencies": {"b": "1"}}, "sha1-x"], "a/b": ["b@1.0.0"], /* x */}, } // y`;
const denoJson =
  '{"imports": {"a": "npm:@s/a@^1/b", "c": "jsr:@s/c@1",}, "scopes": {"x": {"y": "https://esm.sh/y@1.0.0"}}}';
const yarn = `# yarn lockfile v1
"@s/a@^1", a@~2:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/@s/a/-/a-1.0.0.tgz#0101010101010101010101010101010101010101"
  dependencies:
    b "npm:c@^1"
`;
const berry = `__metadata:
  version: 8
"a@npm:^1, a@npm:~1":
  version: 1.0.0
  resolution: "b@npm:1.0.0"
  dependencies:
    c: "npm:^1"
`;
const pnpm = `lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      '@s/a':
        version: 1.0.0(b@2.0.0)
packages:
  '@s/a@1.0.0':
    resolution: {integrity: sha1-x, tarball: https://x}
    deprecated: |-
      text
  ? b@2.0.0
  : hasBin: true
snapshots:
  '@s/a@1.0.0(b@2.0.0)':
    dependencies:
      b: 2.0.0
  b@2.0.0: {}
`;

/** Whatever a lockfile holds, what is told of it are packages. */
function claimPackages({ packages, fault }: Lockfile): void {
  for (const { name, version, type, requires = [] } of packages) {
    if (type !== 'generic' && !isPackageName(name)) throw new Error(`a package is called ${JSON.stringify(name)}`);
    if (/\s/.test(version)) throw new Error(`a version is ${JSON.stringify(version)}`);
    if (!requires.every(isPackageName)) throw new Error('a package needs what is none');
  }
  if (fault === '') throw new Error('a fault says nothing');
}

function lockfile(
  name: string,
  seeds: readonly string[],
  parse: (bytes: Buffer) => Lockfile,
  isJson = false,
): FuzzReader {
  return {
    name,
    seeds: () => seeds.map((seed) => Buffer.from(seed)),
    ...(isJson && { mutations: [jsonValue] }),
    run: (bytes) => claimPackages(parse(bytes)),
  };
}

export const nodeReaders: readonly FuzzReader[] = [
  {
    name: 'package-json',
    seeds: () => [Buffer.from(JSON.stringify(packageJson))],
    mutations: [jsonValue],
    run(bytes) {
      try {
        const found = parsePackageJson(bytes.toString());
        if (found !== undefined && !isPackageName(found.name)) throw new Error('a package has no name');
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    },
  },
  lockfile('package-lock', [JSON.stringify(packageLock), JSON.stringify(tree)], parsePackageLock, true),
  lockfile('yarn-lock', [yarn, berry], (bytes) => parseYarnLock(bytes.toString())),
  lockfile('pnpm-lock', [pnpm], (bytes) => parsePnpmLock(bytes.toString())),
  lockfile('bun-lock', [bunLock], parseBunLock),
  lockfile('deno-lock', [JSON.stringify(denoLock)], parseDenoLock, true),
  lockfile('deno-json', [denoJson], parseDenoJson),
  lockfile('deno-source', ['import a from "npm:a@1.0.0";\nimport("https://esm.sh/b@1.0.0/c")'], (bytes) =>
    importedPackages(bytes.toString()),
  ),
];
