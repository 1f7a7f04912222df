import { ecosystems } from '../../src/ecosystems/index.ts';
import { openImage } from '../../src/image/open.ts';
import type { OpenedImage } from '../../src/image/opened-image.ts';
import { StreamLayer } from '../../src/image/stream-layer.ts';
import type { Limits } from '../../src/limits.ts';
import type { Analyzer } from '../../src/model/analyzer.ts';
import type { Problem } from '../../src/model/problem.ts';
import { type ReadLayer, type ReadOptions, readLayers } from '../../src/reading/read-layers.ts';
import { layer, ociLayout } from './image.ts';
import { layersContext } from './layers.ts';
import { noise } from './noise.ts';
import type { TarEntry } from './tar.ts';
import { temporaryFolder, writeTemporary } from './temporary.ts';

/** Those of all ecosystems. */
export const analyzers: readonly Analyzer[] = [
  ...new Map(ecosystems.flatMap((one) => one.analyzers).map((one) => [one.name, one])).values(),
];

/** A layer of an Alpine image: it adds a package to the database, brings 30 files, and a member that is not believed. */
export const layerBytes = (number: number): Buffer =>
  layer([
    {
      path: 'lib/apk/db/installed',
      content: Array.from({ length: number + 1 }, (_, i) => `P:p${i}\nV:1.${i}-r0\nA:x86_64\n`).join('\n'),
    },
    ...Array.from(
      { length: 30 },
      (_, i): TarEntry => ({ path: `files/${number}/${i}`, content: noise(20_000, number * 1000 + i) }),
    ),
    { path: `../escapes-${number}` },
  ]);

/** Five of them, base first, and an archive of the image that they are. */
export const layers: readonly Buffer[] = [0, 1, 2, 3, 4].map((number) => layerBytes(number));
export const archive: string = writeTemporary('image.tar', ociLayout({ layers: [...layers] }));

/** Opens an archive as long as it is used. */
export async function opened<T>(file: string, use: (image: OpenedImage) => Promise<T>): Promise<T> {
  const source = await openImage(file, { ...layersContext(), temporary: temporaryFolder() });
  try {
    return await use(source.images[0]!);
  } finally {
    source.close();
  }
}

/** A layer as a registry gives it. */
export interface RemoteLayer {
  /** As the manifest states it. */
  readonly size: number;
  readonly digest: string;
  readonly open: (signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>;
}

/** An image of layers that come once, front to back. */
export function remoteImage(remote: readonly RemoteLayer[]): OpenedImage {
  return {
    info: {
      reference: 'test',
      names: [],
      layers: remote.map(({ size, digest }, index) => ({ index, size, digest })),
      history: [],
      config: {},
    },
    layers: remote.map(({ size, open }) => new StreamLayer({ size, open })),
    problems: [],
  };
}

/** What a reading tells of one layer, as plain data. */
export interface Told {
  readonly index: unknown;
  readonly facts: unknown;
  readonly problems: readonly Problem[];
}

/** Everything that a reading tells, to be compared. */
export function told(read: readonly ReadLayer[]): readonly Told[] {
  return read.map(({ facts: { index, ...facts }, problems }) => ({ index: index.pack(), facts, problems }));
}

/** Codes of all problems that it tells. */
export function codes(read: readonly Told[]): readonly string[] {
  return read.flatMap(({ problems }) => problems.map(({ code }) => code));
}

/** What a reading of the archive tells, or of another one. */
export async function readArchive(
  options: ReadOptions = {},
  limits: Partial<Limits> = {},
  file: string = archive,
): Promise<readonly Told[]> {
  return await opened(file, async (image) => told(await readLayers(image, analyzers, layersContext(limits), options)));
}
