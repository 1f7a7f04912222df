import { describe, expect, it } from 'vitest';
import type { TestRpm } from '../../../test/support/rpm.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { almalinuxOsv } from './feed.ts';

interface Part {
  readonly release: string;
  readonly name: string;
  readonly fixed: string;
}

function record(id: string, summary: string, cves: readonly string[], ...parts: readonly Part[]): string {
  return JSON.stringify({
    id,
    summary,
    related: cves,
    affected: parts.map(({ release, name, fixed }) => ({
      package: { ecosystem: `AlmaLinux:${release}`, name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
    })),
    references: [
      { type: 'ADVISORY', url: 'https://access.redhat.com/errata/RHSA-2023:1' },
      { type: 'ADVISORY', url: 'https://errata.almalinux.org/9/ALSA-2023-1.html' },
    ],
  });
}

const curl = { release: '9', name: 'curl', fixed: '7.76.1-26.el9_3.3' };
const node = { release: '9', name: 'nodejs', fixed: '1:18.19.1-1.module_el9.3.0+87+d7d16e75' };
const documents = {
  'all.ndjson': [
    record('ALSA-2023:1', 'Moderate: curl security update', ['CVE-2023-0001', 'CVE-2023-0002'], curl),
    record('ALSA-2023:2', 'Important: nodejs:18 security update', ['CVE-2023-0003'], node),
    record('ALBA-2023:3', 'bash bug fix update', [], { release: '9', name: 'bash', fixed: '6-1.el9' }),
  ].join('\n'),
};

async function found(rpms: readonly TestRpm[], id = 'almalinux'): Promise<readonly string[]> {
  const release = `NAME="AlmaLinux"\nID="${id}"\nVERSION_ID="9.3"\n`;
  return foundIn(await scanJudged({ release, rpms, feed: almalinuxOsv, documents }));
}

const node16 = { name: 'nodejs', epoch: 1, version: '16.20.0', release: '1.module_el9.2.0+1' };

describe('an image of AlmaLinux', () => {
  it('has each CVE of a notice, which is a bundle', async () => {
    expect(await found([{ name: 'curl', version: '7.76.1', release: '23.el9' }])).toEqual([
      'curl 7.76.1-23.el9 CVE-2023-0001 7.76.1-26.el9_3.3',
      'curl 7.76.1-23.el9 CVE-2023-0002 7.76.1-26.el9_3.3',
    ]);
  });

  it.each<[string, TestRpm, number]>([
    ['at the fix', { name: 'curl', version: '7.76.1', release: '26.el9_3.3' }, 0],
    ['that only repairs a bug', { name: 'bash', version: '5', release: '1.el9' }, 0],
    ['pitfall 2: of the stream that the title names', { ...node16, modularityLabel: 'nodejs:18:9030:rhel9' }, 1],
    ['pitfall 2: of another stream', { ...node16, modularityLabel: 'nodejs:16:9020:rhel9' }, 0],
    ['pitfall 2: of no module', { ...node16, release: '1.el9' }, 0],
    ['that was built for a module without a label', node16, 1],
  ])('has findings of a package %s: %#', async (_, rpm, count) => {
    expect(await found([rpm])).toHaveLength(count);
  });

  it('finds nothing in packages of another distribution', async () => {
    expect(await found([{ name: 'curl', version: '1', release: '1' }], 'other')).toEqual([]);
  });
});
