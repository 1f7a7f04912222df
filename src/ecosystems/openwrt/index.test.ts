import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { opkgStatus } from '../../packages/opkg/status.ts';

it('lists packages of an image, and says that nobody watches them', async () => {
  const archive = writeTemporary(
    'openwrt.tar',
    dockerArchive({
      layers: [
        layer([
          { path: 'etc/os-release', content: 'ID="openwrt"\nVERSION_ID="23.05.3"\n' },
          {
            path: 'usr/lib/opkg/status',
            content:
              'Package: busybox\nVersion: 1.36.1-r2\nStatus: install user installed\nArchitecture: x86_64\n\n' +
              'Package: gone\nVersion: 1\nStatus: deinstall ok not-installed\nArchitecture: x86_64\n\n',
          },
        ]),
      ],
    }),
  );

  const {
    packages,
    image: { distribution },
  } = await scanOne(archive);

  expect(distribution?.name).toBe('OpenWrt 23.05');
  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:opkg/openwrt/busybox@1.36.1-r2?arch=x86_64&distro=openwrt-23.05',
  ]);
});

it('tells which files are whose, and reads nothing else of the folder', async () => {
  const { asked, facts } = await readLayerWith(opkgStatus, [
    { path: 'var/lib/opkg/info/busybox.list', content: '/bin/busybox\t0100755\n/bin/ash\n' },
    { path: 'var/lib/opkg/info/busybox.control', content: 'x' },
    { path: 'opt/usr/lib/opkg/status', content: 'Package: a\nVersion: 1\n' },
    { path: 'usr/lib/opkg/info/status', content: 'Package: a\nVersion: 1\n' },
  ]);

  expect(asked).toEqual(['var/lib/opkg/info/busybox.list']);
  expect(facts).toMatchObject([{ kind: 'ownership', owner: 'busybox', files: '/bin/busybox\n/bin/ash\n' }]);
});
