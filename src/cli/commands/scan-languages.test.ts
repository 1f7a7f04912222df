import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import type { Report } from '../../model/report.ts';

const osv = (id: string, ecosystem: string, name: string, fixed: string): string =>
  JSON.stringify({
    id,
    summary: `Something about ${name}`,
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });

const manifest = (name: string, version: string): string => JSON.stringify({ name, version });
const dist = 'usr/lib/python3/dist-packages/requests-2.28.1.dist-info';

const image = writeTemporary(
  'image.tar',
  dockerArchive({
    layers: [
      debianLayer({
        release: '12',
        packages: [{ name: 'python3-requests', version: '2.28.1+dfsg-1' }],
        more: [
          { path: 'var/lib/dpkg/info/python3-requests.list', content: `/${dist}/METADATA\n` },
          { path: `${dist}/METADATA`, content: 'Metadata-Version: 2.1\nName: requests\nVersion: 2.28.1\n' },
        ],
      }),
      layer([
        { path: 'app/node_modules/lodash/package.json', content: manifest('lodash', '4.17.0') },
        { path: 'app/node_modules/a/node_modules/lodash/package.json', content: manifest('lodash', '4.17.0') },
        {
          path: 'app/package-lock.json',
          content: JSON.stringify({
            lockfileVersion: 3,
            packages: { '': {}, 'node_modules/lodash': { version: '4.16.0' }, 'node_modules/x': { version: '1.0.0' } },
          }),
        },
      ]),
    ],
    layout: 'blobs',
  }),
);

let cache: string;

async function scan(...flags: string[]): Promise<Report> {
  const args = ['scan', image, '--offline', '--checks', 'vulnerability', '-f', 'json', ...flags];
  const { status, stdout, stderr } = await runDrydock(args, { environment: { XDG_CACHE_HOME: cache } });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout) as Report;
}

const found = ({ findings }: Report) =>
  findings.map((f) => `${f.id} ${f.package?.name} ${f.package?.version} ${f.confidence}`);

beforeAll(async () => {
  cache = temporaryFolder();
  const folder = path.dirname(
    path.dirname(path.dirname(writeTemporary('osv/npm/all.ndjson', osv('GHSA-1', 'npm', 'lodash', '4.17.21')))),
  );
  const python = path.dirname(
    path.dirname(path.dirname(writeTemporary('osv/PyPI/all.ndjson', osv('PYSEC-1', 'PyPI', 'requests', '2.31.0')))),
  );
  // By this the distribution watches its package, and what that owns is left to it.
  const resolved = { releases: { bookworm: { status: 'resolved', fixed_version: '0.1', urgency: 'low' } } };
  const tracker = JSON.stringify({ 'python3-requests': { 'CVE-2020-1000': resolved } });
  const debian = path.dirname(path.dirname(writeTemporary('debian-tracker/all.json', tracker)));
  for (const one of [folder, python, debian]) {
    const { status, stderr } = await runDrydock(['db', 'import', one], { environment: { XDG_CACHE_HOME: cache } });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  }
});

describe('packages of languages', () => {
  it('are judged by OSV, copies as one, and not where the distribution owns them', async () => {
    const report = await scan();

    expect(found(report)).toEqual(['GHSA-1 lodash 4.17.0 high']);
    expect(report.findings[0]?.locations).toEqual([
      { path: 'app/node_modules/a/node_modules/lodash/package.json', layer: 1 },
      { path: 'app/node_modules/lodash/package.json', layer: 1 },
    ]);
    expect(report.packages.find(({ name }) => name === 'requests')).toMatchObject({
      type: 'pypi',
      ownedBy: 'python3-requests',
    });
    expect(report.problems.map(({ code }) => code)).toContain('packages.not-judged');
  });

  it('of lockfiles are judged with --lockfiles', async () => {
    const report = await scan('--lockfiles');

    expect(found(report)).toEqual(['GHSA-1 lodash 4.16.0 low', 'GHSA-1 lodash 4.17.0 high']);
    expect(report.problems.map(({ code }) => code)).not.toContain('packages.not-judged');
  });

  it.each<[string, readonly string[]]>([
    ['os', ['deb']],
    ['library', ['npm', 'pypi']],
    ['pypi', ['pypi']],
    ['npm,deb', ['deb', 'npm']],
  ])('--package-types %s lists %j', async (words, types) => {
    const report = await scan('--package-types', words);

    expect([...new Set(report.packages.map(({ type }) => type))]).toEqual(types);
    expect(report.packageTypes).toEqual(words.split(',').sort());
    expect(found(report)).toEqual(types.includes('npm') ? ['GHSA-1 lodash 4.17.0 high'] : []);
  });

  it.each([
    [['--package-types', 'nmp'], /"nmp" is no type of packages\. Known are .*npm.*Did you mean npm\?/s],
    [['--pkg-types', 'nmp'], /"nmp" is no type of packages/],
  ])('refuses %j with words', async (flags, expected) => {
    const { status, stderr } = await runDrydock(['scan', image, ...flags]);

    expect(status).toBe(2);
    expect(stderr).toMatch(expected);
  });

  it('are explained, owned ones by who judges them', async () => {
    const explain = async (id: string) =>
      (await runDrydock(['explain', id, image, '--offline'], { environment: { XDG_CACHE_HOME: cache } })).stdout;

    expect(await explain('PYSEC-1')).toContain('belongs to the distribution package python3-requests');
    expect(await explain('GHSA-1')).toContain('lodash 4.17.0 < 4.17.21');
  });
});
