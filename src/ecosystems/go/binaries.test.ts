import { describe, expect, it } from 'vitest';
import { elfFile, type MadeSection, peFile } from '../../../test/support/executables.ts';
import { buildInfo } from '../../../test/support/go-programs.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { beginsAsProgram } from '../../packages/program-files.ts';
import { goBinaries } from './binaries.ts';

const modules = [
  'path\texample.com/m/cmd/tool',
  'mod\texample.com/m\t(devel)\t',
  'dep\texample.com/a\tv0.1.0\th1:Wpqq3XyrlysiTYqXPoaibAPvTMmnbHE42soloZAxtZY=',
  'dep\texample.com/b\tv1.0.0',
  '=>\texample.com/fork\tv1.0.1\t',
  'dep\texample.com/c\tv1.0.0',
  '=>\t./c\t(devel)\t',
  'build\t-ldflags="-X main.version=1.4.0"',
  '',
].join('\n');

/** Large enough to be looked into. */
const filler: MadeSection = { name: '.text', address: 0x40_0000, content: Buffer.alloc(130 * 1024), writable: false };

function program(version: string, text: string): Buffer {
  const content = buildInfo(version, text);
  return elfFile({ sections: [filler, { name: '.go.buildinfo', address: 0x60_0000, content }] });
}

interface Reading {
  readonly packages: readonly PackageRecord[];
  /** Paths of what does not tell what it is made of. */
  readonly unidentified: readonly string[];
  readonly problems: readonly { readonly code: string; readonly path?: string; readonly message: string }[];
}

async function read(content: Uint8Array, mode = 0o755, path = 'usr/bin/tool'): Promise<Reading> {
  const { facts, problems } = await readLayerWith(goBinaries, [{ path, mode, content }]);
  return {
    packages: facts.flatMap((fact) => (fact.kind === 'package' ? [fact.package] : [])),
    unidentified: facts.flatMap((fact) => (fact.kind === 'unidentified' ? [fact.path] : [])),
    problems,
  };
}

describe('go-binaries', () => {
  it('lists Go itself, the main module, and what was linked', async () => {
    const { packages, problems } = await read(program('go1.22.3', modules));

    expect(packages).toEqual([
      { type: 'golang', name: 'stdlib', version: '1.22.3' },
      {
        type: 'golang',
        name: 'example.com/m',
        version: 'v1.4.0',
        requires: ['example.com/a', 'example.com/fork', 'example.com/c', 'stdlib'],
      },
      {
        type: 'golang',
        name: 'example.com/a',
        version: 'v0.1.0',
        hashes: { sha256: '5a9aaadd7cab972b224d8a973e86a26c03ef4cc9a76c7138daca25a19031b596' },
      },
      { type: 'golang', name: 'example.com/fork', version: 'v1.0.1' },
      { type: 'golang', name: 'example.com/c', version: '' },
    ]);
    expect(problems).toEqual([]);
  });

  it('lists the toolchain for the go command alone', async () => {
    const names = async (path: string): Promise<string[]> =>
      (await read(program('go1.22.3', `path\t${path}\n`))).packages.map(({ name }) => name);
    expect(await names('cmd/go')).toEqual(['stdlib', 'toolchain']);
    expect(await names('cmd/compile')).toEqual(['stdlib']);
  });

  it('says that a program was built without modules', async () => {
    const { packages, unidentified } = await read(
      program('go1.22.3', 'path\texample.com/m/cmd/tool\nbuild\tGOOS=linux\n'),
    );
    expect(packages).toEqual([{ type: 'golang', name: 'stdlib', version: '1.22.3' }]);
    expect(unidentified).toEqual(['usr/bin/tool']);
  });

  const unnamed: readonly (readonly [string, Buffer])[] = [
    ['its table of functions', elfFile({ sections: [filler, { ...filler, name: '.gopclntab' }] })],
    [
      'UPX',
      elfFile({
        stripped: true,
        sections: [{ ...filler, content: Buffer.concat([Buffer.from('UPX!'), filler.content]) }],
      }),
    ],
    ['UPX for Windows', peFile({ sections: [{ ...filler, name: 'UPX0' }] })],
    [
      'the identity of the build',
      peFile({
        sections: [
          { ...filler, content: Buffer.concat([Buffer.from('\xff Go build ID: "x"', 'latin1'), filler.content]) },
        ],
      }),
    ],
  ];
  it.each(unnamed)('names a program that shows only %s', async (_, content) => {
    const { packages, unidentified } = await read(content);
    expect(packages).toEqual([]);
    expect(unidentified).toEqual(['usr/bin/tool']);
  });

  it('has nothing to say of programs of others', async () => {
    const msDos = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(140 * 1024)]);
    for (const content of [elfFile({ sections: [filler] }), peFile({ sections: [filler] }), msDos]) {
      expect(await read(content)).toEqual({ packages: [], unidentified: [], problems: [] });
    }
  });

  it.each([
    ['program headers beyond the end', program('go1.22.3', modules).fill(0xff, 32, 40)],
    ['an unknown class', program('go1.22.3', modules).fill(7, 4, 5)],
    ['other things where the build information should be', program('', modules)],
  ])('names a file that has %s, and goes on', async (_, bad) => {
    const { facts, problems } = await readLayerWith(goBinaries, [
      { path: 'usr/bin/bad', mode: 0o755, content: bad },
      { path: 'usr/bin/good', mode: 0o755, content: program('go1.22.3', modules) },
    ]);
    expect(facts).toHaveLength(5);
    expect(problems).toMatchObject([{ code: 'file.format', path: 'usr/bin/bad' }]);
  });

  it('reads programs for Windows that nobody may execute here', async () => {
    const content = peFile({
      sections: [filler, { name: '.data', address: 0x60_0000, content: buildInfo('go1.22.3', modules) }],
    });
    expect((await read(content, 0o644, 'srv/tool.exe')).packages).toHaveLength(5);
  });

  it('reads a library only where its first bytes show that it is of Go', () => {
    const header = { path: 'usr/lib/x.so', name: 'x.so', type: 'file', size: 1e6, uid: 0, gid: 0, offset: 0 } as const;
    const other = Buffer.concat([elfFile({ sections: [] })]);
    const ours = Buffer.concat([other, Buffer.from('040000005300000004000000476f0000', 'hex')]);
    expect(beginsAsProgram({ ...header, mode: 0o644 }, other)).toBe(false);
    expect(beginsAsProgram({ ...header, mode: 0o644 }, ours)).toBe(true);
    expect(beginsAsProgram({ ...header, mode: 0o755 }, other)).toBe(true);
    expect(beginsAsProgram({ ...header, mode: 0o755 }, Buffer.from('#!/bin/sh'))).toBe(false);
  });

  it('asks for nothing else', async () => {
    const { asked } = await readLayerWith(goBinaries, [
      { path: 'bin/small', mode: 0o755, content: 'x' },
      { path: 'srv/data', mode: 0o644, content: program('go1.22.3', modules) },
    ]);
    expect(asked).toEqual([]);
  });
});
