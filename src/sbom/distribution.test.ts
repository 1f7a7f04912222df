import { describe, expect, it } from 'vitest';
import { ecosystems } from '../ecosystems/index.ts';
import type { Sbom } from '../model/sbom.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';

function read(purls: readonly string[], system?: readonly [name: string, version: string]): Sbom {
  const components = purls.map((purl): object => ({ type: 'library', name: 'n', version: '0', purl }));
  if (system !== undefined) components.push({ type: 'operating-system', name: system[0], version: system[1] });
  const bytes = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components }));
  return sbomOf(readSbomDocument(bytes, 'bom', { components: 1000 }), 'bom', ecosystems);
}

const unknownIn = ({ problems }: Sbom): readonly string[] =>
  problems.flatMap(({ code, message }) => (code === 'sbom.distribution' ? [message] : []));

const understood = [
  ['pkg:deb/debian/openssl@3.0.0-1?distro=bullseye', 'debian:11'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=Bookworm', 'debian:12'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=debian-bookworm', 'debian:12'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=debian/bookworm', 'debian:12'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=12', 'debian:12'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=12.4', 'debian:12'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=sid', 'debian:unstable'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=debian-unstable', 'debian:unstable'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=debian-forky%2Fsid', 'debian:14'],
  ['pkg:deb/debian/openssl@3.0.0-1?distro=zurg%2Fsid', 'debian:unstable'],
  ['pkg:deb/openssl@3.0.0-1?distro=bullseye', 'debian:11'],
  ['pkg:deb/docker/docker-ce@1?distro=bookworm', 'debian:12'],
  ['pkg:deb/ubuntu/openssl@3.0.0-1?distro=jammy', 'ubuntu:22.04'],
  ['pkg:deb/ubuntu/openssl@3.0.0-1?distro=esm-infra/xenial', 'ubuntu:16.04'],
  ['pkg:deb/ubuntu/openssl@3.0.0-1?distro=22.04', 'ubuntu:22.04'],
  ['pkg:apk/alpine/openssl@3.1.0-r0?distro=3.18.0', 'alpine:v3.18'],
  ['pkg:apk/alpine/openssl@3.1.0-r0?distro=v3.18', 'alpine:v3.18'],
  ['pkg:apk/alpine/openssl@3.1.0-r0?distro=alpine-v3.18', 'alpine:v3.18'],
  ['pkg:apk/alpine/openssl@3.1.0-r0?distro=edge', 'alpine:edge'],
  ['pkg:apk/alpine/openssl@3.1.0-r0?distro=3.21.0_alpha20240807', 'alpine:edge'],
  ['pkg:apk/wolfi/openssl@3.1.0-r0?distro=wolfi', 'wolfi:rolling'],
  ['pkg:apk/wolfi/openssl@3.1.0-r0?distro=wolfi-20230201', 'wolfi:rolling'],
  ['pkg:rpm/redhat/bash@5-1?distro=9.4', 'rhel:9'],
  ['pkg:rpm/opensuse/curl@7-1?distro=opensuse-tumbleweed', 'opensuse-tumbleweed:rolling'],
  ['pkg:rpm/opensuse/curl@7-1?distro=opensuse-tumbleweed-20240101', 'opensuse-tumbleweed:rolling'],
  ['pkg:rpm/opensuse/curl@7-1?distro=opensuse-leap-15.5', 'opensuse-leap:15.5'],
] as const;

const notUnderstood = [
  'pkg:deb/debian/openssl@3.0.0-1?distro=jammy',
  'pkg:deb/debian/openssl@3.0.0-1?distro=zurg',
  'pkg:deb/debian/openssl@3.0.0-1?distro=debian-zurg',
  'pkg:deb/debian/openssl@3.0.0-1?distro=debian-12-slim',
  'pkg:deb/mooring/bash@5?distro=mooring-2',
  'pkg:apk/alpine/openssl@3.1.0-r0?distro=3',
  'pkg:rpm/redhat/bash@5-1?distro=stream',
];

describe.each([
  ['beside a system of another release', ['debian', '13.1']],
  ['alone', undefined],
] as const)('the release that a package URL names, %s', (_, system) => {
  it.each(understood)('%s is of %s', (purl, distribution) => {
    const sbom = read([purl], system);

    expect(sbom.packages[0]?.distribution).toBe(distribution);
    expect(unknownIn(sbom)).toEqual([]);
  });

  it.each(notUnderstood)('%s is of none that is known, which is said', (purl) => {
    const sbom = read([purl], system);

    expect(sbom.packages[0]?.distribution).toBeUndefined();
    expect(unknownIn(sbom)).toEqual([expect.stringContaining(`not known: ${/[^=]+$/.exec(purl)?.[0]}.`)]);
  });
});

describe('a package URL that names no release', () => {
  it.each(['pkg:deb/debian/bash@5', 'pkg:deb/debian/bash@5?distro=', 'pkg:deb/debian/bash@5?distro=debian'])(
    '%s is of that of the image',
    (purl) => {
      const sbom = read([purl], ['debian', '13.1']);

      expect(sbom.packages[0]?.distribution).toBe('debian:13');
      expect(unknownIn(sbom)).toEqual([]);
    },
  );

  it('has a version of the release of the image where it has no namespace', () => {
    const sbom = read(['pkg:apk/musl@1?distro=3.18.0'], ['alpine', '3.19.1']);

    expect(sbom.packages[0]?.distribution).toBe('alpine:v3.18');
  });
});

it('releases that are not known are counted, and only some of them named', () => {
  const purls = Array.from({ length: 30 }, (_, index) => `pkg:deb/x/a${index}@1?distro=x-${index >> 1}`);
  const more = Array.from({ length: 30 }, (_, index) => `pkg:deb/y/b@1?distro=y-${index}`);

  const messages = unknownIn(read([...purls, ...more]));

  expect(messages).toHaveLength(21);
  expect(messages[0]).toContain('2 package URLs name');
  expect(messages.at(-1)).toContain('25 further releases');
});

it('a name of very many parts takes no long time', () => {
  const start = performance.now();

  const sbom = read([`pkg:deb/x/a@1?distro=${'-a'.repeat(1500)}`]);

  expect(unknownIn(sbom)).toHaveLength(1);
  expect(performance.now() - start).toBeLessThan(5000);
});
