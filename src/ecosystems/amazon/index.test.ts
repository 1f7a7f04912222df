import { describe, expect, it } from 'vitest';
import type { TestRpm } from '../../../test/support/rpm.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { amazonLinux1, amazonUpdateinfo } from './feed.ts';

function updates(id: string, cve: string, packages: string): string {
  return `<updates><update author="a" from="a" status="final" type="security" version="1.4"><id>${id}</id>
    <severity>important</severity><references><reference type="cve" id="${cve}" href="" title=""/></references>
    <pkglist><collection short="c"><name>C</name>${packages}</collection></pkglist></update></updates>`;
}

const rpm = (name: string, version: string, release: string, epoch = '0', arch = 'x86_64'): string =>
  `<package name="${name}" version="${version}" release="${release}" epoch="${epoch}" arch="${arch}"><filename/></package>`;

const documents = {
  '2/core/updateinfo.xml': updates(
    'ALAS2-2024-001',
    'CVE-2024-0001',
    rpm('curl', '8.3.0', '1.amzn2.0.6') +
      rpm('curl', '8.3.0', '1.amzn2.0.6', '0', 'aarch64') +
      rpm('kernel', '4.14.336', '253.554.amzn2') +
      rpm('kernel-headers', '4.14.336', '253.554.amzn2'),
  ),
  '2/extras/kernel-5.15/updateinfo.xml': updates(
    'ALAS2KERNEL-5.15-2024-001',
    'CVE-2024-0002',
    rpm('kernel', '5.15.148', '97.159.amzn2'),
  ),
  '2023/core/updateinfo.xml': updates('ALAS2023-2024-500', 'CVE-2024-0003', rpm('curl', '8.5.0', '1.amzn2023.0.1')),
};

async function found(version: string, rpms: readonly TestRpm[], id = 'amzn'): Promise<readonly string[]> {
  const release = `NAME="Amazon Linux"\nID="${id}"\nVERSION_ID="${version}"\n`;
  return foundIn(await scanJudged({ release, rpms, feed: amazonUpdateinfo, documents }));
}

describe('an image of Amazon Linux', () => {
  it.each<[string, string, TestRpm, readonly string[]]>([
    ['older than the fix', '2', { name: 'curl', version: '8.3.0', release: '1.amzn2.0.5' }, ['CVE-2024-0001']],
    [
      'of the other architecture',
      '2',
      { name: 'curl', version: '8.3.0', release: '1.amzn2.0.5', arch: 'aarch64' },
      ['CVE-2024-0001'],
    ],
    [
      'of an architecture that no notice is for',
      '2',
      { name: 'curl', version: '8.3.0', release: '1', arch: 's390x' },
      [],
    ],
    ['at the fix', '2', { name: 'curl', version: '8.3.0', release: '1.amzn2.0.6' }, []],
    [
      'pitfall 3: with an epoch of 0',
      '2',
      { name: 'curl', epoch: 0, version: '8.3.0', release: '1.amzn2.0.5' },
      ['CVE-2024-0001'],
    ],
    [
      'pitfall 3: with an epoch above that of the fix',
      '2',
      { name: 'curl', epoch: 1, version: '7.0', release: '1' },
      [],
    ],
    [
      'of another release, older than its fix',
      '2023',
      { name: 'curl', version: '8.3.0', release: '1.amzn2023' },
      ['CVE-2024-0003'],
    ],
    [
      'pitfall 24: a live patch, which is no kernel',
      '2',
      { name: 'kernel-livepatch-4.14.1-1', version: '1.0', release: '0' },
      [],
    ],
    [
      'headers of a kernel, which hold none',
      '2',
      { name: 'kernel-headers', version: '4.14.1', release: '1.amzn2' },
      [],
    ],
  ])('finds what is fixed after a package %s', async (_, version, rpm, ids) => {
    expect((await found(version, [rpm])).map((line) => line.split(' ')[2])).toEqual(ids);
  });

  it('pitfall 3: judges kernels that are installed side by side one by one, each by its series', async () => {
    const kernels = [
      { name: 'kernel', version: '4.14.300', release: '1.amzn2' },
      { name: 'kernel', version: '4.14.336', release: '253.554.amzn2' },
      { name: 'kernel', version: '5.15.100', release: '1.amzn2' },
    ];

    expect(await found('2', kernels)).toEqual([
      'kernel 4.14.300-1.amzn2 CVE-2024-0001 4.14.336-253.554.amzn2',
      'kernel 5.15.100-1.amzn2 CVE-2024-0002 5.15.148-97.159.amzn2',
    ]);
  });

  it('judges by no list of repositories that is one of Red Hat', async () => {
    const report = await scanJudged({
      release: 'ID="amzn"\nVERSION_ID="2"\n',
      rpms: [{ name: 'curl', version: '8.3.0', release: '1.amzn2.0.5' }],
      files: [{ path: 'usr/share/buildinfo/content-sets.json', content: '{"content_sets":["amzn2extra-none"]}' }],
      feed: amazonUpdateinfo,
      documents,
    });

    expect(foundIn(report)).toEqual(['curl 8.3.0-1.amzn2.0.5 CVE-2024-0001 8.3.0-1.amzn2.0.6']);
    expect(report.packages[0]?.repositories).toBeUndefined();
  });

  it('finds nothing in packages of another distribution', async () => {
    expect(await found('2', [{ name: 'curl', version: '1', release: '1' }], 'other')).toEqual([]);
  });

  it.each(['2018.03', '2014.09'])('judges release %s of the first one by its one repository', async (version) => {
    const report = await scanJudged({
      release: `ID="amzn"\nVERSION_ID="${version}"\n`,
      rpms: [{ name: 'httpd', version: '2.2.20', release: '1.amzn1' }],
      feed: amazonLinux1,
      documents: {
        '1/updates/updateinfo.xml': updates('ALAS-2011-1', 'CVE-2011-3192', rpm('httpd', '2.2.21', '1.18.amzn1')),
      },
    });

    expect(foundIn(report)).toEqual(['httpd 2.2.20-1.amzn1 CVE-2011-3192 2.2.21-1.18.amzn1']);
  });
});
