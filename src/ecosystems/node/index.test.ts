import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { debianFiles } from '../../../test/support/root-file-systems.ts';
import { projectRoot } from '../../../test/support/run.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { node } from './index.ts';
import { nodePackages } from './packages.ts';

const record = (id: string, name: string, fixed?: string): string =>
  JSON.stringify({
    id,
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])] }],
      },
    ],
  });

describe('an image with packages of npm', () => {
  it('T-01: has findings of packages whose names look like those of whiteouts, by what OSV says', async () => {
    const { upserts } = await readFiles(node.osv, {
      'all.ndjson': [
        record('GHSA-aaaa-aaaa-aaaa', 'whatwg-url', '8.0.0'),
        record('GHSA-bbbb-bbbb-bbbb', '@hull/plank', '2.0.0-rc.2'),
        record('GHSA-cccc-cccc-cccc', 'rope', '1.0.0'),
        record('MAL-2024-1', 'frontend'),
      ].join('\n'),
    });
    const files = [
      ['app/node_modules/whatwg-url/package.json', { name: 'whatwg-url', version: '7.1.0' }],
      ['app/node_modules/@hull/plank/package.json', { name: '@hull/plank', version: '2.0.0-rc.1' }],
      ['app/node_modules/rope/package.json', { name: 'rope', version: '1.0.0' }],
      ['app/package.json', { name: 'frontend', version: '0.1.0', private: true }],
    ] as const;
    const image = writeTemporary(
      'image.tar',
      dockerArchive({
        layers: [
          layer([...debianFiles(), ...files.map(([at, value]) => ({ path: at, content: JSON.stringify(value) }))]),
        ],
      }),
    );
    const source = advisoriesOf({ 'npm-osv': upserts });

    const report = await scanOne(image, { advisories: { supply: async () => ({ source, problems: [] }) } });

    const found = report.findings.map(({ id, package: pkg }) => `${id} ${pkg?.purl}`);
    expect(found.sort()).toEqual([
      'GHSA-aaaa-aaaa-aaaa pkg:npm/whatwg-url@7.1.0',
      'GHSA-bbbb-bbbb-bbbb pkg:npm/%40hull/plank@2.0.0-rc.1',
    ]);
  });
});

it('lists packages that pnpm has linked from its store', async () => {
  const content = JSON.stringify({ name: 'rope', version: '1.0.0' });
  const image = writeTemporary(
    'linked.tar',
    dockerArchive({
      layers: [
        layer([
          ...debianFiles(),
          { path: 'store/v10/files/ab/cd', content },
          {
            path: 'store/v10/files/ab/ef',
            content: JSON.stringify({ packages: { 'node_modules/hull': { version: '2.0.0' } } }),
          },
          {
            path: 'app/node_modules/.pnpm/rope@1.0.0/node_modules/rope/package.json',
            type: 'hardlink',
            linkTarget: 'store/v10/files/ab/cd',
          },
          { path: 'app/package-lock.json', type: 'hardlink', linkTarget: 'store/v10/files/ab/ef' },
        ]),
      ],
    }),
  );

  const { packages, problems } = await scanOne(image);

  expect(packages.filter(({ type }) => type === 'npm').map(({ name, evidence }) => [name, evidence])).toEqual([
    ['hull', 'lockfile'],
    ['rope', undefined],
  ]);
  expect(problems.filter(({ path: at }) => at?.startsWith('app/'))).toEqual([]);
});

/** What npm itself says is installed: path and `name@version`. */
function askNpm(): ReadonlyMap<string, string> | undefined {
  try {
    const text = execFileSync('npm', ['query', '*', '--offline'], {
      cwd: projectRoot,
      encoding: 'utf8',
      maxBuffer: 64e6,
      stdio: 'pipe',
    });
    const nodes = JSON.parse(text) as readonly { location: string; name?: string; version?: string }[];
    return new Map(
      nodes
        .filter(({ location }) => location !== '')
        .map(({ location, name, version }) => [`${location}/package.json`, `${name}@${version}`]),
    );
  } catch {
    return undefined;
  }
}

const told = askNpm();

describe.skipIf(told === undefined || told.size < 50)(`npm${told === undefined ? ' is absent' : ''}`, () => {
  it('lists the same packages of this checkout', async () => {
    const entries = [...(told ?? new Map<string, string>()).keys()].map((at) => ({
      path: at,
      content: readFileSync(path.join(projectRoot, at)),
    }));

    const { facts, problems } = await readLayerWith(nodePackages, entries);

    expect(problems).toEqual([]);
    const found = facts.flatMap((fact) =>
      fact.kind === 'package' ? [[fact.path, `${fact.package.name}@${fact.package.version}`] as const] : [],
    );
    expect(new Map(found)).toEqual(told);
  });
});
