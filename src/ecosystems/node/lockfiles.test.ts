import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { nodeLockfiles } from './lockfiles.ts';

const lock = (name: string, more: object = {}): string =>
  JSON.stringify({ lockfileVersion: 3, packages: { [`node_modules/${name}`]: { version: '1.0.0', ...more } } });
const manifest = JSON.stringify({ name: 'boat', version: '1.0.0', dependencies: { rope: '^1.2' } });

async function found(entries: readonly TarEntry[]): Promise<readonly string[]> {
  const { facts, problems } = await readLayerWith(nodeLockfiles, entries);
  expect(problems).toEqual([]);
  return facts.flatMap((fact) =>
    fact.kind === 'package' ? [`${fact.package.name}@${fact.package.version} ${fact.package.evidence ?? ''}`] : [],
  );
}

describe('node-lockfiles', () => {
  it('lists what a lockfile names, as such', async () => {
    const { facts } = await readLayerWith(nodeLockfiles, [
      { path: 'app/package-lock.json', content: lock('a', { dev: true }) },
    ]);

    expect(facts).toEqual([
      {
        kind: 'package',
        path: 'app/package-lock.json',
        package: { name: 'a', version: '1.0.0', type: 'npm', evidence: 'lockfile', groups: ['dev'] },
      },
    ]);
  });

  it('passes over those of installed packages', async () => {
    const paths = ['package-lock.json', 'yarn.lock', 'bun.lockb', 'deno.json', 'pnpm-lock.yaml'];
    const { facts, problems, asked } = await readLayerWith(
      nodeLockfiles,
      paths.map((name) => ({ path: `app/node_modules/a/${name}`, content: '{' })),
    );

    expect({ facts, problems, asked }).toEqual({ facts: [], problems: [], asked: [] });
  });

  it('reads npm-shrinkwrap.json alone where both are, as npm does', async () => {
    const names = await found([
      { path: 'app/npm-shrinkwrap.json', content: lock('a') },
      { path: 'app/package-lock.json', content: lock('b') },
      { path: 'other/package-lock.json', content: lock('c') },
    ]);

    expect(names).toEqual(['a@1.0.0 lockfile', 'c@1.0.0 lockfile']);
  });

  it('takes the last of a path that comes twice', async () => {
    const path = 'app/package-lock.json';
    expect(
      await found([
        { path, content: lock('a') },
        { path, content: lock('b') },
      ]),
    ).toEqual(['b@1.0.0 lockfile']);
  });

  it.each<[string, readonly TarEntry[], readonly string[]]>([
    ['nothing', [], ['rope@1.2.0 manifest']],
    ['a lockfile', [{ path: 'app/yarn.lock', content: '# yarn lockfile v1\n' }], []],
    ['a lockfile above it', [{ path: 'pnpm-lock.yaml', content: 'lockfileVersion: 5.4\n' }], []],
    ['installed packages', [{ path: 'app/node_modules/rope/package.json', content: '{}' }], []],
    [
      'installed packages of another program',
      [{ path: 'x/node_modules/rope/package.json', content: '{}' }],
      ['rope@1.2.0 manifest'],
    ],
  ])('lists what a package.json asks for beside %s', async (_, beside, expected) => {
    expect(await found([{ path: 'app/package.json', content: manifest }, ...beside])).toEqual(expected);
  });

  it('reads sources where somebody runs Deno, and no lockfile tells more', async () => {
    const source = { path: 'app/src/main.ts', content: 'import a from "npm:a@1.0.0";' };
    const config = { path: 'app/deno.json', content: '{"imports": {"b": "npm:b@2"}}' };

    expect(await found([source])).toEqual([]);
    expect(await found([source, config])).toEqual(['a@1.0.0 manifest', 'b@2.0.0 manifest']);
    expect(await found([source, config, { path: 'app/deno.lock', content: '{"version": "5"}' }])).toEqual([]);
  });

  it('names the binary lockfile of Bun, unless one of text stands beside it', async () => {
    const binary = { path: 'app/bun.lockb', content: '#!/usr/bin/env bun\nbun-lockfile-format-v0\n' };
    const { problems } = await readLayerWith(nodeLockfiles, [binary]);

    expect(problems).toMatchObject([{ code: 'lockfile.unreadable', path: 'app/bun.lockb' }]);
    expect(await found([binary, { path: 'app/bun.lock', content: '{"packages": {"a": ["a@1.0.0"]}}' }])).toEqual([
      'a@1.0.0 lockfile',
    ]);
  });

  it('names a lockfile that is damaged or too large, and reads the others', async () => {
    const { facts, problems } = await readLayerWith(nodeLockfiles, [
      { path: 'a/package-lock.json', content: lock('a').slice(0, -5) },
      { path: 'b/yarn.lock', content: Buffer.alloc(33 * 1024 * 1024, '\n') },
      { path: 'c/package-lock.json', content: lock('c') },
    ]);

    expect(problems).toMatchObject([
      { code: 'lockfile.unreadable', path: 'a/package-lock.json' },
      { code: 'lockfile.unreadable', path: 'b/yarn.lock' },
    ]);
    expect(facts).toMatchObject([{ package: { name: 'c' } }]);
  });
});
