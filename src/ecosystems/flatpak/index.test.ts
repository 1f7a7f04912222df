import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { holdsFixturesOf } from '../../../test/support/system-listers.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { flatpak } from './index.ts';

const path = 'var/lib/flatpak/app/org.hull/x86_64/stable/abc/export/share/metainfo/org.hull.metainfo.xml';

holdsFixturesOf({ analyzers: flatpak.analyzers, folder: 'os/flatpak', path, problem: 'file.format' });

it('lists them in an image, where they stand in their own places alone', async () => {
  const content =
    '<component><id>hull</id><releases><release version="1.2"/><release version="1.1"/></releases></component>';
  const files = [path, 'usr/share/metainfo/org.hull.metainfo.xml'].map((one) => ({ path: one, content }));
  const image = writeTemporary('flatpak.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages).toMatchObject([{ name: 'hull', version: '1.2', type: 'flatpak', locations: [path] }]);
});
