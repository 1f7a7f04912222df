import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { tar } from '../../../test/support/tar.ts';
import { ubuntuVex } from './vex-feed.ts';

const product = (name: string, distro: string, arch = 'source') => ({
  '@id': `pkg:deb/ubuntu/${name}@1.0-1?arch=${arch}&distro=${distro}`,
});

function document(...statements: object[]): string {
  const vulnerability = { name: 'CVE-2025-0001', description: 'text' };
  return JSON.stringify({ statements: statements.map((one) => ({ vulnerability, ...one })) });
}

const read = (...statements: object[]) =>
  readFiles(ubuntuVex, { 'vex/cve/2025/CVE-2025-0001.json': document(...statements) });

describe('ubuntuVex', () => {
  it('reads what is not affected, with the reason', async () => {
    const { upserts, replaced } = await read(
      {
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
        impact_statement:
          'This package (for the given release), while related to the CVE in some way, is not affected by the issue. CVE Notes / justification: affects 7.69 and higher',
        products: [
          product('curl', 'noble'),
          product('libcurl4', 'noble', 'amd64'),
          product('curl', 'esm-infra/xenial'),
        ],
      },
      { status: 'affected', products: [product('curl', 'jammy')] },
      { status: 'fixed', products: [product('curl', 'focal')] },
      { status: 'not_affected', justification: 'component_not_present', products: [product('curl', 'bionic')] },
    );

    const row = {
      package: 'curl',
      nameKind: 'source',
      state: 'not-affected',
      ranges: [],
      note: 'affects 7.69 and higher',
    };
    expect(upserts).toEqual([
      {
        key: 'CVE-2025-0001',
        id: 'CVE-2025-0001',
        aliases: [],
        severity: 'unknown',
        description: 'text',
        urls: ['https://ubuntu.com/security/CVE-2025-0001'],
        affected: ['ubuntu:24.04', 'ubuntu:16.04', 'ubuntu-pro:16.04'].map((namespace) => ({ ...row, namespace })),
      },
    ]);
    expect(replaced).toEqual(['']);
  });

  it('names the justification where nobody wrote more', async () => {
    const { upserts } = await read({
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      impact_statement:
        'This package (for the given release), while related to the CVE in some way, is not affected by the issue. CVE notes should contain further information, if needed.',
      products: [product('curl', 'noble')],
    });

    expect(upserts[0]?.affected[0]?.note).toBe('vulnerable code not present');
  });

  it('pitfall 5: nothing follows from FIPS builds', async () => {
    const { upserts } = await read({ status: 'not_affected', products: [product('curl', 'fips-updates/focal')] });

    expect(upserts[0]?.affected.map(({ namespace }) => namespace)).toEqual(['ubuntu-pro:fips-updates:20.04']);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no statements', '{}'],
    ['a statement on something else', '{"statements":[{"vulnerability":{"name":"USN-1-1"}}]}'],
  ])('notes a document that is %s', async (_, text) => {
    const good = document({ status: 'not_affected', products: [product('curl', 'noble')] });
    const { upserts, notes } = await readFiles(ubuntuVex, { 'CVE-2025-0001.json': good, 'CVE-2025-0002.json': text });

    expect(upserts).toHaveLength(1);
    expect(notes).toEqual([expect.stringMatching(/^CVE-2025-0002\.json: /)]);
  });

  it('is not content with an empty folder', async () => {
    await expect(readFiles(ubuntuVex, { 'usn/USN-1-1.json': '{}' })).rejects.toThrow('no VEX documents');
  });

  it('downloads the archive, and not again while it is the same', async () => {
    const mirror = await startFeedMirror();
    const content = document({ status: 'not_affected', products: [product('curl', 'noble')] });
    mirror.set('ubuntu-vex/vex-all.tar.xz', tar([{ path: 'vex-all/vex/cve/2025/CVE-2025-0001.json', content }]));

    const first = await updateFrom(mirror, ubuntuVex);
    const second = await updateFrom(mirror, ubuntuVex, first.state);

    expect([first.upserts.length, second.upserts.length]).toEqual([1, 0]);
    expect(mirror.requests.map(({ status }) => status)).toEqual([200, 304]);
    mirror.close();
  });
});
