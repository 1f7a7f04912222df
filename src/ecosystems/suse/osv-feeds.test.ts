import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { sampleFiles } from '../../../test/support/samples.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { openSuseOsv, suseOsv, suseOsvNamespace } from './osv-feeds.ts';

describe('suseOsvNamespace', () => {
  it.each([
    ['SUSE:Linux Enterprise Server 15 SP6', 'suse:15.6'],
    ['SUSE:Linux Enterprise Server 15 SP4-LTSS', 'suse:15.4'],
    ['SUSE:Linux Enterprise Server 12', 'suse:12'],
    ['SUSE:Linux Enterprise Server 16.0', 'suse:16.0'],
    ['SUSE:Linux Enterprise Module for Basesystem 15 SP6', 'suse:15.6'],
    ['SUSE:Linux Enterprise Software Development Kit 12 SP5', 'suse:12.5'],
    ['SUSE:Linux Enterprise Micro 5.5', 'sle-micro:5.5'],
    ['SUSE:Linux Micro 6.0', 'sl-micro:6.0'],
    ['openSUSE:Leap 15.6', 'opensuse-leap:15.6'],
    ['openSUSE:Leap Micro 5.2', 'opensuse-leap-micro:5.2'],
    ['openSUSE:Tumbleweed', 'opensuse-tumbleweed'],
    ['SUSE:Linux Enterprise Desktop 12', undefined],
    ['SUSE:Linux Enterprise Server for SAP Applications 15 SP6', undefined],
    ['SUSE:Manager Server 4.3', undefined],
    ['SUSE', undefined],
  ])('%s is %s', (ecosystem, namespace) => {
    expect(suseOsvNamespace(ecosystem)).toBe(namespace);
  });
});

describe('suseOsv', () => {
  it('reads a notice: the fix of a source package, the CVEs of the notice', async () => {
    const record = {
      id: 'SUSE-SU-2024:1-1',
      modified: '2024-01-02T00:00:00Z',
      related: ['CVE-2024-1000', 'CVE-2024-2000'],
      affected: ['Server 15 SP6', 'Desktop 15 SP6'].map((product) => ({
        package: { ecosystem: `SUSE:Linux Enterprise ${product}`, name: 'hull' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0-150600.2' }] }],
      })),
    };
    const { upserts } = await readFiles(suseOsv, { 'all.ndjson': JSON.stringify(record) });

    expect(upserts).toMatchObject([
      {
        id: 'SUSE-SU-2024:1-1',
        aliases: ['CVE-2024-1000', 'CVE-2024-2000'],
        affected: [
          { namespace: 'suse:15.6', package: 'hull', nameKind: 'source', ranges: [{ fixed: '1.0-150600.2' }] },
        ],
      },
    ]);
    expect(upserts[0]?.affected).toHaveLength(1);
    expect([suseOsv.insteadOf, openSuseOsv.insteadOf]).toEqual(['suse-oval', 'suse-oval']);
  });

  it.skipIf(!hasShared)('pitfall 21: leaves out ids that are error pages, and a notice without packages', async () => {
    const files = [...sampleFiles('suse', 'vuls-data-update')].filter(([path]) =>
      path.startsWith('extract/suse/osv/testdata/fixtures/SUSE/'),
    );
    const { upserts, removed, notes } = await readFiles(suseOsv, Object.fromEntries(files));

    expect(files.map(([path]) => path.split('/').at(-1)).toSorted()).toEqual([
      'SUSE-SU-2015%3A0011-2.json',
      'SUSE-SU-403+Forbidden-1.json',
      'SUSE-SU-403.json',
    ]);
    expect([upserts, removed, notes]).toEqual([[], ['SUSE-SU-2015:0011-2'], []]);
  });
});
