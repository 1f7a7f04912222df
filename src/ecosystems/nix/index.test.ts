import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { fixturePaths } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared } from '../../../test/support/shared.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { parseNixStorePath } from '../../formats/nix-store-path.ts';

const hash = 'h0cnbmfcn93xm5dg2x27ixhag1cwndga';

async function purls(...layers: readonly (readonly TarEntry[])[]): Promise<readonly string[]> {
  const image = writeTemporary('nix.tar', dockerArchive({ layers: layers.map((entries) => layer(entries)) }));
  const { packages } = await scanOne(image);
  return packages.filter(({ type }) => type === 'nix').map(({ purl }) => purl);
}

it.skipIf(!hasShared)('lists the one path of the store of syft that has files', async () => {
  const folders = fixturePaths('syft')
    .filter((path) => path.startsWith('nix/'))
    .map((path) => /nix\/store\/[^/]+/.exec(path)?.[0] ?? '');
  const entries = folders.map((path): TarEntry => ({ path, type: path.endsWith('.drv') ? 'file' : 'directory' }));
  expect(entries).toHaveLength(2);

  expect(await purls(entries)).toEqual([`pkg:nix/glibc@2.34-210?hash=${hash}&output=bin`]);
});

it('lists what stands directly in a store, and is there still', async () => {
  const store: readonly TarEntry[] = [
    { path: `nix/store/${hash}-bash-5.2p37`, type: 'directory' },
    { path: `nix/store/${hash}-bash-5.2p37/bin/${hash}-inner-1.0`, content: 'x' },
    { path: `nix/store/${hash}-zlib-1.3.1`, type: 'directory' },
    { path: `home/a/.local/share/nix/store/${hash}-jq-1.7`, type: 'directory' },
    { path: `unix/store/${hash}-sed-4.9`, type: 'directory' },
    { path: `opt/phoenix/store/${hash}-awk-5.3`, type: 'directory' },
  ];

  expect(await purls(store, [{ path: `nix/store/.wh.${hash}-zlib-1.3.1` }])).toEqual([
    `pkg:nix/bash@5.2p37?hash=${hash}`,
    `pkg:nix/jq@1.7?hash=${hash}`,
  ]);
});

describe('the name of a path', () => {
  it.each([
    ['glibc-2.34-210', 'glibc', '2.34-210', undefined],
    ['glibc-2.34-210-dev', 'glibc', '2.34-210', 'dev'],
    ['openssl-3.0.14-out', 'openssl', '3.0.14', undefined],
    ['python3.12-requests-2.32.3', 'python3.12-requests', '2.32.3', undefined],
    ['libxml++-5.0', 'libxml++', '5.0', undefined],
    ['gtk+3-3.24.43-dev', 'gtk+3', '3.24.43', 'dev'],
    ['perl-5.40.0-man', 'perl', '5.40.0', 'man'],
  ])('%s', (text, name, version, output) => {
    expect(parseNixStorePath(`${hash}-${text}`)).toEqual({ hash, name, version, ...(output && { output }) });
  });

  it.each([
    '',
    '-',
    '-1.0',
    'source',
    'user-environment',
    'glibc-2.34.drv',
    'a-1.tar.gz',
    'fix-1.patch',
    'a\n-1',
    'é-1',
  ])('is no package: %j', (text) => {
    expect(parseNixStorePath(`${hash}-${text}`)).toBeUndefined();
  });

  it.each(['', hash, `${hash}-`, `${hash.slice(1)}-a-1`, `${'e'.repeat(32)}-a-1`, `${hash}-a${'-'.repeat(300)}1`])(
    'is none of a store: %j',
    (text) => {
      expect(parseNixStorePath(text)).toBeUndefined();
    },
  );
});
