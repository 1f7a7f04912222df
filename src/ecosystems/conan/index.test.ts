import { expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { conan } from './index.ts';

it('judges what Conan installed, by the name and the version of its folders', async () => {
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.3.1' }] }];
  const record = { id: 'CVE-2024-1000', affected: [{ package: { ecosystem: 'ConanCenter', name: 'zlib' }, ranges }] };
  const { upserts } = await readFiles(conan.osv, { 'all.ndjson': JSON.stringify(record) });
  const data = 'root/.conan/data/zlib';
  const files = [
    `${data}/1.2.13/_/_/package/19729b9559f3ae196cad45cb2b97468ccb75dcd1/conaninfo.txt`,
    `${data}/1.3.1/hull/stable/package/19729b9559f3ae196cad45cb2b97468ccb75dcd1/conaninfo.txt`,
  ];
  const image = dockerArchive({
    layers: [debianLayer(), layer(files.map((path) => ({ path, content: '[settings]\n' })))],
  });

  const { packages, findings } = await scanOne(writeTemporary('image.tar', image), {
    advisories: { supply: async () => ({ source: advisoriesOf({ [conan.osv.name]: upserts }), problems: [] }) },
  });

  expect(packages.filter(({ type }) => type === 'conan').map(({ purl }) => purl)).toEqual([
    'pkg:conan/zlib@1.2.13',
    'pkg:conan/zlib@1.3.1?channel=stable&user=hull',
  ]);
  expect(findings.filter(({ kind }) => kind === 'vulnerability')).toMatchObject([
    { id: 'CVE-2024-1000', package: { version: '1.2.13' } },
  ]);
});
