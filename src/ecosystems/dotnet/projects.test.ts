import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { dotnetProjects } from './projects.ts';

const project = '<Project><ItemGroup><PackageReference Include="A" Version="1.0" /></ItemGroup></Project>';
const lock = '{"dependencies": {"net8.0": {"A": {"resolved": "1.0"}}}}';
const assets =
  '{"version": 3, "targets": {}, "libraries": {"A/1.0": {"type": "package"}, "B/1.0": {"type": "project"}}}';

describe('dotnetProjects', () => {
  it.each([
    ['src/app.csproj', project, 'manifest'],
    ['src/app.FSPROJ', project, 'manifest'],
    ['src/app.vbproj', project, 'manifest'],
    ['src/Directory.Packages.props', project.replaceAll('Reference', 'Version'), 'manifest'],
    ['src/paket.dependencies', 'nuget A = 1.0', 'manifest'],
    ['src/packages.lock.json', lock, 'lockfile'],
    ['src/obj/project.assets.json', assets, 'lockfile'],
    ['src/paket.lock', 'NUGET\n  remote: x\n    A (1.0)\n', 'lockfile'],
    ['src/Packages.config', '<packages><package id="A" version="1.0" /></packages>', 'lockfile'],
  ])('reads %s', async (path, content, evidence) => {
    const { facts, problems } = await readLayerWith(dotnetProjects, [{ path, content }]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([{ kind: 'package', path, package: { type: 'nuget', name: 'A', version: '1.0', evidence } }]);
  });

  it('asks for nothing else', async () => {
    const paths = [
      'app.vcxproj',
      'app.proj',
      'Directory.Build.props',
      'package-lock.json',
      'nuget.config',
      'xpackages.config',
    ];

    const { asked } = await readLayerWith(
      dotnetProjects,
      paths.map((path) => ({ path, content: project })),
    );

    expect(asked).toEqual([]);
  });

  it('names what it cannot read, and goes on', async () => {
    const { facts, problems } = await readLayerWith(dotnetProjects, [
      { path: 'a.csproj', content: '' },
      { path: 'b.csproj', content: Buffer.alloc(5 * 1024 * 1024, ' ') },
      { path: 'packages.lock.json', content: '[]' },
      { path: 'c.csproj', content: project },
    ]);

    expect(facts).toHaveLength(1);
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'lockfile.unreadable a.csproj',
      'lockfile.unreadable b.csproj',
      'lockfile.unreadable packages.lock.json',
    ]);
  });
});
