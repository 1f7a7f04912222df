import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { zip } from '../../test/support/zip.ts';
import { programContents } from './program-contents.ts';

async function programsOf(...entries: readonly TarEntry[]): Promise<readonly string[]> {
  const { facts } = await readLayerWith(programContents, entries);
  return facts.flatMap((fact) => (fact.kind === 'programs' ? fact.programs.split('\n') : []));
}

const jar = zip([{ name: 'A.class', content: 'x' }]);

describe('programContents', () => {
  it.each<{ title: string; path: string; content: string | Buffer; is: boolean }>([
    { title: 'ELF, whatever its name', path: 'usr/share/x.png', content: '\x7fELF\x02\x01\x01', is: true },
    { title: 'PE', path: 'x', content: Buffer.from('MZ\x90\0\x03\0', 'latin1'), is: true },
    { title: 'Mach-O', path: 'x', content: Buffer.from('cffaedfe07000001', 'hex'), is: true },
    { title: 'a script that names its interpreter', path: 'x', content: '#!/bin/sh\n', is: true },
    { title: 'a script with blanks before it', path: 'x', content: '#! \t/bin/sh\n', is: true },
    { title: 'a jar', path: 'x.jar', content: jar, is: true },
    { title: 'another archive', path: 'x.zip', content: jar, is: false },
    { title: 'a source of Rust', path: 'x.rs', content: '#![no_std]\n', is: false },
    { title: 'a text that begins with MZ', path: 'x', content: 'MZ was here\n', is: false },
    { title: 'a class of Java', path: 'x', content: Buffer.from('cafebabe00000034', 'hex'), is: false },
    { title: 'text', path: 'x.sh', content: 'echo\n', is: false },
    { title: 'an empty file', path: 'x', content: '', is: false },
  ])('$title: $is', async ({ path, content, is }) => {
    expect(await programsOf({ path, content, mode: 0o644 })).toHaveLength(is ? 1 : 0);
  });

  it('tells where each stands, its digests, and its whole name', async () => {
    const content = '#!/bin/sh\necho\n';
    const digests = ['md5', 'sha256'].map((name) => createHash(name).update(content).digest('hex')).join(' ');

    expect(await programsOf({ path: 'a b', content }, { path: 'a b', content })).toEqual([
      `512 ${digests} a b`,
      `1536 ${digests} a b`,
    ]);
  });

  it('leaves out a name that would be two lines, and says so', async () => {
    const { facts, problems } = await readLayerWith(programContents, [{ path: 'a\nb', content: '#!/bin/sh' }]);

    expect(facts).toEqual([]);
    expect(problems).toMatchObject([{ code: 'layer.limit' }]);
  });
});
