import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elfFile, fatFile, type MadeSection, machOFile } from '../../../test/support/executables.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { rustBinaries } from './binaries.ts';
import { cargo } from './cargo.ts';

/** Large enough to be looked into. */
const filler: MadeSection = { name: '.text', address: 0x40_0000, content: Buffer.alloc(130 * 1024), writable: false };
const list = (text: string): MadeSection => ({ name: '.dep-v0', address: 0x60_0000, content: deflateSync(text) });
const text = JSON.stringify({
  packages: [
    { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [1, 2] },
    { name: 'serde', version: '1.0.217', source: 'crates.io' },
    { name: 'cc', version: '1.2.3', source: 'crates.io', kind: 'build' },
  ],
});
const expected = [
  { type: 'cargo', name: 'app', version: '0.1.0', requires: ['serde', 'cc'] },
  { type: 'cargo', name: 'serde', version: '1.0.217' },
  { type: 'cargo', name: 'cc', version: '1.2.3', groups: ['build'] },
];

describe('rust-binaries', () => {
  it('lists the crates of a program once, also of one for several architectures', async () => {
    const thin = machOFile({ sections: [filler, list(text)] });
    for (const content of [elfFile({ sections: [filler, list(text)] }), fatFile([thin, thin])]) {
      const { facts, problems } = await readLayerWith(rustBinaries, [{ path: 'usr/bin/app', mode: 0o755, content }]);
      expect(facts.map((fact) => fact.kind === 'package' && fact.package)).toEqual(expected);
      expect(problems).toEqual([]);
    }
  });

  it('names a program whose list is damaged, and goes on', async () => {
    const { facts, problems } = await readLayerWith(rustBinaries, [
      { path: 'bin/bad', mode: 0o755, content: elfFile({ sections: [filler, list('{}')] }) },
      { path: 'bin/none', mode: 0o755, content: elfFile({ sections: [filler] }) },
      { path: 'bin/good', mode: 0o755, content: elfFile({ sections: [filler, list(text)] }) },
    ]);
    expect(facts).toHaveLength(3);
    expect(problems).toMatchObject([{ code: 'file.format', path: 'bin/bad' }]);
  });
});

describe('rust-cargo', () => {
  it('tells lockfiles from manifests', async () => {
    const { facts, problems } = await readLayerWith(cargo, [
      {
        path: 'app/Cargo.lock',
        content:
          'version = 4\n[[package]]\nname = "app"\nversion = "0.1.0"\ndependencies = ["a"]\n' +
          '[[package]]\nname = "a"\nversion = "1.0.0"\ndependencies = ["b"]\n',
      },
      {
        path: 'app/Cargo.toml',
        content: '[package]\nname = "app"\nversion = "0.1.0"\npublish = false\n[dev-dependencies]\na = "1"\nbad = 1\n',
      },
    ]);
    expect(facts.map((fact) => fact.kind === 'package' && fact.package)).toEqual([
      { type: 'cargo', name: 'app', version: '0.1.0', evidence: 'lockfile', application: true, requires: ['a'] },
      // It may be a copy of the one that is published.
      { type: 'cargo', name: 'a', version: '1.0.0', evidence: 'lockfile', requires: ['b'] },
      { type: 'cargo', name: 'app', version: '0.1.0', evidence: 'manifest', application: true, requires: ['a'] },
      { type: 'cargo', name: 'a', version: '1', evidence: 'manifest', groups: ['dev'] },
    ]);
    expect(problems).toMatchObject([{ code: 'lockfile.unreadable', path: 'app/Cargo.toml' }]);
  });

  it('leaves out what authors of fetched crates ask for', async () => {
    const content = '[package]\nname = "x"\nversion = "1.0.0"\n';
    const { facts, asked } = await readLayerWith(cargo, [
      { path: 'root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/x-1.0.0/Cargo.toml', content },
      { path: 'root/.cargo/git/checkouts/x-1/2/Cargo.toml', content },
      { path: 'usr/share/cargo/registry/x-1.0.0/Cargo.toml', content },
      { path: 'srv/Cargo.toml/other', content },
    ]);
    expect({ facts, asked }).toEqual({ facts: [], asked: [] });
  });
});
