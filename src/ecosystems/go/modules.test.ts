import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { goModules } from './modules.ts';

const SUM = 'h1:Wpqq3XyrlysiTYqXPoaibAPvTMmnbHE42soloZAxtZY=';
const sha256 = '5a9aaadd7cab972b224d8a973e86a26c03ef4cc9a76c7138daca25a19031b596';

describe('go-modules', () => {
  it('joins go.mod with go.sum of its folder, whichever comes first', async () => {
    const { facts, problems } = await readLayerWith(goModules, [
      { path: 'app/go.sum', content: `a.example/x v1.0.0 ${SUM}\na.example/old v1.0.0 ${SUM}\nnonsense\n` },
      { path: 'app/go.mod', content: 'module app\ngo 1.21\nrequire a.example/x v1.0.0\n' },
      { path: 'other/go.mod', content: 'require a.example/x v1.0.0\n' },
    ]);
    const wanted = { type: 'golang', evidence: 'manifest' };
    expect(facts).toEqual([
      { kind: 'package', path: 'app/go.mod', package: { ...wanted, name: 'stdlib', version: '1.21' } },
      {
        kind: 'package',
        path: 'app/go.mod',
        package: { ...wanted, name: 'a.example/x', version: 'v1.0.0', hashes: { sha256 } },
      },
      { kind: 'package', path: 'other/go.mod', package: { ...wanted, name: 'a.example/x', version: 'v1.0.0' } },
    ]);
    expect(problems).toEqual([]);
  });

  it('takes what others need from go.sum before Go 1.17', async () => {
    const { facts, problems } = await readLayerWith(goModules, [
      { path: 'go.mod', content: 'module app\ngo 1.16\nrequire a.example/x v1.0.0\n' },
      { path: 'go.sum', content: `a.example/x v1.0.0 ${SUM}\nb.example/y v2.0.0 ${SUM}\nnonsense\n` },
    ]);
    expect(facts.map((fact) => fact.kind === 'package' && `${fact.path} ${fact.package.name}`)).toEqual([
      'go.mod stdlib',
      'go.mod a.example/x',
      'go.sum b.example/y',
    ]);
    expect(problems).toMatchObject([{ code: 'lockfile.unreadable', path: 'go.sum' }]);
  });

  it('keeps what was vendored as exact versions', async () => {
    const content = '# a.example/x v1.0.0\n## explicit\na.example/x/y\n';
    const { facts } = await readLayerWith(goModules, [
      { path: 'vendor/modules.txt', content },
      { path: 'app/vendor/modules.txt', content },
      { path: 'app/other/modules.txt', content },
    ]);
    expect(facts.map(({ path }) => path)).toEqual(['vendor/modules.txt', 'app/vendor/modules.txt']);
    expect(facts[0]).toMatchObject({ package: { name: 'a.example/x', version: 'v1.0.0', evidence: 'lockfile' } });
  });

  it('names what it does not understand', async () => {
    const { facts, problems } = await readLayerWith(goModules, [
      { path: 'app/go.mod', content: 'module app\nruire (\n\ta.example/x v1.0.0\n)\nrequire b.example/y v1.0.0\n' },
      { path: 'bad/go.mod', content: 'this is none\n' },
    ]);
    expect(facts).toHaveLength(1);
    expect(problems).toMatchObject([
      { code: 'lockfile.unreadable', path: 'app/go.mod' },
      { code: 'lockfile.unreadable', path: 'bad/go.mod' },
    ]);
  });

  it('leaves out what authors of fetched modules ask for, and names what is too large', async () => {
    const { facts, problems } = await readLayerWith(goModules, [
      { path: 'root/go/pkg/mod/a.example/x@v1.0.0/go.mod', content: 'module a.example/x\nrequire b v1.0.0\n' },
      { path: 'app/go.mod', content: Buffer.alloc(5 * 1024 * 1024, 'x') },
    ]);
    expect(facts).toEqual([]);
    expect(problems).toMatchObject([{ code: 'lockfile.unreadable', path: 'app/go.mod' }]);
  });
});
