import { describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { makePackage } from '../../../test/support/view.ts';
import { parseDpkgStatus } from '../../formats/dpkg-status.ts';
import { parseReleaseFields } from '../../formats/release-file.ts';
import type { ReleaseFile } from '../../model/distribution.ts';
import { inferDebian, namespacesOfDerivative } from './infer.ts';

function file(path: string, text: string): ReleaseFile {
  return { path, text, fields: parseReleaseFields(text) };
}

const release = (text: string): ReleaseFile => file('etc/os-release', text);

describe('inferDebian', () => {
  it.each([
    ['by the codename of Debian', [release('ID=x\nID_LIKE=debian\nDEBIAN_CODENAME=bookworm\n')], 'debian:12'],
    ['by its own, which is one of Debian', [release('ID=x\nID_LIKE=debian\nVERSION_CODENAME=trixie\n')], 'debian:13'],
    [
      'by debian_version',
      [release('ID=x\nID_LIKE="x-base debian"\nVERSION_ID=5\n'), file('etc/debian_version', '11.9\n')],
      'debian:11',
    ],
    ['not by testing', [release('ID=x\nID_LIKE=debian\n'), file('etc/debian_version', 'trixie/sid\n')], undefined],
    ['not by sid', [release('ID=x\nID_LIKE=debian\nDEBIAN_CODENAME=sid\n')], undefined],
    ['not by a codename that is to come', [release('ID=x\nID_LIKE=debian\nVERSION_CODENAME=forky\n')], undefined],
    ['not as one of Ubuntu', [release('ID=x\nID_LIKE="ubuntu debian"\nDEBIAN_CODENAME=bookworm\n')], undefined],
    [
      'not as one with a codename of Ubuntu',
      [release('ID=x\nID_LIKE=debian\nUBUNTU_CODENAME=jammy\n'), file('etc/debian_version', '12.4\n')],
      undefined,
    ],
    ['not Ubuntu itself', [release('ID=ubuntu\nID_LIKE=debian\n'), file('etc/debian_version', '12.4\n')], undefined],
    ['not of a name that is none', [release('ID="../x"\nID_LIKE=debian\nDEBIAN_CODENAME=bookworm\n')], undefined],
  ])('knows what a distribution was made from, %s', (_, files, parent) => {
    expect(inferDebian(files, [])?.parent).toBe(parent);
  });

  it.skipIf(!hasShared)('takes every package of a real Debian for one of Debian', () => {
    const { records } = parseDpkgStatus(readShared('fixtures/dpkg-trixie/status.zst'));
    const derivative = { id: 'mooring', version: '1', name: 'Mooring Linux 1', parent: 'debian:13' };

    const others = records.filter(({ name, version, source, maintainer }) => {
      const pkg = makePackage(name, version, {
        ...(source !== undefined && { source }),
        ...(maintainer !== undefined && { vendor: maintainer }),
      });
      return namespacesOfDerivative(pkg, derivative).length === 0;
    });

    expect(records).toHaveLength(1469);
    expect(others).toEqual([]);
  });
});
