import { describe, expect, it } from 'vitest';
import { assemblyFile, bundleFile as bundle, hostData, nativeFile } from '../../../test/support/assemblies.ts';
import { elfFile } from '../../../test/support/executables.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { bundleFile } from '../../formats/dotnet/bundle.ts';
import type { Fact } from '../../model/fact.ts';
import { dotnetInstalled } from './installed.ts';

/** `PATH NAME VERSION`, with the evidence where that is not installed. */
const lines = (facts: readonly Fact[]): readonly string[] =>
  facts
    .flatMap((fact) => (fact.kind === 'package' ? [fact] : []))
    .map(({ path, location = path, package: { name, version, evidence, application } }) =>
      [
        location,
        name,
        version,
        ...(application === true ? ['application'] : []),
        ...(evidence === undefined ? [] : [evidence]),
      ].join(' '),
    );

const list = (name: string, ...files: readonly string[]) =>
  JSON.stringify({
    targets: {
      x: {
        [`${name}/1.0.0`]: { dependencies: { Rope: '2.0.0' }, runtime: { [`${name}.dll`]: {} } },
        'Rope/2.0.0': { runtime: Object.fromEntries(files.map((file) => [`lib/net8.0/${file}`, {}])) },
        'Old/4.3.0': {},
        'Plank/1.0.0.0': { runtime: { 'Plank.dll': {} } },
      },
    },
    libraries: {
      [`${name}/1.0.0`]: { type: 'project' },
      'Rope/2.0.0': { type: 'package' },
      'Old/4.3.0': { type: 'package' },
      'Plank/1.0.0.0': { type: 'reference' },
    },
  });

const assembly = (name: string, version: string) => assemblyFile({ name, texts: { ProductVersion: version } });

