import { FormatError, SourceError } from '../errors.ts';
import { isSif, readSif, type Sif, type SifPart } from '../formats/sif.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import type { LayerContent } from './content.ts';
import { openOciLayout } from './oci-layout.ts';
import type { OpenedImage, OpenOptions } from './opened-image.ts';
import { choosePlatform } from './platform.ts';
import { openSquashfsLayer, squashfsLayer } from './squashfs-image.ts';
import type { BlobStore } from './store.ts';

/**
 * Opens an image of Singularity or Apptainer: its root file system is the one layer. What it says of itself (definition,
 * labels, environment) is in files of that, too. One that holds an OCI image is opened as that.
 * @throws SourceError where there is none, or its file system cannot be read
 */
export function openSif(reference: string, source: ByteSource, options: OpenOptions): readonly OpenedImage[] {
  const sif = sifOf(reference, source);
  const problems: Problem[] = sif.isCut
    ? [{ code: 'layer.truncated', message: 'the list of parts of the file ends before its end' }]
    : [];
  if (sif.parts.some(({ kind }) => kind === 'oci-index')) {
    return openOciLayout(reference, new SifStore(source, sif, problems), options);
  }
  const platform = sif.architecture === undefined ? {} : { platform: `linux/${sif.architecture}` };
  choosePlatform(reference, [platform], options.platform);
  const systems = sif.parts.filter(
    ({ kind, role }) => kind === 'partition' && (role === 'system' || role === 'primary'),
  );
  const primary = systems.find(({ role }) => role === 'primary') ?? systems[0];
  if (primary === undefined) {
    throw new SourceError(
      'source.not-an-image',
      `${reference} has no partition with a system: there is nothing to run`,
    );
  }
  for (const part of sif.parts) {
    if (part.kind !== 'partition' || part === primary) continue;
    const message = `a further partition (${part.role}, ${part.fileSystem}) was not read`;
    problems.push({ code: 'image.layer-missing', message });
  }
  if (primary.offset + primary.size > source.size) {
    problems.push({ code: 'layer.truncated', message: 'the file ends within its partition', layer: 0 });
  }
  const layer = openPartition(reference, source, primary, options);
  return [
    {
      info: {
        reference,
        names: [],
        ...platform,
        layers: [{ index: 0, size: primary.size }],
        history: [],
        config: {},
        hasConfig: false,
      },
      layers: [layer],
      problems,
    },
  ];
}

function sifOf(reference: string, source: ByteSource): Sif {
  if (!isSif(source))
    throw new SourceError('source.not-an-image', `${reference} is no SIF file: it does not begin as one`);
  try {
    return readSif(source);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new SourceError('source.unreadable', `${reference} is a SIF file, but ${error.message}`, { cause: error });
  }
}

function openPartition(
  reference: string,
  source: ByteSource,
  { offset, size, fileSystem }: SifPart,
  options: OpenOptions,
): LayerContent {
  if (fileSystem.startsWith('encrypted')) {
    throw new SourceError(
      'source.unsupported',
      `${reference} is encrypted: its file system cannot be read without its key`,
    );
  }
  if (offset >= source.size) {
    throw new SourceError('source.unreadable', `${reference} ends before its partition begins. Copy it again.`);
  }
  const layer = openSquashfsLayer(reference, source.slice(offset, size), options);
  if (layer !== undefined) return layer;
  throw new SourceError(
    'source.unsupported',
    `${reference}: its partition holds no file system that is read here (it is called ${fileSystem})`,
  );
}

/** The blobs of an OCI image in a SIF file, by the names that a layout gives them. */
class SifStore implements BlobStore {
  readonly problems: readonly Problem[];
  readonly #source: ByteSource;
  readonly #parts: ReadonlyMap<string, SifPart>;

  constructor(source: ByteSource, { parts }: Sif, problems: readonly Problem[]) {
    this.#source = source;
    this.problems = problems;
    this.#parts = new Map(
      parts.flatMap((part): [string, SifPart][] => {
        if (part.kind === 'oci-index') return [['index.json', part]];
        return part.kind === 'oci-blob' ? [[`blobs/${part.digest.replace(':', '/')}`, part]] : [];
      }),
    );
  }

  has(name: string): boolean {
    return this.#parts.has(name);
  }

  get(name: string): ByteSource | undefined {
    const part = this.#parts.get(name);
    return part && this.#source.slice(part.offset, part.size);
  }

  layer(name: string): LayerContent | undefined {
    const source = this.get(name);
    return source && squashfsLayer(source);
  }
}
