import { describe, expect, it } from 'vitest';
import { dpkgStatus } from '../../../test/support/databases.ts';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { debianFiles } from '../../../test/support/root-file-systems.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf, makeAdvisory } from '../../../test/support/view.ts';
import { python } from './index.ts';

const record = (id: string, name: string, fixed: string): string =>
  JSON.stringify({
    id,
    affected: [
      {
        package: { ecosystem: 'PyPI', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });
const metadata = (name: string, version: string): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
const site = 'usr/local/lib/python3.12/site-packages';

async function scanned(files: readonly { readonly path: string; readonly content: string }[]) {
  const { upserts } = await readFiles(python.osv, {
    'all.ndjson': [
      record('GHSA-aaaa-aaaa-aaaa', 'wheel', '0.46.2'),
      record('GHSA-bbbb-bbbb-bbbb', 'flask-cors', '4.0.2'),
      record('GHSA-cccc-cccc-cccc', 'requests', '2.32.0'),
      record('GHSA-dddd-dddd-dddd', 'jinja2', '3.1.3'),
    ].join('\n'),
  });
  // Debian speaks of its package: it mended it.
  const debian = makeAdvisory('CVE-2023-32681', [
    { package: 'python3-requests', namespace: 'debian:12', ranges: [{ introduced: '0', fixed: '2.28.1+dfsg-1' }] },
  ]);
  const source = advisoriesOf({ 'pypi-osv': upserts, debian: [debian] });
  const image = writeTemporary('image.tar', dockerArchive({ layers: [layer([...debianFiles(), ...files])] }));
  return scanOne(image, { advisories: { supply: async () => ({ source, problems: [] }) } });
}

describe('an image with Python packages', () => {
  it('T-01: has findings of packages whatever their names look like and however they are spelt', async () => {
    const { findings } = await scanned([
      { path: `${site}/wheel-0.40.0.dist-info/METADATA`, content: metadata('wheel', '0.40.0') },
      { path: `${site}/Flask_Cors-4.0.1.egg-info/PKG-INFO`, content: metadata('Flask_Cors', '4.0.1') },
      { path: `${site}/jinja2-3.1.3.dist-info/METADATA`, content: metadata('Jinja2', '3.1.3') },
    ]);

    expect(findings.map(({ id, package: pkg }) => `${id} ${pkg?.purl}`).sort()).toEqual([
      'GHSA-aaaa-aaaa-aaaa pkg:pypi/wheel@0.40.0',
      'GHSA-bbbb-bbbb-bbbb pkg:pypi/flask-cors@4.0.1',
    ]);
  });

  it('T-16: leaves the packages of the distribution to the distribution', async () => {
    const path = 'usr/lib/python3/dist-packages/requests-2.28.1.dist-info/METADATA';
    const files = [{ path, content: metadata('requests', '2.28.1') }];
    const owned = [
      ...files,
      { path: 'var/lib/dpkg/info/python3-requests.list', content: `/.\n/${path}\n` },
      { path: 'var/lib/dpkg/status', content: dpkgStatus([{ name: 'python3-requests', version: '2.28.1+dfsg-1' }]) },
    ];

    expect((await scanned(files)).findings).toMatchObject([{ id: 'GHSA-cccc-cccc-cccc' }]);
    const { findings, packages } = await scanned(owned);
    expect(findings.filter(({ kind }) => kind === 'vulnerability')).toEqual([]);
    expect(packages.find(({ type }) => type === 'pypi')).toMatchObject({
      name: 'requests',
      ownedBy: 'python3-requests',
    });
  });

  it('lists what lockfiles and wheels name, and does not judge it', async () => {
    const { findings, packages } = await scanned([
      { path: 'srv/requirements.txt', content: 'jinja2==3.0.0\n' },
      { path: 'usr/share/python-wheels/wheel-0.40.0-py3-none-any.whl', content: 'x' },
    ]);

    expect(findings).toEqual([]);
    expect(packages.filter(({ type }) => type === 'pypi').map(({ purl, evidence }) => `${purl} ${evidence}`)).toEqual([
      'pkg:pypi/jinja2@3.0.0 manifest',
      'pkg:pypi/wheel@0.40.0 lockfile',
    ]);
  });
});
