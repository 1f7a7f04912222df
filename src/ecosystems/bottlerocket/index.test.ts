import { describe, expect, it } from 'vitest';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import type { Report } from '../../model/report.ts';
import { bottlerocketUpdateinfo } from './feed.ts';

const INVENTORY = 'usr/share/bottlerocket/application-inventory.json';
const release = 'NAME=Bottlerocket\nID=bottlerocket\nVERSION_ID=1.30.0\n';

function entry(name: string, epoch: string, version: string, build = '1.1740525475.e3a5862c.br1', arch = 'x86_64') {
  return {
    Name: name,
    Publisher: 'bottlerocket-core-kit',
    Version: version,
    Release: build,
    Epoch: epoch,
    Architecture: arch,
  };
}

const document = `<?xml version="1.0"?>
<updates><update author="a" from="a" status="final" type="security" version="1.4"><id>BRSA-kdg8bd1th2gb</id>
  <title>glibc CVE-2025-15281</title><severity>medium</severity>
  <references><reference href="https://x.example" id="CVE-2025-15281" type="cve" /></references>
  <pkglist><collection short="bottlerocket"><name>Bottlerocket</name>
    <package arch="x86_64" name="glibc" version="2.43" release="1.1773716061.e2e9d7a9.br1" epoch="1" />
    <package arch="aarch64" name="glibc" version="2.43" release="1.1773716061.e2e9d7a9.br1" epoch="1" />
    <package arch="aarch64" name="kmod" version="9" release="1" epoch="0" />
  </collection></pkglist></update></updates>`;

async function scan(content: unknown, path = INVENTORY, os = release): Promise<Report> {
  return await scanJudged({
    release: os,
    files: [{ path, content: typeof content === 'string' ? content : JSON.stringify({ Content: content }) }],
    feed: bottlerocketUpdateinfo,
    documents: { 'updateinfo.xml': document },
  });
}

describe('an image of Bottlerocket', () => {
  it.each([INVENTORY, `x86_64-bottlerocket-linux-gnu/sys-root/${INVENTORY}`])('is judged by %s', async (path) => {
    const report = await scan([entry('glibc', '1', '2.40'), entry('kmod', '0', '1')], path);

    expect(report.image.distribution).toMatchObject({ id: 'bottlerocket', version: '1' });
    expect(report.packages).toMatchObject([
      {
        name: 'glibc',
        version: '1:2.40-1.1740525475.e3a5862c.br1',
        distribution: 'bottlerocket:1',
        vendor: 'bottlerocket-core-kit',
        presence: 'present',
      },
      { name: 'kmod' },
    ]);
    // kmod is fixed for another architecture.
    expect(foundIn(report)).toEqual([
      'glibc 1:2.40-1.1740525475.e3a5862c.br1 CVE-2025-15281 1:2.43-1.1773716061.e2e9d7a9.br1',
    ]);
    expect(report.problems).toEqual([]);
  });

  it.each([
    ['the fix', [entry('glibc', '1', '2.43', '1.1773716061.e2e9d7a9.br1')]],
    ['a later version', [entry('glibc', '1', '2.44')]],
    ['another package', [entry('openssl', '1', '1')]],
  ])('has no finding with %s', async (_, content) => {
    expect(foundIn(await scan(content))).toEqual([]);
  });

  it('pitfall 3: takes an epoch for what it is', async () => {
    expect(foundIn(await scan([entry('glibc', '0', '2.44')]))).toHaveLength(1);
  });

  it('has no finding as another distribution', async () => {
    expect(foundIn(await scan([entry('glibc', '1', '2.40')], INVENTORY, 'ID=other\nVERSION_ID=1\n'))).toEqual([]);
  });

  it('says that its inventory is damaged', async () => {
    const report = await scan('{"Content": [');

    expect(report.problems).toContainEqual(
      expect.objectContaining({ code: 'file.format', message: 'the inventory is no JSON', path: INVENTORY }),
    );
    expect(report.coverage.complete).toBe(false);
  });
});
