import { writeFileSync } from 'node:fs';
import type { DatabasePackage } from '../test/support/databases.ts';
import { dockerArchive, layer } from '../test/support/image.ts';
import { debianFiles } from '../test/support/root-file-systems.ts';
import type { TarEntry } from '../test/support/tar.ts';

const created = '2024-01-01T00:00:00Z';
const libraries = 'usr/lib/x86_64-linux-gnu';

/** Packages of the base image: versions that Debian 12 really had, and has fixed since. */
const base: readonly DatabasePackage[] = [
  { name: 'base-files', version: '12.4+deb12u4', files: ['etc/debian_version', 'usr/lib/os-release'] },
  { name: 'bash', version: '5.2.15-2+b2', source: 'bash (5.2.15-2)', files: ['bin/bash'] },
  { name: 'libc6', version: '2.36-9+deb12u2', source: 'glibc', files: ['lib/x86_64-linux-gnu/libc.so.6'] },
  { name: 'libgnutls30', version: '3.7.9-2+deb12u3', source: 'gnutls28', files: [`${libraries}/libgnutls.so.30`] },
  { name: 'libssl3', version: '3.0.15-1~deb12u1', source: 'openssl', files: [`${libraries}/libssl.so.3`] },
  { name: 'perl-base', version: '5.36.0-7+deb12u2', source: 'perl', files: ['usr/bin/perl'] },
  { name: 'tar', version: '1.34+dfsg-1.2', files: ['bin/tar'] },
  { name: 'util-linux', version: '2.38.1-5+b1', source: 'util-linux (2.38.1-5)', files: ['bin/mount'] },
  { name: 'zlib1g', version: '1:1.2.13.dfsg-1', source: 'zlib', files: ['lib/x86_64-linux-gnu/libz.so.1'] },
];

const curl = { name: 'libcurl4', source: 'curl', files: [`${libraries}/libcurl.so.4`] };
const ssh = { name: 'openssh-client', version: '1:9.2p1-2', source: 'openssh', files: ['usr/bin/ssh'] };

const installed: readonly DatabasePackage[] = [
  { ...curl, version: '7.88.1-10' },
  { name: 'libexpat1', version: '2.5.0-1+deb12u1', source: 'expat', files: ['lib/x86_64-linux-gnu/libexpat.so.1'] },
  { name: 'libnghttp2-14', version: '1.52.0-1+deb12u1', source: 'nghttp2', files: [`${libraries}/libnghttp2.so.14`] },
  { name: 'libwebp7', version: '1.2.4-0.2', source: 'libwebp', files: [`${libraries}/libwebp.so.7`] },
  ssh,
];

function described(packages: readonly DatabasePackage[]): DatabasePackage[] {
  return packages.map((pkg) => ({ ...pkg, description: `stands for ${pkg.name} in the example of Drydock` }));
}

/** What a layer that installs packages adds: the new database, the lists of the packages, and their files. */
function installation(packages: readonly DatabasePackage[], all: readonly DatabasePackage[]): TarEntry[] {
  const paths = new Set([
    'var/lib/dpkg/status',
    ...packages.flatMap((pkg) => pkg.files ?? []).map((path) => (path.startsWith('lib/') ? `usr/${path}` : path)),
    ...packages.map((pkg) => `var/lib/dpkg/info/${pkg.name}.list`),
  ]);
  return debianFiles({ packages: described(all) }).filter((entry) => paths.has(String(entry.path)));
}

const packageList = 'deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages';
const upgraded: readonly DatabasePackage[] = [
  ...base,
  ...installed.filter((pkg) => pkg.name !== curl.name && pkg.name !== ssh.name),
  { ...curl, version: '7.88.1-10+deb12u5' },
];

const layers = [
  layer(debianFiles({ packages: described(base) })),
  layer([
    ...installation(installed, [...base, ...installed]),
    { path: `var/lib/apt/lists/${packageList}`, content: 'Package: libcurl4\nVersion: 7.88.1-10\n' },
  ]),
  layer([
    { path: 'opt/shop', type: 'directory' },
    { path: 'opt/shop/server', content: '#!/bin/bash\necho "the shop is open"\n', mode: 0o755 },
    { path: 'opt/shop/settings.json', content: '{ "port": 8080 }\n' },
  ]),
  layer([
    ...installation([upgraded.at(-1) as DatabasePackage], upgraded).map((entry) =>
      String(entry.path).endsWith('.so.4') ? { ...entry, content: 'libcurl.so.4, upgraded\n' } : entry,
    ),
    { path: `var/lib/apt/lists/.wh.${packageList}` },
    { path: 'var/lib/dpkg/info/.wh.openssh-client.list' },
    { path: 'usr/bin/.wh.ssh' },
  ]),
];

const labels = {
  'org.opencontainers.image.base.name': 'docker.io/library/debian:12',
  'org.opencontainers.image.source': 'https://git.example/shop',
};

const history: readonly { readonly created_by: string; readonly empty_layer?: boolean }[] = [
  { created_by: '/bin/sh -c #(nop) ADD file:4b5a1e0c8d3f in / ' },
  { created_by: '/bin/sh -c #(nop)  CMD ["bash"]', empty_layer: true },
  {
    created_by:
      'RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends ' +
      'libcurl4 libexpat1 libnghttp2-14 libwebp7 openssh-client # buildkit',
  },
  { created_by: 'ENV SHOP_ENV=production', empty_layer: true },
  { created_by: 'COPY shop /opt/shop # buildkit' },
  {
    created_by:
      'RUN /bin/sh -c apt-get install -y --only-upgrade libcurl4 && apt-get purge -y openssh-client ' +
      '&& rm -rf /var/lib/apt/lists/* # buildkit',
  },
  {
    created_by: `LABEL ${Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    empty_layer: true,
  },
  { created_by: 'USER 1000:1000', empty_layer: true },
  { created_by: 'ENTRYPOINT ["/opt/shop/server"]', empty_layer: true },
];

/** The example image as `docker save` writes it. Every call gives the same bytes. */
export function makeDemo(): Buffer {
  return dockerArchive({
    layout: 'blobs',
    layers,
    repoTags: ['drydock-demo:latest'],
    created,
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'SHOP_ENV=production'],
      Entrypoint: ['/opt/shop/server'],
      User: '1000:1000',
      Labels: labels,
    },
    history: history.map((line) => ({ created, ...line })),
  });
}

if (import.meta.main) {
  const target = new URL('demo.tar', import.meta.url);
  writeFileSync(target, makeDemo());
  console.log('examples/demo.tar written');
}
