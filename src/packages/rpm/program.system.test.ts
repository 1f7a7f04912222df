import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { rpmDatabases } from './databases.ts';

const hasRpm = spawnSync('rpm', ['--version']).status === 0 && spawnSync('rpmbuild', ['--version']).status === 0;

const spec = `
Name: anchor
Epoch: 3
Version: 1.2~rc1
Release: 4
Summary: holds a ship
License: MIT
Vendor: Yard
BuildArch: noarch
%description
%package chain
Summary: holds an anchor
Version: 9
%description chain
%install
mkdir -p %{buildroot}/etc/anchor %{buildroot}/usr/share/anchor
echo a > %{buildroot}/etc/anchor/a.conf
echo b > %{buildroot}/usr/share/anchor/b
ln -s b %{buildroot}/usr/share/anchor/c
%files
%config(noreplace) /etc/anchor/a.conf
/usr/share/anchor
%ghost /var/log/anchor.log
%files chain
`;

// Facts as the program itself states them, in the words of ours.
const format =
  '%{NAME}|%{EPOCH}:%{VERSION}-%{RELEASE}|%{ARCH}|%{VENDOR}|%{LICENSE}\\n[>%{=NAME}|%{FILENAMES}|%{FILEDIGESTS}|%{FILEFLAGS:fflags}\\n]';

describe.skipIf(!hasRpm)('what rpm itself wrote', () => {
  const folder = temporaryFolder();
  let packages: readonly string[] = [];

  beforeAll(() => {
    writeFileSync(path.join(folder, 'anchor.spec'), spec);
    const define = ['--define', `_topdir ${folder}`, '--define', `_rpmdir ${folder}/rpms`];
    execFileSync('rpmbuild', ['-bb', '--quiet', ...define, path.join(folder, 'anchor.spec')], { stdio: 'ignore' });
    packages = globSync('rpms/**/*.rpm', { cwd: folder }).map((file) => path.join(folder, file));
  });

  it.each([
    ['sqlite', 'rpmdb.sqlite'],
    ['ndb', 'Packages.db'],
  ])('is read from a database of %s as rpm reads it', async (backend, file) => {
    const database = path.join(folder, backend);
    const rpm = (...words: readonly string[]): string =>
      execFileSync('rpm', ['--define', `_db_backend ${backend}`, '--dbpath', database, ...words], { encoding: 'utf8' });
    rpm('-i', '--justdb', '--nodeps', '--ignorearch', '--nosignature', ...packages);
    const lines = rpm('-qa', '--nosignature', '--qf', format).split('\n').filter(Boolean);
    const place = `var/lib/rpm/${file}`;
    const { facts, problems } = await readLayerWith(rpmDatabases, [
      { path: place, content: readFileSync(path.join(database, file)) },
    ]);
    const ours = facts.flatMap((fact) => {
      if (fact.kind === 'package-database') {
        return fact.packages.map((pkg) =>
          [pkg.name, pkg.version, pkg.arch, pkg.vendor, ...(pkg.licences ?? [])].join('|'),
        );
      }
      if (fact.kind !== 'ownership' || fact.files === '') return [];
      const digests = new Map((fact.sha256 ?? '').split('\n').map((line) => [line.slice(66), line.slice(0, 64)]));
      return fact.files.split('\n').map((name) => `>${fact.owner}|/${name}|${digests.get(name) ?? ''}`);
    });
    // Of configuration files we keep no digest.
    const theirs = lines.map((line) => {
      const [owner, name, digest, flags] = line.split('|');
      return line.startsWith('>') ? [owner, name, flags?.includes('c') === true ? '' : digest].join('|') : line;
    });

    expect(problems).toEqual([]);
    expect(lines).toHaveLength(7);
    expect(ours.toSorted()).toEqual(theirs.toSorted());
  });
});
