import { describe, expect, it } from 'vitest';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { ubuntuTracker } from './tracker-feed.ts';

const documents = {
  'active/CVE-2020-0001': `Candidate: CVE-2020-0001
Priority: medium
jammy_curl: released (7.81.0-1ubuntu1.10)
jammy_zlib: not-affected (code not present)
jammy_netty: needed
bionic_curl: ignored (end of standard support)
esm-infra/bionic_curl: released (7.58.0-2ubuntu3.24+esm1)
bionic_openssl: released (1.1.1-1ubuntu2.1~18.04.9)
fips-updates/bionic_openssl: released (1.1.1-1ubuntu2.fips.2.1~18.04.9)
jammy_linux: released (5.15.0-100.110)
jammy_linux-aws: released (5.15.0-1050.55)
`,
};

interface Deb {
  readonly name: string;
  readonly version: string;
  readonly source?: string;
}

async function scan(version: string, debs: readonly Deb[], files: Readonly<Record<string, string>> = {}) {
  const status = debs
    .map(
      ({ name, version: own, source }) =>
        `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${own}\n${source === undefined ? '' : `Source: ${source}\n`}`,
    )
    .join('\n');
  return await scanJudged({
    release: `ID=ubuntu\nVERSION_ID="${version}"\n`,
    files: [
      { path: 'var/lib/dpkg/status', content: status },
      ...Object.entries(files).map(([path, content]) => ({ path, content })),
    ],
    feed: ubuntuTracker,
    documents,
  });
}

describe('an image of Ubuntu', () => {
  it.each<[string, string, Deb, readonly string[]]>([
    ['older than the fix', '22.04', { name: 'curl', version: '7.81.0-1ubuntu1.9' }, ['7.81.0-1ubuntu1.10']],
    ['at the fix', '22.04', { name: 'curl', version: '7.81.0-1ubuntu1.10' }, []],
    [
      'pitfall 1: a binary package with the version of its source',
      '22.04',
      { name: 'libcurl4', version: '1', source: 'curl (7.81.0-1ubuntu1.9)' },
      ['7.81.0-1ubuntu1.10'],
    ],
    ['not affected', '22.04', { name: 'zlib1g', version: '1', source: 'zlib' }, []],
    ['without a fix', '22.04', { name: 'netty', version: '1' }, ['-']],
    ['of another release', '20.04', { name: 'curl', version: '1' }, []],
    [
      'pitfall 6: a kernel, by its own source',
      '22.04',
      { name: 'linux-image-5.15.0-1049-aws', version: '5.15.0-1049.54', source: 'linux-aws' },
      ['5.15.0-1050.55'],
    ],
    [
      'pitfall 5: fixed with Pro alone, in an image without it',
      '18.04',
      { name: 'curl', version: '7.58.0-2ubuntu3.24' },
      ['-'],
    ],
    [
      'pitfall 5: of Pro, older than the fix',
      '18.04',
      { name: 'curl', version: '7.58.0-2ubuntu3.23+esm3' },
      ['7.58.0-2ubuntu3.24+esm1'],
    ],
    ['pitfall 5: of Pro, at the fix', '18.04', { name: 'curl', version: '7.58.0-2ubuntu3.24+esm1' }, []],
    [
      'pitfall 5: a FIPS build, by its own pocket',
      '18.04',
      { name: 'openssl', version: '1.1.1-1ubuntu2.fips.2.1~18.04.8' },
      ['1.1.1-1ubuntu2.fips.2.1~18.04.9'],
    ],
    [
      'pitfall 5: a FIPS build at its fix',
      '18.04',
      { name: 'openssl', version: '1.1.1-1ubuntu2.fips.2.1~18.04.9' },
      [],
    ],
  ])('has a package that is %s', async (_, version, deb, fixes) => {
    const found = foundIn(await scan(version, [deb]));

    expect(found).toEqual(fixes.map((fix) => `${deb.name} ${deb.version} CVE-2020-0001 ${fix}`));
  });

  it('pitfall 5: says that a fix is to be had with Pro', async () => {
    const { findings } = await scan('18.04', [{ name: 'curl', version: '7.58.0-2ubuntu3.24' }]);

    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'CVE-2020-0001',
        state: 'end-of-life',
        remediation: expect.stringContaining('fixed with Ubuntu Pro in 7.58.0-2ubuntu3.24+esm1.'),
      }),
    );
  });

  it.each([
    ['attached', 'deb https://esm.example.org/infra/ubuntu bionic-infra-security main\n', '7.58.0-2ubuntu3.24+esm1'],
    ['detached again', '# deb https://esm.example.org/infra/ubuntu bionic-infra-security main\n', '-'],
  ])('pitfall 5: an image that is %s', async (_, source, fix) => {
    const report = await scan('18.04', [{ name: 'curl', version: '7.58.0-2ubuntu3.24' }], {
      'etc/apt/sources.list.d/ubuntu-esm-infra.list': source,
    });

    expect(foundIn(report)).toEqual([`curl 7.58.0-2ubuntu3.24 CVE-2020-0001 ${fix}`]);
  });
});
