import { describe, expect, it } from 'vitest';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { openEulerCsaf, openEulerCvrf } from './documents.ts';
import { noticeAdvisory, parseRpmFile } from './notice.ts';

describe('parseRpmFile', () => {
  it.each([
    ['vim-common-9.0-33.oe2203sp3.x86_64.rpm', { name: 'vim-common', version: '9.0-33.oe2203sp3', arch: 'x86_64' }],
    ['python3-a-b-1.12.1.1-2.oe1.noarch', { name: 'python3-a-b', version: '1.12.1.1-2.oe1', arch: 'noarch' }],
    ['a-1-2.src.rpm', { name: 'a', version: '1-2', arch: 'src' }],
    ['a-1.rpm', undefined],
    ['a-1-2', undefined],
    ['-1-2.x', undefined],
    ['.rpm', undefined],
    ['a b-1-2.x86_64.rpm', undefined],
    ['', undefined],
  ])('%j', (file, expected) => {
    expect(parseRpmFile(file)).toEqual(expected);
  });
});

const release = 'NAME="openEuler"\nVERSION="22.03 (LTS-SP3)"\nID="openEuler"\nVERSION_ID="22.03"\n';
const rpms = [
  {
    name: 'vim-common',
    epoch: 2,
    version: '9.0',
    release: '32.oe2203sp3',
    arch: 'x86_64',
    sourceRpm: 'vim-9.0-32.oe2203sp3.src.rpm',
  },
  {
    name: 'vim-minimal',
    epoch: 2,
    version: '9.0',
    release: '33.oe2203sp3',
    arch: 'x86_64',
    sourceRpm: 'vim-9.0-33.oe2203sp3.src.rpm',
  },
];
const files = [
  'vim-9.0-33.oe2203sp3.src.rpm',
  'vim-common-9.0-33.oe2203sp3.x86_64.rpm',
  'vim-minimal-9.0-33.oe2203sp3.x86_64.rpm',
];

describe('an image of openEuler', () => {
  it('is judged by CSAF, which tells more of a CVE than its fixes', async () => {
    const document = (id: string, category: string, status: object) => ({
      document: { category, csaf_version: '2.0', title: 't', tracking: { id, status: 'final', version: '1' } },
      product_tree: {
        relationships: files.map((file) => ({
          category: 'default_component_of',
          product_reference: file,
          relates_to_product_reference: 'openEuler-22.03-LTS-SP3',
          full_product_name: { name: file, product_id: `openEuler-22.03-LTS-SP3:${file.slice(0, -4)}` },
        })),
      },
      vulnerabilities: [{ cve: id.startsWith('CVE-') ? id : 'CVE-2025-1111', product_status: status }],
    });
    const products = files.map((file) => `openEuler-22.03-LTS-SP3:${file.slice(0, -4)}`);
    const documents = {
      '2025/csaf-openeuler-sa-2025-1351.json': JSON.stringify(
        document('openEuler-SA-2025-1351', 'csaf_security_advisory', { fixed: products }),
      ),
      '2025/csaf-openeuler-cve-2025-2222.json': JSON.stringify(
        document('CVE-2025-2222', 'csaf_vex', {
          known_affected: products.slice(1, 2),
          known_not_affected: products.slice(2),
        }),
      ),
    };

    expect(foundIn(await scanJudged({ release, rpms, feed: openEulerCsaf, documents }))).toEqual([
      'vim-common 2:9.0-32.oe2203sp3 CVE-2025-1111 9.0-33.oe2203sp3',
      'vim-common 2:9.0-32.oe2203sp3 CVE-2025-2222 -',
    ]);
  });

  it('is judged by CVRF', async () => {
    const cpe = 'cpe:/a:openEuler:openEuler:22.03-LTS-SP3';
    const products = files.map((file) => `<FullProductName ProductID="x" CPE="${cpe}">${file}</FullProductName>`);
    const text = `<?xml version="1.0"?><cvrfdoc><DocumentTitle>t</DocumentTitle>
      <DocumentTracking><Identification><ID>openEuler-SA-2025-1351</ID></Identification></DocumentTracking>
      <DocumentNotes><Note Title="Severity">High</Note></DocumentNotes>
      <ProductTree><Branch Type="Package Arch" Name="x86_64">${products.join('')}</Branch></ProductTree>
      <Vulnerability><CVE>CVE-2025-1111</CVE><ProductStatuses><Status Type="Fixed">
      <ProductID>openEuler-22.03-LTS-SP3</ProductID></Status></ProductStatuses></Vulnerability></cvrfdoc>`;
    const documents = { '2025/cvrf-openEuler-SA-2025-1351.xml': text };

    expect(foundIn(await scanJudged({ release, rpms, feed: openEulerCvrf, documents }))).toEqual([
      'vim-common 2:9.0-32.oe2203sp3 CVE-2025-1111 9.0-33.oe2203sp3',
    ]);
  });
});

describe('noticeAdvisory', () => {
  it('says which builds it cannot read, and makes no record of none', () => {
    const build = { release: 'openEuler-22.03-LTS-SP3', file: 'nonsense', state: 'fixed' as const };

    expect(
      noticeAdvisory({
        id: 'openEuler-SA-2025-1',
        cves: [],
        severity: undefined,
        builds: [build, { ...build, release: 'x' }],
      }),
    ).toEqual({ notes: ['openEuler-SA-2025-1: 2 builds cannot be read, as openEuler-22.03-LTS-SP3 nonsense'] });
  });
});
