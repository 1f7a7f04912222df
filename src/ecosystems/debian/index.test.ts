import { describe, expect, it } from 'vitest';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { debianTracker } from './feed.ts';

const issue = (releases: object): object => ({ 'CVE-2020-0001': { releases } });
const documents = {
  'tracker-data.json': JSON.stringify({
    curl: issue({
      bookworm: { status: 'resolved', fixed_version: '7.88.1-10+deb12u4', urgency: 'not yet assigned' },
      trixie: { status: 'resolved', fixed_version: '0', urgency: 'unimportant' },
      forky: { status: 'open', urgency: 'not yet assigned' },
      sid: { status: 'resolved', fixed_version: '8.4.0-1', urgency: 'not yet assigned' },
      jessie: { status: 'open', urgency: 'end-of-life' },
    }),
    zlib: issue({ bookworm: { status: 'open', urgency: 'not yet assigned', nodsa: 'Minor issue', nodsa_reason: '' } }),
    tar: issue({ bookworm: { status: 'open', urgency: 'unimportant' } }),
    vim: issue({ bookworm: { status: 'undetermined', urgency: 'not yet assigned' } }),
  }),
  'DSA/list':
    '[01 Jan 2024] DSA-5587-1 curl - security update\n\t{CVE-2020-0001}\n\t[bookworm] - curl 7.88.1-10+deb12u4\n',
};

async function scan(release: string, name: string, version: string, source?: string) {
  const status = `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`;
  return await scanJudged({
    release: `ID=debian\n${release}\n`,
    files: [
      { path: 'var/lib/dpkg/status', content: source === undefined ? status : `${status}Source: ${source}\n` },
      { path: 'etc/debian_version', content: 'forky/sid\n' },
    ],
    feed: debianTracker,
    documents,
  });
}

describe('an image of Debian', () => {
  it.each<[string, string, string, string, string | undefined, readonly string[]]>([
    ['older than the fix', 'VERSION_ID=12', 'curl', '7.88.1-10+deb12u3', undefined, ['7.88.1-10+deb12u4']],
    ['at the fix', 'VERSION_ID=12', 'curl', '7.88.1-10+deb12u4', undefined, []],
    ['pitfall 8: never affected', 'VERSION_ID=13', 'curl', '1', undefined, []],
    ['of testing, named by its codename', 'VERSION_CODENAME=forky', 'curl', '8.4.0-1', undefined, ['-']],
    ['pitfall 28: of a release that nobody supports', 'VERSION_ID=8', 'curl', '7.38.0-4', undefined, ['-']],
    ['of another release', 'VERSION_ID=11', 'curl', '1', undefined, []],
    [
      'pitfall 1: rebuilt, so that only its own version has changed',
      'VERSION_ID=12',
      'libcurl4',
      '7.88.1-10+deb12u4+b1',
      'curl (7.88.1-10+deb12u4)',
      [],
    ],
    ['pitfall 1: without a source of its own name', 'VERSION_ID=12', 'zlib1g', '1:1.2.13', 'zlib', ['-']],
    ['pitfall 7: undetermined', 'VERSION_ID=12', 'vim', '1', undefined, []],
  ])('has a package that is %s', async (_, release, name, version, source, fixes) => {
    const found = foundIn(await scan(release, name, version, source));

    expect(found).toEqual(fixes.map((fix) => `${name} ${version} CVE-2020-0001 ${fix}`));
  });

  it('pitfall 7: says what the team thinks of an issue that gets no advisory', async () => {
    const { findings } = await scan('VERSION_ID=12', 'zlib', '1');

    expect(findings).toContainEqual(
      expect.objectContaining({ state: 'deferred', remediation: 'The publisher says: Minor issue.' }),
    );
  });

  it('pitfall 7: reports what is unimportant as negligible', async () => {
    const { findings } = await scan('VERSION_ID=12', 'tar', '1');

    expect(findings).toContainEqual(expect.objectContaining({ id: 'CVE-2020-0001', severity: 'negligible' }));
  });

  it('names the notice that brought the fix', async () => {
    const { findings } = await scan('VERSION_ID=12', 'curl', '1');

    expect(findings).toContainEqual(expect.objectContaining({ id: 'CVE-2020-0001', related: ['DSA-5587-1'] }));
  });
});
