import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';

it('lists a port for two systems once, with the version of the port in its purl', async () => {
  const content = JSON.stringify({
    packages: [{ name: 'fmt', SPDXID: 'SPDXRef-port', versionInfo: '11.0.2#1', licenseConcluded: 'MIT' }],
  });
  const paths = ['arm64-linux', 'x64-linux'].map((system) => `opt/installed/${system}/share/fmt/vcpkg.spdx.json`);
  const image = dockerArchive({ layers: [debianLayer(), layer(paths.map((path) => ({ path, content })))] });

  const { packages } = await scanOne(writeTemporary('image.tar', image));

  expect(packages.filter(({ name }) => name === 'fmt')).toMatchObject([
    { purl: 'pkg:vcpkg/fmt@11.0.2?port_version=1', locations: paths, licences: ['MIT'] },
  ]);
});
