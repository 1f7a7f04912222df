import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dpkgStatus } from '../../../test/support/databases.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { Report } from '../../model/report.ts';

const free =
  'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nFiles: *\nLicense: Expat\n text\n';
const names = ['hull', 'mast', 'mast-doc', 'keel'];
const base = layer([
  { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
  { path: 'var/lib/dpkg/status', content: dpkgStatus(names.map((name) => ({ name, version: '1.0' }))) },
  { path: 'usr/share/doc/hull/copyright', content: free },
  { path: 'usr/share/doc/mast/copyright', content: 'any later version. See /usr/share/common-licenses/GPL-3.' },
  { path: 'usr/share/doc/mast-doc', type: 'symlink', linkTarget: 'mast' },
]);
const own = layer([
  {
    path: 'srv/node_modules/rope/package.json',
    content: '{"name":"rope","version":"2.0.0","license":"(MIT OR GPL-3.0)"}',
  },
  { path: 'srv/node_modules/tar/package.json', content: '{"name":"tar","version":"3.0.0","license":"AGPL-3.0"}' },
  {
    path: 'usr/lib/python3.12/site-packages/sail-1.0.dist-info/METADATA',
    content:
      'Metadata-Version: 2.1\nName: sail\nVersion: 1.0\nClassifier: License :: OSI Approved :: Apache Software License\n',
  },
]);

const folder = temporaryFolder();
const image = path.join(folder, 'image.tar');
writeFileSync(image, dockerArchive({ layers: [base, own] }));

const scan = async (...args: readonly string[]) =>
  await runDrydock(['scan', image, '--offline', '--checks', 'none', ...args], {
    folder,
    environment: { XDG_CACHE_HOME: folder },
  });

async function found(...args: readonly string[]) {
  const { status, stdout, stderr } = await scan('-f', 'json', ...args);
  const { findings, packages } = JSON.parse(stdout) as Report;
  const lines = findings.map(({ id, package: pkg, suppressed }) =>
    [pkg?.name, id, suppressed?.by].filter((x) => x !== undefined),
  );
  return { status, stderr, lines, packages };
}

describe('a scan with licences', () => {
  it('judges notices of Debian, also behind links, and what packages of languages state', async () => {
    writeFileSync(
      path.join(folder, 'p.yaml'),
      'licences:\n  allow: [permissive]\n  deny: ["*GPL*"]\n  exceptions:\n    - {package: tar, reason: x, expires: 2026-12-31}\n',
    );
    const { status, lines, packages } = await found('--policy', 'p.yaml', '--fail-on', 'high');

    expect(status).toBe(1);
    expect(packages.find(({ name }) => name === 'mast-doc')?.licences).toEqual(['GPL-3+']);
    expect(lines).toEqual([
      ['mast', 'licence-denied'],
      ['mast-doc', 'licence-denied'],
      ['tar', 'licence-denied', 'policy:p.yaml:5'],
      ['keel', 'licence-unknown'],
      ['sail', 'licence-unknown'],
    ]);
  });

  it('takes them from flags, and refuses a word that means none', async () => {
    expect((await found('--deny-licences', 'AGPL-3.0')).lines).toEqual([['tar', 'licence-denied']]);
    expect(await scan('--allow-licences', 'Apache2')).toMatchObject({ status: 2 });
    const { stdout } = await scan('--deny-licences', 'copyleft-network');
    expect(stdout).toContain('LICENCES  1');
    expect(stdout).toContain('The policy denies AGPL-3.0-only [licence-denied]');
  });

  it('asks nobody without them, and reads no notice then', async () => {
    const { lines, packages } = await found();

    expect(lines).toEqual([]);
    expect(packages.find(({ name }) => name === 'hull')?.licences).toEqual([]);
    expect((await scan('-f', 'notices')).stdout).toContain('GPL-3.0-or-later (2)');
  });
});
