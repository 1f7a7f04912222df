import { gzipSync } from 'node:zlib';
import { MemorySource, readBytes } from '../../src/formats/byte-source.ts';
import type { OpenedImage } from '../../src/image/opened-image.ts';
import { TarLayer } from '../../src/image/tar-layer.ts';
import type { Limits } from '../../src/limits.ts';
import type { Analyzer } from '../../src/model/analyzer.ts';
import { Appetite, type FileHeader } from '../../src/model/file.ts';
import type { Problem } from '../../src/model/problem.ts';
import { readLayers } from '../../src/reading/read-layers.ts';
import { layersContext } from './layers.ts';
import { type TarEntry, tar } from './tar.ts';

/** What a probe saw of a file: its path, and what it could read of it. */
export type Seen = readonly [path: string, text: string];

export interface ProbeReading {
  readonly seen: readonly Seen[];
  readonly problems: readonly Pick<Problem, 'code' | 'message' | 'path'>[];
  readonly analysed: readonly string[];
}

/** Wants archives by their names, and of the rest what `wants` says. */
export function archiveProbe(wants: (file: FileHeader) => Appetite, begins?: Analyzer['begins']): Analyzer {
  return {
    name: 'probe',
    version: 1,
    wants: (file) => {
      if (file.type !== 'file') return Appetite.None;
      return /\.(?:jar|war|zip)$/.test(file.name) ? Appetite.Members : wants(file);
    },
    ...(begins !== undefined && { begins }),
    open: () => {
      const seen: Seen[] = [];
      return {
        read: ({ path, content, body, truncated, header }) => {
          const bytes = body === undefined ? content : readBytes(body, 0, body.size);
          const text = bytes.length > 60 ? `${bytes.length} bytes` : Buffer.from(bytes).toString();
          const archive = header.archive === undefined || path.startsWith(`${header.archive}!/`) ? '' : ' elsewhere';
          seen.push([path, `${text}${truncated ? ' truncated' : ''}${archive}`]);
        },
        close: () => [{ kind: 'release', path: 'seen', text: JSON.stringify(seen) }],
      };
    },
  };
}

/** How a layer comes. */
export type Coming = 'at any place' | 'compressed';

export async function probeLayer(
  analyzers: Analyzer | readonly Analyzer[],
  files: readonly TarEntry[],
  coming: Coming,
  limits: Partial<Limits> = {},
  temporary: string = '/nonexistent',
): Promise<ProbeReading> {
  const archive = tar(files);
  const content = new TarLayer(new MemorySource(coming === 'compressed' ? gzipSync(archive) : archive));
  const image: OpenedImage = {
    info: { reference: 'test', names: [], layers: [{ index: 0, size: content.size }], history: [], config: {} },
    layers: [content],
    problems: [],
  };
  const context = { ...layersContext(limits), temporary };
  const [read] = await readLayers(image, [analyzers].flat() as Analyzer[], context);
  const seen = (read?.facts.facts ?? []).flatMap((fact) =>
    fact.kind === 'release' ? (JSON.parse(fact.text) as Seen[]) : [],
  );
  const problems = (read?.problems ?? []).map(({ code, message, path }) => ({
    code,
    message,
    ...(path !== undefined && { path }),
  }));
  return { seen, problems, analysed: [...(read?.facts.analysed ?? [])] };
}
