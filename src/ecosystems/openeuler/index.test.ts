import { describe, expect, it } from 'vitest';
import type { TestRpm } from '../../../test/support/rpm.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectOpenEuler } from './detect.ts';
import { openEulerOsv } from './feed.ts';

function affected(release: string, name: string, fixed: string): object {
  return {
    package: { ecosystem: `openEuler:${release}`, name },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
  };
}

const documents = {
  'all.ndjson': [
    {
      id: 'OESA-2021-1001',
      upstream: ['CVE-2020-25681', 'CVE-2020-25682'],
      database_specific: { severity: 'High' },
      affected: [affected('20.03-LTS', 'dnsmasq', '2.82-5.oe1'), affected('20.03-LTS-SP1', 'dnsmasq', '2.82-6.oe1')],
    },
    {
      id: 'OESA-2025-1351',
      upstream: ['CVE-2025-29768'],
      affected: [affected('20.03-LTS', 'vim', '9.0-33.oe1')],
    },
  ]
    .map((record) => JSON.stringify(record))
    .join('\n'),
};

async function found(rpm: TestRpm, version: string): Promise<readonly string[]> {
  const release = `NAME="openEuler"\nVERSION="${version}"\nID="openEuler"\nVERSION_ID="${version.slice(0, 5)}"\n`;
  return foundIn(await scanJudged({ release, rpms: [rpm], feed: openEulerOsv, documents }));
}

describe('detectOpenEuler', () => {
  it.each([
    ['20.03 (LTS)', '20.03-LTS'],
    ['20.03 (LTS-SP1)', '20.03-LTS-SP1'],
    ['22.03 LTS', '22.03-LTS'],
    ['22.03 (LTS-SP3)', '22.03-LTS-SP3'],
    ['23.09', '23.09'],
    ['', '22.03'],
    ['22.03 (something else)', '22.03'],
  ])('takes %j for %s', (version, expected) => {
    const text = `ID="openEuler"\nVERSION="${version}"\nVERSION_ID="${expected.slice(0, 5)}"\n`;

    expect(detectOpenEuler({ path: 'etc/os-release', text, fields: parseReleaseFields(text) })?.version).toBe(expected);
  });

  it.each(['ID=openEuler\n', 'ID=openEuler\nVERSION_ID=x\n', 'ID=kylin\nVERSION="20.03 (LTS)"\n'])(
    'recognises nothing in %j',
    (text) => {
      expect(detectOpenEuler({ path: 'etc/os-release', text, fields: parseReleaseFields(text) })).toBeUndefined();
    },
  );
});

describe('an image of openEuler', () => {
  const dnsmasq = { name: 'dnsmasq-help', version: '2.82', release: '5.oe1', sourceRpm: 'dnsmasq-2.82-5.oe1.src.rpm' };

  it.each<[string, TestRpm, string, readonly string[]]>([
    ['at the fix', dnsmasq, '20.03 (LTS)', []],
    [
      'of another service pack, by its source',
      dnsmasq,
      '20.03 (LTS-SP1)',
      ['dnsmasq-help 2.82-5.oe1 CVE-2020-25681 2.82-6.oe1', 'dnsmasq-help 2.82-5.oe1 CVE-2020-25682 2.82-6.oe1'],
    ],
    ['of a service pack that no notice names', dnsmasq, '20.03 (LTS-SP2)', []],
    [
      'pitfall 3: with an epoch, which notices leave out',
      { name: 'vim-minimal', epoch: 2, version: '9.0', release: '32.oe1', sourceRpm: 'vim-9.0-32.oe1.src.rpm' },
      '20.03 (LTS)',
      ['vim-minimal 2:9.0-32.oe1 CVE-2025-29768 9.0-33.oe1'],
    ],
    [
      'pitfall 3: with an epoch, at the fix',
      { name: 'vim-minimal', epoch: 2, version: '9.0', release: '33.oe1', sourceRpm: 'vim-9.0-33.oe1.src.rpm' },
      '20.03 (LTS)',
      [],
    ],
  ])('has findings of a package %s', async (_, rpm, version, lines) => {
    expect(await found(rpm, version)).toEqual(lines);
  });
});
