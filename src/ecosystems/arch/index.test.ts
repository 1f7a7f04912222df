import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { archTracker } from './feed.ts';

function group(number: number, more: object): object {
  return {
    name: `AVG-${number}`,
    packages: ['curl', 'lib32-curl'],
    status: 'Fixed',
    severity: 'High',
    type: 'denial of service',
    affected: '8.4.0-1',
    fixed: '8.5.0-1',
    ticket: null,
    issues: [`CVE-2024-${1000 + number}`],
    advisories: [],
    ...more,
  };
}

const documents = {
  'all.json': JSON.stringify([
    group(1, { issues: ['CVE-2024-1001', 'CVE-2024-9001'], advisories: ['ASA-202401-1'] }),
    group(2, { status: 'Vulnerable', fixed: null }),
    group(3, { status: 'Not affected', fixed: null }),
    group(4, { status: 'Testing', fixed: '8.6.0-1' }),
    group(5, { status: 'Unknown', fixed: null }),
    group(6, { packages: ['glibc'] }),
  ]),
};

function pacman(name: string, version: string): { path: string; content: string }[] {
  const folder = `var/lib/pacman/local/${name}-${version}`;
  return [
    {
      path: `${folder}/desc`,
      content: `%NAME%\n${name}\n\n%VERSION%\n${version}\n\n%BASE%\ncurl\n\n%ARCH%\nx86_64\n\n`,
    },
    { path: `${folder}/files`, content: `%FILES%\nusr/\nusr/bin/\nusr/bin/${name}\n\n` },
  ];
}

async function found(version: string, id = 'arch'): Promise<readonly string[]> {
  const release = `NAME="Arch Linux"\nID=${id}\nBUILD_ID=rolling\nVERSION_ID=20240101.0.204074\n`;
  return foundIn(await scanJudged({ release, files: pacman('curl', version), feed: archTracker, documents }));
}

describe('an image of Arch Linux', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'below the fix',
      '8.4.0-1',
      ['CVE-2024-1001 8.5.0-1', 'CVE-2024-1002 -', 'CVE-2024-1004 8.6.0-1', 'CVE-2024-9001 8.5.0-1'],
    ],
    ['at the fix', '8.5.0-1', ['CVE-2024-1002 -', 'CVE-2024-1004 8.6.0-1']],
    ['of another epoch', '1:1.0-1', ['CVE-2024-1002 -']],
  ])('has findings of a package %s, beside what is under investigation', async (_, version, lines) => {
    const all = (await found(version)).map((line) => line.split(' ').slice(2).join(' '));

    expect(all.filter((line) => !line.startsWith('CVE-2024-1005'))).toEqual(lines);
  });

  it('is not what a derivative is judged by', async () => {
    expect(await found('8.4.0-1', 'manjaro')).toEqual([]);
  });
});

describe('an image of Arch Linux in two layers', () => {
  it('has the version that the upper layer brought, and tells what it was before', async () => {
    const base = [
      { path: 'etc/os-release', content: 'ID=arch\n' },
      ...pacman('curl', '8.4.0-1'),
      ...pacman('zlib', '1.3-1'),
    ];
    const upper = [
      { path: 'var/lib/pacman/local/.wh.curl-8.4.0-1' },
      { path: 'var/lib/pacman/local/.wh.zlib-1.3-1' },
      ...pacman('curl', '8.5.0-1'),
    ];
    const image = writeTemporary('image.tar', dockerArchive({ layers: [layer(base), layer(upper)] }));

    const { packages } = await scanOne(image);

    expect(packages?.map(({ name, version, purl, layer: by }) => [name, version, purl, by.index])).toEqual([
      ['curl', '8.5.0-1', 'pkg:alpm/arch/curl@8.5.0-1?arch=x86_64&distro=arch-rolling', 1],
    ]);
  });
});

describe('archTracker', () => {
  it('makes one record of a group', async () => {
    const { upserts, replaced } = await readFiles(archTracker, documents);

    expect(replaced).toEqual(['']);
    expect(upserts[0]).toEqual({
      key: 'AVG-1',
      id: 'AVG-1',
      aliases: ['CVE-2024-1001', 'CVE-2024-9001'],
      related: ['ASA-202401-1'],
      severity: 'high',
      title: 'denial of service',
      urls: ['https://security.archlinux.org/AVG-1', 'https://security.archlinux.org/ASA-202401-1'],
      affected: ['curl', 'lib32-curl'].map((name) => ({
        namespace: 'arch',
        package: name,
        nameKind: 'binary',
        state: 'fixed',
        ranges: [{ fixed: '8.5.0-1' }],
      })),
    });
    expect(upserts.map(({ affected }) => affected[0]?.state)).toEqual([
      'fixed',
      'affected',
      'not-affected',
      'affected',
      'under-investigation',
      'fixed',
    ]);
  });

  it('says what it leaves out', async () => {
    const odd = [
      { name: 'AVG-x' },
      7,
      group(1, { packages: [] }),
      group(2, { issues: ['cve-2024-1', 'CVE-2024-12345'] }),
    ];

    const { upserts, notes } = await readFiles(archTracker, { 'all.json': JSON.stringify(odd), README: '' });

    expect(upserts.map(({ aliases }) => aliases)).toEqual([['CVE-2024-12345']]);
    expect(notes).toEqual([
      '"AVG-x" is no name of a group',
      'null is no name of a group',
      'AVG-1 names no package',
      'README is no document of this feed',
    ]);
  });
});
