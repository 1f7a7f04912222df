import { createHash } from 'node:crypto';
import { readBytes } from '../../src/formats/byte-source.ts';
import type { Limits } from '../../src/limits.ts';
import type { Analyzer } from '../../src/model/analyzer.ts';
import { Appetite } from '../../src/model/file.ts';
import { type Coming, type ProbeReading, probeLayer } from './archive-probe.ts';
import type { TarEntry } from './tar.ts';

/** Wants every file as a whole, and the members of every archive, as a check of contents does. */
export const anyProbe: Analyzer = {
  name: 'any-probe',
  version: 1,
  wants: ({ type }) => (type === 'file' ? Appetite.Header | Appetite.Whole | Appetite.AnyMembers : Appetite.Header),
  begins: () => Appetite.Header | Appetite.Whole | Appetite.AnyMembers,
  open: () => {
    const seen: [string, string][] = [];
    return {
      read: ({ path, body, header, truncated }) => {
        const bytes = body === undefined ? Buffer.alloc(0) : readBytes(body, 0, body.size);
        const text = bytes.length > 60 ? createHash('md5').update(bytes).digest('hex') : bytes.toString();
        const mode = header.mode === 0o644 || header.type !== 'file' ? '' : ` ${header.mode.toString(8)}`;
        const what = header.type === 'file' ? text : `${header.type} ${header.linkTarget ?? ''}`.trim();
        seen.push([path, `${what}${mode}${truncated ? ' truncated' : ''}`]);
      },
      close: () => [{ kind: 'release', path: 'seen', text: JSON.stringify(seen) }],
    };
  },
};

/** What such a check sees in one file of a layer, besides that file. */
export async function probeAny(
  content: Uint8Array,
  name: string,
  {
    coming = 'at any place',
    limits = {},
    temporary,
  }: { coming?: Coming; limits?: Partial<Limits>; temporary?: string } = {},
): Promise<ProbeReading> {
  const files: TarEntry[] = [{ path: name, content }];
  const reading = await probeLayer(anyProbe, files, coming, limits, temporary);
  return { ...reading, seen: reading.seen.filter(([path]) => path !== name) };
}
