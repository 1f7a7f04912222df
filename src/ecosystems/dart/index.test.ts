import { expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { dartAsked } from './asked.ts';
import { dartPackages } from './packages.ts';

const pubspec =
  'name: rope\nversion: 1.0.0\npublish_to: none\ndependencies:\n  hemp: ^2.0.0\ndev_dependencies:\n  test: any\n';
const files = [
  'root/.pub-cache/hosted/pub.dev/rope-1.0.0/pubspec.yaml',
  'root/.pub-cache/hosted/pub.dev/rope-1.0.0/example/pubspec.yaml',
  `opt/pub/git/rope-${'0a'.repeat(20)}/pubspec.yaml`,
  'app/pubspec.yaml',
].map((path) => ({ path, content: pubspec }));

it('dart-packages asks for packages of the cache, dart-asked for projects, neither for what is in packages', async () => {
  const installed = await readLayerWith(dartPackages, files);
  const asked = await readLayerWith(dartAsked, files);

  expect(installed.asked).toEqual([files[2]!.path, files[0]!.path].toSorted());
  expect(asked.asked).toEqual(['app/pubspec.yaml']);
  expect(asked.facts.map((fact) => fact.kind === 'package' && fact.package)).toEqual([
    { type: 'pub', name: 'rope', version: '1.0.0', evidence: 'manifest', application: true, requires: ['hemp'] },
    { type: 'pub', name: 'hemp', version: '^2.0.0', evidence: 'manifest' },
    { type: 'pub', name: 'test', version: '', evidence: 'manifest', groups: ['dev'] },
  ]);
});

it('dart-asked reads what Dart resolved, with versions where folders or the file tell them', async () => {
  const config = {
    configVersion: 2,
    packages: [
      { name: 'hemp', rootUri: 'file:///root/.pub-cache/hosted/pub.dev/hemp-2.0.0%2B1', packageUri: 'lib/' },
      { name: 'boat', rootUri: '../', packageUri: 'lib/' },
      1,
    ],
  };
  const graph = {
    roots: ['boat'],
    packages: [
      { name: 'hemp', version: '2.0.0+1', dependencies: ['tar'] },
      { name: 'boat', version: '0.1.0' },
    ],
  };

  const { facts, problems } = await readLayerWith(dartAsked, [
    { path: 'app/.dart_tool/package_config.json', content: JSON.stringify(config) },
    { path: 'app/.dart_tool/package_graph.json', content: JSON.stringify(graph) },
    { path: 'other/package_config.json', content: JSON.stringify(config) },
    { path: 'bad/.dart_tool/package_config.json', content: '{"packages": {}}' },
  ]);

  expect(facts.map((fact) => fact.kind === 'package' && fact.package)).toEqual([
    { type: 'pub', name: 'hemp', version: '2.0.0+1', evidence: 'lockfile' },
    { type: 'pub', name: 'boat', version: '', evidence: 'lockfile', application: true },
    { type: 'pub', name: 'hemp', version: '2.0.0+1', evidence: 'lockfile', requires: ['tar'] },
    { type: 'pub', name: 'boat', version: '0.1.0', evidence: 'lockfile', application: true },
  ]);
  expect(problems).toMatchObject([{ code: 'lockfile.unreadable', path: 'bad/.dart_tool/package_config.json' }]);
});
