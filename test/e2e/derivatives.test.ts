import { describe, expect, it } from 'vitest';
import { debianTracker } from '../../src/ecosystems/debian/feed.ts';
import { ubuntuTracker } from '../../src/ecosystems/ubuntu/tracker-feed.ts';
import type { Feed } from '../../src/model/feed.ts';
import { foundIn, scanJudged } from '../support/rpm-image.ts';

const ofUbuntu = {
  'active/CVE-2020-0001': 'Candidate: CVE-2020-0001\njammy_curl: released (7.81.0-1ubuntu1.10)\njammy_apt: needed\n',
};
const issue = (releases: object): object => ({ 'CVE-2020-0001': { releases } });
const open = { bookworm: { status: 'open', urgency: 'not yet assigned' } };
const ofDebian = { 'tracker.json': JSON.stringify({ curl: issue(open), 'base-files': issue({}), bash: issue(open) }) };

interface Deb {
  readonly name: string;
  readonly version: string;
  readonly maintainer: string;
}
const developers = 'Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>';
const debians = 'Someone <someone@debian.org>';

function paragraph({ name, version, maintainer }: Deb): string {
  return `Package: ${name}\nStatus: install ok installed\nMaintainer: ${maintainer}\nArchitecture: amd64\nVersion: ${version}\n`;
}

async function scan(
  feed: Feed,
  documents: Readonly<Record<string, string>>,
  release: string,
  debs: readonly Deb[],
  files: Readonly<Record<string, string>> = {},
) {
  const report = await scanJudged({
    release,
    files: [
      { path: 'var/lib/dpkg/status', content: debs.map(paragraph).join('\n') },
      ...Object.entries(files).map(([path, content]) => ({ path, content })),
    ],
    feed,
    documents,
  });
  const problems = report.problems.filter(({ code }) => /^(?:packages|distribution)\./.test(code));
  return { report, found: foundIn(report), problems: problems.map(({ code, message }) => `${code}: ${message}`) };
}

const mint =
  'NAME="Linux Mint"\nPRETTY_NAME="Linux Mint 21.3"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21.3"\nVERSION_CODENAME=virginia\nUBUNTU_CODENAME=jammy\n';

describe('an image of a distribution on which nobody publishes advisories', () => {
  it('is judged by what it was made from, as far as its packages come from there', async () => {
    const { report, found, problems } = await scan(ubuntuTracker, ofUbuntu, mint, [
      { name: 'curl', version: '7.81.0-1ubuntu1.9', maintainer: developers },
      { name: 'apt', version: '2.4.11+linuxmint1', maintainer: developers },
      { name: 'mintsystem', version: '8.5.9', maintainer: 'Clement Lefebvre <root@linuxmint.com>' },
    ]);

    expect(report.image.distribution).toMatchObject({ id: 'linuxmint', version: '21.3', parent: 'ubuntu:22.04' });
    expect(found).toEqual(['curl 7.81.0-1ubuntu1.9 CVE-2020-0001 7.81.0-1ubuntu1.10']);
    expect(problems).toEqual([
      expect.stringMatching(
        /^packages\.unwatched: 1 package \(deb of linuxmint:21\.3, built by Clement.*\), 1 package \(deb of linuxmint:21\.3, built by Ubuntu/,
      ),
      'packages.judged-by-parent: Advisories on Ubuntu 22.04 LTS (jammy) judged 1 package (deb of linuxmint:21.3) that the image has from there unchanged.',
    ]);
  });

  it.each<[string, string, string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'Raspbian, by its codename',
      'ID=raspbian\nID_LIKE=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n',
      '1-1',
      {},
      ['1-1'],
    ],
    [
      'Raspbian, a package that it changed',
      'ID=raspbian\nID_LIKE=debian\nVERSION_CODENAME=bookworm\n',
      '1-1+rpi1',
      {},
      [],
    ],
    [
      'Devuan, whose codenames are its own, by debian_version',
      'ID=devuan\nID_LIKE=debian\nVERSION_ID=5\nVERSION_CODENAME=daedalus\n',
      '1-1',
      { 'etc/debian_version': '12.4\n' },
      ['1-1'],
    ],
    [
      'Parrot, by the codename of its parent',
      'ID=parrot\nID_LIKE=debian\nVERSION_CODENAME=lory\nDEBIAN_CODENAME=bookworm\n',
      '1-1',
      {},
      ['1-1'],
    ],
    [
      'Kali, which is of no release of Debian',
      'ID=kali\nID_LIKE=debian\nVERSION_ID=2024.1\nVERSION_CODENAME=kali-rolling\n',
      '1-1',
      { 'etc/debian_version': 'kali-rolling\n' },
      [],
    ],
    ['one that says nothing of a parent', 'ID=mooring\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n', '1-1', {}, []],
    ['one that was made from Ubuntu', `${mint}`, '1-1', {}, []],
  ])('%s', async (_, release, version, files, found) => {
    const result = await scan(
      debianTracker,
      ofDebian,
      release,
      [{ name: 'curl', version, maintainer: debians }],
      files,
    );

    expect(result.found).toEqual(found.map((one) => `curl ${one} CVE-2020-0001 -`));
    expect(result.problems).not.toEqual([]);
  });

  it('is what its os-release says, though an lsb-release of its parent was left in it', async () => {
    const { report } = await scan(ubuntuTracker, ofUbuntu, mint, [], {
      'etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n',
    });

    expect(report.image.distribution?.id).toBe('linuxmint');
  });
});

describe('pitfall 29: an image whose release files do not tell the release', () => {
  const bash = { name: 'bash', version: '5.2', maintainer: debians };

  it.each([
    ['Debian, by the package that has its release', 'ID=debian\nPRETTY_NAME=Distroless\n', '12.4+deb12u8', 'debian:12'],
    ['Debian, of a release that is not out', 'ID=debian\n', '13.8', 'debian:13'],
    ['no name at all', '', '12.4+deb12u8', 'debian:12'],
    ['Ubuntu without release files', '', '12ubuntu4.6', 'ubuntu:22.04'],
    ['somebody else', 'ID=mooring\n', '12.4+deb12u8', undefined],
    ["a package that is nobody's", '', '12mooring1', undefined],
  ])('%s', async (_, release, version, expected) => {
    const base = { name: 'base-files', version, maintainer: debians };
    const { report } = await scan(debianTracker, ofDebian, release, [], {
      'var/lib/dpkg/status.d/base': paragraph(base),
      'var/lib/dpkg/status.d/bash': paragraph(bash),
    });

    const { distribution } = report.image;
    expect(distribution && `${distribution.id}:${distribution.version}`).toBe(expected);
    expect(foundIn(report)).toEqual(expected === 'debian:12' ? ['bash 5.2 CVE-2020-0001 -'] : []);
  });
});