describe('dotnetInstalled', () => {
  it('lists what an application lists, and no assembly of it once more', async () => {
    const { facts, problems } = await readLayerWith(dotnetInstalled, [
      { path: 'app/Rope.dll', content: assembly('Rope', '2.0.13') },
      { path: 'app/boat.DLL', content: assembly('Boat', '1.0.0') },
      {
        path: 'app/Boat.exe',
        content: nativeFile({ OriginalFilename: 'Boat.dll', ProductVersion: '1.0.0' }, hostData(0)),
      },
      { path: 'app/Boat.deps.json', content: list('Boat', 'Rope.dll') },
      { path: 'app/Plank.dll', content: assembly('Plank', '1.2.3') },
      { path: 'app/plugins/Rope.dll', content: assembly('Rope', '1.9.0') },
    ]);

    expect(problems).toEqual([]);
    expect(lines(facts)).toEqual([
      'app/Boat.deps.json Boat 1.0.0 application',
      'app/Boat.deps.json Rope 2.0.0',
      'app/Boat.deps.json Old 4.3.0 lockfile',
      'app/Plank.dll Plank 1.2.3',
      'app/plugins/Rope.dll Rope 1.9.0',
    ]);
  });

  it('lists what says itself what it is, and nothing that has no code', async () => {
    const { facts, problems } = await readLayerWith(dotnetInstalled, [
      {
        path: 'a/Anchor.dll',
        content: assemblyFile({ name: 'Anchor', version: [1, 2, 0, 0], references: ['System.Runtime'] }),
      },
      { path: 'a/de/Anchor.resources.dll', content: assemblyFile({ name: 'Anchor.resources', culture: 'de' }) },
      { path: 'a/ref/Anchor.dll', content: assemblyFile({ name: 'Anchor', types: ['ReferenceAssemblyAttribute'] }) },
      { path: 'a/native.dll', content: nativeFile({ OriginalFilename: 'native.dll', ProductVersion: '1.0.0' }) },
      {
        path: 'a/boat.exe',
        content: nativeFile({ OriginalFilename: 'Boat.dll', ProductVersion: '3.0.0' }, hostData(0)),
      },
    ]);

    expect(problems).toEqual([]);
    expect(lines(facts)).toEqual(['a/Anchor.dll Anchor 1.2.0.0', 'a/boat.exe Boat 3.0.0']);
    expect(facts[0]).toMatchObject({ package: { type: 'nuget', requires: ['System.Runtime'] } });
  });

  it('lists packages as NuGet unpacks them', async () => {
    const nuspec = (id: string, version: string) =>
      `<package><metadata><id>${id}</id><version>${version}</version><license type="expression">MIT</license></metadata></package>`;
    const folder = 'root/.nuget/packages/mooring.anchor/1.2.0';
    const { facts, problems } = await readLayerWith(dotnetInstalled, [
      { path: `${folder}/lib/net8.0/Anchor.dll`, content: assembly('Anchor', '1.2.99') },
      { path: `${folder}/mooring.anchor.nuspec`, content: nuspec('Mooring.Anchor', '1.2.0') },
      { path: 'src/Mooring.Anchor.nuspec', content: nuspec('$id$', '$version$') },
    ]);

    expect(problems).toEqual([]);
    expect(lines(facts)).toEqual([`${folder}/mooring.anchor.nuspec Mooring.Anchor 1.2.0`]);
    expect(facts[0]).toMatchObject({ package: { licences: ['MIT'] } });
  });

  const host = (at: number): Buffer =>
    elfFile({
      sections: [{ name: '.data', address: 0x1000, content: Buffer.concat([Buffer.alloc(70_000), hostData(at)]) }],
    });
  const file = (path: string, kind: number, content: Uint8Array) => ({ path, kind, content });
  const files = [
    file('Boat.dll', bundleFile.assembly, assembly('Boat', '1.0.0')),
    file('Rope.dll', bundleFile.assembly, assembly('Rope', '2.0.13')),
    file('Plank.dll', bundleFile.assembly, assembly('Plank', '1.2.3')),
    file('libx.so', bundleFile.native, Buffer.from('x')),
  ];
  const deps = file('Boat.deps.json', bundleFile.deps, Buffer.from(list('Boat', 'Rope.dll')));

  it.each([
    ['ELF', 'usr/bin/boat', host],
    ['PE', 'usr/bin/boat.exe', (at: number) => nativeFile({}, hostData(at))],
  ])('lists what is in an application in one file (%s)', async (_, path, made) => {
    const { facts, problems } = await readLayerWith(dotnetInstalled, [
      { path, content: bundle(made, [...files, deps]), mode: 0o755 },
    ]);

    expect(problems).toEqual([]);
    expect(lines(facts)).toEqual([
      `${path}!/Boat.deps.json Boat 1.0.0 application`,
      `${path}!/Boat.deps.json Rope 2.0.0`,
      `${path}!/Boat.deps.json Old 4.3.0 lockfile`,
      `${path}!/Plank.dll Plank 1.2.3`,
    ]);
    expect(facts.every((fact) => fact.path === path)).toBe(true);
  });

  it('lists the assemblies of one that has no list, and says what it could not read', async () => {
    const broken = file('Broken.dll', bundleFile.assembly, Buffer.from('MZ'));
    const content = bundle(host, [...files, broken, file('x.deps.json', bundleFile.deps, Buffer.from('{'))]);

    const { facts, problems } = await readLayerWith(dotnetInstalled, [{ path: 'usr/bin/boat', content, mode: 0o755 }]);

    expect(lines(facts)).toEqual([
      'usr/bin/boat!/Boat.dll Boat 1.0.0',
      'usr/bin/boat!/Rope.dll Rope 2.0.13',
      'usr/bin/boat!/Plank.dll Plank 1.2.3',
    ]);
    expect(problems).toMatchObject([
      { code: 'file.format', path: 'usr/bin/boat', message: 'in its bundle: it is no JSON' },
      { code: 'file.format', path: 'usr/bin/boat' },
    ]);
  });

  it('says how much more of it could not be read', async () => {
    const broken = Array.from({ length: 9 }, (_, i) => file(`Broken${i}.dll`, bundleFile.assembly, Buffer.from('MZ')));
    const content = bundle(host, broken);

    const { problems } = await readLayerWith(dotnetInstalled, [{ path: 'usr/bin/boat', content, mode: 0o755 }]);

    expect(problems).toHaveLength(6);
    expect(problems.at(-1)).toMatchObject({ message: 'in its bundle: 4 other files of it could not be read' });
  });

  it('says that it has more assemblies than are looked at', async () => {
    const many = Array.from({ length: 2001 }, (_, i) => file(`N${i}.dll`, bundleFile.assembly, Buffer.from('x')));
    const content = bundle(host, many);

    const { problems } = await readLayerWith(dotnetInstalled, [{ path: 'usr/bin/boat', content, mode: 0o755 }]);

    expect(problems.map(({ message }) => message)).toContain(
      'in its bundle: it has more than 2000 assemblies that no list names; the others were left out',
    );
  });

  it('does not run in circles where a bundle claims to contain itself', async () => {
    const content = bundle(host, [...files, deps]);
    const start = Number(content.readBigUInt64LE(content.indexOf('8b1202b9', 0, 'hex') - 8));
    const entry = start + 12 + 'bundle-id'.length + 1 + 40;
    content.writeBigUInt64LE(0n, entry);
    content.writeBigUInt64LE(BigInt(content.length), entry + 8);

    const { facts, problems } = await readLayerWith(dotnetInstalled, [{ path: 'usr/bin/boat', content, mode: 0o755 }]);

    expect(problems).toEqual([]);
    expect(lines(facts)).toHaveLength(4);
  });

  it('names what is damaged, and goes on', async () => {
    const good = assembly('Anchor', '1.2.0');
    const cut = good.subarray(0, good.length / 2);
    const { facts, problems } = await readLayerWith(dotnetInstalled, [
      { path: 'a/empty.dll', content: '' },
      { path: 'a/text.dll', content: 'no program' },
      { path: 'a/cut.dll', content: cut },
      { path: 'a/empty.deps.json', content: '' },
      { path: 'a/list.deps.json', content: '[]' },
      { path: 'a/large.deps.json', content: Buffer.alloc(50 * 1024 * 1024, ' ') },
      { path: 'a/Anchor.dll', content: good },
    ]);

    expect(lines(facts)).toEqual(['a/Anchor.dll Anchor 1.2.0']);
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'file.format a/empty.dll',
      'file.format a/text.dll',
      'file.format a/cut.dll',
      'file.format a/empty.deps.json',
      'file.format a/list.deps.json',
      'file.too-large a/large.deps.json',
    ]);
  });

  it('leaves alone what is no program for .NET', async () => {
    const dos = Buffer.alloc(200);
    dos.write('MZ');
    const ordinary = host(0);
    const entries = [
      { path: 'usr/bin/ordinary', content: ordinary, mode: 0o755 },
      { path: 'usr/bin/ocaml.exe', content: ordinary, mode: 0o755 },
      { path: 'usr/bin/script', content: Buffer.alloc(100_000, '#!/bin/sh\n'), mode: 0o755 },
      { path: 'usr/lib/boat.so', content: bundle(host, [deps]), mode: 0o755 },
      { path: 'usr/lib/boat.so.1', content: bundle(host, [deps]), mode: 0o755 },
      { path: 'usr/lib/boat', content: bundle(host, [deps]), mode: 0o644 },
      { path: 'usr/lib/dos.exe', content: dos },
      { path: 'usr/lib/.dll', content: assembly('a', '1.0') },
      { path: 'usr/lib/xdll', content: assembly('a', '1.0') },
      { path: 'usr/lib/a.nuspec', content: '<package/>' },
    ];

    expect(await readLayerWith(dotnetInstalled, entries)).toMatchObject({ facts: [], problems: [] });
  });
});
