import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import type { Distribution } from '../../model/distribution.ts';
import { detectRedHat } from './detect.ts';

function detect(path: string, text: string): Distribution | undefined {
  const file = { path, text, fields: parseReleaseFields(text) };
  return detectRedHat(file, [file]);
}

describe('detectRedHat', () => {
  it.each([
    ['etc/redhat-release', 'Red Hat Enterprise Linux Server release 7.2 (Maipo)', 'rhel', '7'],
    ['etc/redhat-release', 'Red Hat Enterprise Linux Workstation release 6.10 (Santiago)', 'rhel', '6'],
    ['etc/redhat-release', 'Red Hat Enterprise Linux release 8.0 (Ootpa)\n', 'rhel', '8'],
    ['etc/centos-release', 'CentOS release 5.11 (Final)', 'centos', '5'],
    ['etc/system-release', 'CentOS Linux release 7.9.2009 (Core)', 'centos', '7'],
    ['etc/redhat-release', 'CentOS Stream release 9', 'centos', '9'],
    ['etc/os-release', 'ID="centos"\nVERSION_ID="7"\n', 'centos', '7'],
  ])('recognises %s with %j', (path, text, id, version) => {
    expect(detect(path, text)).toMatchObject({ id, version });
  });

  it('tells CentOS Stream 8 from CentOS Linux 8, which ended earlier', () => {
    const os = (name: string): string => `NAME="${name}"\nID="centos"\nVERSION_ID="8"\n`;

    expect(detect('etc/os-release', os('CentOS Linux'))?.endOfLife).toBe('2021-12-31');
    expect(detect('etc/os-release', os('CentOS Stream'))).toMatchObject({ version: '8', endOfLife: '2024-05-31' });
    expect(detect('etc/centos-release', 'CentOS Stream release 8')?.endOfLife).toBe('2024-05-31');
  });

  it.each([
    ['etc/redhat-release', 'Fedora release 40 (Forty)'],
    ['etc/redhat-release', 'AlmaLinux release 9.4 (Seafoam Ocelot)'],
    ['etc/redhat-release', 'Red Hat Enterprise Linux'],
    ['etc/debian_version', 'CentOS Linux release 7.9.2009 (Core)'],
  ])('recognises nothing in %s with %j', (path, text) => {
    expect(detect(path, text)).toBeUndefined();
  });
});
