import { describe, expect, it } from 'vitest';
import type { TestRpm } from '../../../test/support/rpm.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { fedoraBodhi } from './bodhi.ts';

const update = {
  alias: 'FEDORA-2025-ccc3333333',
  title: 'curl-8.9.1-3.fc41',
  severity: 'medium',
  type: 'security',
  status: 'stable',
  release: { name: 'F41', version: '41' },
  bugs: [{ title: 'CVE-2025-0001 curl: x [fedora-41]' }],
  builds: [{ nvr: 'curl-8.9.1-3.fc41', type: 'rpm', epoch: 0 }],
};

const libcurl: TestRpm = {
  name: 'libcurl',
  version: '8.9.1',
  release: '2.fc41',
  sourceRpm: 'curl-8.9.1-2.fc41.src.rpm',
};

async function found(rpm: TestRpm, version = '41'): Promise<readonly string[]> {
  const release = `NAME="Fedora Linux"\nID=fedora\nVERSION_ID=${version}\n`;
  const documents = { 'page.json': JSON.stringify({ updates: [update], pages: 1 }) };
  return foundIn(await scanJudged({ release, rpms: [rpm], feed: fedoraBodhi, documents }));
}

describe('an image of Fedora Linux', () => {
  it('pitfall 1: has findings by the names of sources', async () => {
    expect(await found(libcurl)).toEqual(['libcurl 8.9.1-2.fc41 CVE-2025-0001 8.9.1-3.fc41']);
  });

  it.each<[string, TestRpm, string]>([
    ['at the fix', { ...libcurl, release: '3.fc41', sourceRpm: 'curl-8.9.1-3.fc41.src.rpm' }, '41'],
    ['of another release', libcurl, '40'],
    ['of another source', { ...libcurl, sourceRpm: 'wget-1-1.src.rpm' }, '41'],
  ])('has no finding of a package %s', async (_, rpm, version) => {
    expect(await found(rpm, version)).toEqual([]);
  });
});
