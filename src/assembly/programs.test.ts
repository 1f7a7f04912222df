import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dpkgStatus as dpkgDatabase } from '../../test/support/databases.ts';
import { elfFile } from '../../test/support/executables.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { programContents } from '../contents/program-contents.ts';
import { goBinaries } from '../ecosystems/go/binaries.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { Appetite } from '../model/file.ts';
import type { Ledger } from '../model/report.ts';
import { dpkgInfo } from '../packages/dpkg/info.ts';
import { dpkgStatus } from '../packages/dpkg/status.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

const analyzers = [dpkgStatus, dpkgInfo, goBinaries];
/** For whose sake files are read. */
const reader: Analyzer = {
  name: 'reader',
  version: 1,
  wants: ({ type }) => (type === 'file' ? Appetite.Whole : Appetite.None),
  open: () => ({ read: () => {}, close: () => [] }),
};
const context = layersContext();

interface Seen {
  readonly ledger: Ledger;
  readonly unexplained: readonly string[];
  readonly problems: readonly string[];
}

async function see(layers: readonly (readonly TarEntry[])[], { withContents = true } = {}): Promise<Seen> {
  const image = imageOf(...layers);
  const { view, coverage } = await assembleImage(
    image,
    await readLayers(image, analyzers, context),
    analyzers,
    [],
    context,
    withContents ? { contents: { analyzers: [reader, programContents] } } : {},
  );
  if (coverage.ledger === undefined) throw new Error('there is no ledger');
  const codes = view.problems.map(({ code }) => code);
  return { ledger: coverage.ledger, unexplained: coverage.unexplained, problems: codes };
}

function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}

const program = '\x7fELF\x02\x01\x01 a tool';
const another = '\x7fELF\x02\x01\x01 a fool';

/** A package that brings one program and records its digest. */
function tool(content: string | Buffer = program): readonly TarEntry[] {
  return [
    { path: 'var/lib/dpkg/status', content: dpkgDatabase([{ name: 'tool', version: '1' }]) },
    { path: 'var/lib/dpkg/info/tool.list', content: '/usr/bin/tool\n' },
    { path: 'var/lib/dpkg/info/tool.md5sums', content: `${md5(content)}  usr/bin/tool\n` },
    { path: 'usr/bin/tool', content, mode: 0o755 },
  ];
}

const copy: TarEntry = { path: 'usr/local/bin/server', content: program, mode: 0o755 };

describe('programs by their bytes', () => {
  it('are explained where they are copies of what a package brought', async () => {
    const { ledger, unexplained } = await see([tool(), [copy]]);

    expect(ledger.classes.copied).toEqual({ files: 1, bytes: program.length });
    expect(ledger.executables.explained).toEqual({ files: 2, bytes: 2 * program.length });
    expect(unexplained).toEqual([]);
  });

  it.each<{ title: string; layers: readonly (readonly TarEntry[])[] }>([
    { title: 'another program', layers: [tool(), [{ ...copy, content: another }]] },
    {
      title: 'one whose digest a later layer wrote into the list',
      layers: [
        tool(),
        [
          { ...copy, content: another },
          { path: 'var/lib/dpkg/info/tool.list', content: '/usr/bin/tool\n' },
          { path: 'var/lib/dpkg/info/tool.md5sums', content: `${md5(another)}  usr/bin/tool\n` },
        ],
      ],
    },
    {
      title: 'a copy of what is installed no longer',
      layers: [
        tool(),
        [copy],
        [{ path: 'var/lib/dpkg/status', content: dpkgDatabase([]) }, { path: 'usr/bin/.wh.tool' }],
      ],
    },
    {
      title: 'one that stands where the same layer had a copy',
      layers: [tool(), [copy, { path: copy.path, content: 'exit\n', mode: 0o755 }]],
    },
    {
      title: 'one that a later layer has where a copy was',
      layers: [tool(), [copy], [{ path: copy.path, content: another, mode: 0o755 }]],
    },
  ])('are not explained: $title', async ({ layers }) => {
    const { ledger, unexplained } = await see(layers);

    expect(ledger.classes.copied).toEqual({ files: 0, bytes: 0 });
    expect(unexplained).toContain(copy.path);
  });

  it('leave a changed program of a package changed, whatever it is a copy of', async () => {
    const [status, , sums, own] = tool() as [TarEntry, TarEntry, TarEntry, TarEntry];
    const list = { path: 'var/lib/dpkg/info/tool.list', content: '/usr/bin/tool\n/usr/bin/other\n' };
    const other = { path: 'usr/bin/other', content: another, mode: 0o755 };
    const both = { ...sums, content: `${sums.content}${md5(another)}  usr/bin/other\n` };
    const { ledger } = await see([[status, list, both, own, other], [{ ...other, content: program }]]);

    expect(ledger.modified).toEqual(['usr/bin/other']);
  });

  it('are executables, whatever their modes and names', async () => {
    const hidden = { path: 'usr/share/x.png', content: program, mode: 0o644 };
    const { ledger, unexplained } = await see([tool(another), [hidden]]);

    expect(unexplained).toEqual(['usr/share/x.png']);
    expect(ledger.classes.executable).toEqual({ files: 1, bytes: program.length });
  });

  it('are data where nobody read them', async () => {
    const hidden = { path: 'usr/share/x.png', content: program, mode: 0o644 };
    const { ledger, unexplained } = await see([tool(another), [hidden]], { withContents: false });

    expect(unexplained).toEqual([]);
    expect(ledger.classes.executable.files).toBe(0);
  });

  it('need not tell what they were made of where a package of the distribution does', async () => {
    const go = elfFile({
      sections: [
        { name: '.text', address: 0x40_0000, content: Buffer.alloc(130 * 1024), writable: false },
        { name: '.gopclntab', address: 0x60_0000, content: Buffer.alloc(64), writable: false },
        { name: '.note.go.buildid', address: 0x70_0000, content: Buffer.alloc(64), writable: false },
      ],
    });
    const server = { path: 'usr/local/bin/server', content: go, mode: 0o755 };
    const alone = await see([tool(), [server]]);
    const copied = await see([tool(go), [server]]);

    expect(alone.problems).toContain('packages.unidentified');
    expect(copied.problems).not.toContain('packages.unidentified');
    expect(copied.ledger.classes.copied?.files).toBe(1);
  });
});
