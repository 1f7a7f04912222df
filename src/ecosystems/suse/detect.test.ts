import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectSuse } from './detect.ts';
import { suseNamespace } from './releases.ts';

function detect(text: string): string | undefined {
  const found = detectSuse({ path: 'etc/os-release', text, fields: parseReleaseFields(text) });
  return found === undefined ? undefined : [found.name, suseNamespace(found), found.endOfLife ?? '-'].join(', ');
}

describe('detectSuse', () => {
  it.each([
    ['ID="sles"\nVERSION_ID="15.6"\n', 'SUSE Linux Enterprise Server 15.6, suse:15.6, 2025-12-31'],
    ['ID="sles"\nVERSION_ID="12"\n', 'SUSE Linux Enterprise Server 12, suse:12, 2016-06-30'],
    ['ID="sles"\nVERSION_ID="99.9"\n', 'SUSE Linux Enterprise Server 99.9, suse:99.9, -'],
    [
      'ID="sles_sap"\nVERSION_ID="15.5"\n',
      'SUSE Linux Enterprise Server for SAP Applications 15.5, suse:15.5, 2024-12-31',
    ],
    ['ID="sle-micro"\nVERSION_ID="5.5"\n', 'SUSE Linux Enterprise Micro 5.5, sle-micro:5.5, 2027-10-31'],
    ['ID="sl-micro"\nVERSION_ID="6.0"\n', 'SUSE Linux Micro 6.0, sl-micro:6.0, 2028-06-30'],
    ['ID="opensuse-leap"\nVERSION_ID="15.6"\n', 'openSUSE Leap 15.6, opensuse-leap:15.6, 2026-04-30'],
    ['ID="opensuse-tumbleweed"\nVERSION_ID="20260801"\n', 'openSUSE Tumbleweed (rolling), opensuse-tumbleweed, -'],
    ['ID="opensuse-microos"\nVERSION_ID="20260801"\n', 'openSUSE Tumbleweed (rolling), opensuse-tumbleweed, -'],
  ])('recognises %j', (text, expected) => {
    expect(detect(text)).toBe(expected);
  });

  it.each(['ID=other\nVERSION_ID=15.6\n', 'ID=sles\n', 'ID=sles\nVERSION_ID=fifteen\n', 'VERSION_ID=15.6\n'])(
    'recognises nothing in %j',
    (text) => {
      expect(detect(text)).toBeUndefined();
    },
  );
});
