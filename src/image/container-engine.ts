import { FormatError, SourceError } from '../errors.ts';
import { TarStream, type TarStreamMember } from '../formats/tar/stream.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import type { ImageInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import type { Engine } from '../net/container-engine/engine.ts';
import {
  type EngineImageDescription,
  exportImage,
  historyLength,
  type ImageExport,
  inspectImage,
} from '../net/container-engine/images.ts';
import { eitherSignal } from '../signals.ts';
import { platformName } from './config.ts';
import type { LayerContent } from './content.ts';
import { readDockerArchive } from './docker-archive.ts';
import { ExportMembers, PassedLayer } from './export-members.ts';
import { fullName } from './identity.ts';
import type { OpenedImage, OpenedSource, OpenOptions, StreamedLayer } from './opened-image.ts';
import { choosePlatform } from './platform.ts';
import { StreamLayer } from './stream-layer.ts';

/**
 * Opens an image of a container engine. Its layers come through `stream`, each once and without a copy on disk; only
 * where an engine does not name them after their content are they kept in an unlinked file (Docker before 25, and
 * compressed layers of its containerd store). What the engine does not tell before, `info`, `layers` and `problems` say
 * when the stream has ended, as the archive of the same image does.
 * @param reference what the user asked for, where that is more than the name
 * @throws EngineError when the engine does not have the image
 */
export async function openEngineImage(
  name: string,
  engine: Engine,
  options: OpenOptions,
  reference: string = name,
): Promise<OpenedSource> {
  const described = await inspectImage(engine, name, options.signal);
  const platform = platformName({ ...described });
  choosePlatform(reference, [{ ...(platform !== '' && { platform }) }], options.platform);
  if (described.diffIds.length > options.limits.layers) {
    const message = `${reference}: ${described.diffIds.length} layers are more than ${options.limits.layers}`;
    throw new SourceError('source.limit', message);
  }
  const length = options.descriptionOnly && (await historyLength(engine, described.id, options.signal));
  const image = new EngineImage({
    ...{ reference, name, engine, described, options },
    ...(length !== undefined && { historyLength: length }),
  });
  return { images: [image], kept: { name: nameOf(name, described.id) }, close: () => image.close() };
}

/** An id, or how one begins, could be the name of a repository, too; the engine takes it for the id. */
function nameOf(name: string, id: string): string | undefined {
  return id.startsWith(name) || id.replace(/^sha256:/, '').startsWith(name) ? undefined : fullName(name);
}

interface EngineImageParts {
  readonly reference: string;
  readonly name: string;
  readonly engine: Engine;
  readonly described: EngineImageDescription;
  readonly options: OpenOptions;
  readonly historyLength?: number;
}

type Knowledge = Pick<OpenedImage, 'info' | 'layers' | 'problems'>;

class EngineImage implements OpenedImage {
  readonly stream: () => AsyncIterable<StreamedLayer> = () => this.#read();
  readonly again = (layers: readonly number[]): AsyncIterable<StreamedLayer> => this.#readAgain(layers);
  readonly #parts: EngineImageParts;
  readonly #closing: AbortController = new AbortController();
  #known: Knowledge;
  #members: ExportMembers | undefined;

  constructor(parts: EngineImageParts) {
    this.#parts = parts;
    const { diffIds } = parts.described;
    this.#known = {
      info: this.#describedInfo(diffIds.map(() => 0)),
      layers: diffIds.map((diffId) => new PassedLayer(diffId, 0)),
      problems: [],
    };
  }

  get info(): ImageInfo {
    return this.#known.info;
  }

  get layers(): OpenedImage['layers'] {
    return this.#known.layers;
  }

  get problems(): readonly Problem[] {
    return this.#known.problems;
  }

  get historyLength(): number | undefined {
    return this.#parts.historyLength;
  }

  close(): void {
    this.#closing.abort(new Error('the image was closed'));
    this.#members?.close();
  }

  async *#read(): AsyncGenerator<StreamedLayer, void, void> {
    const { limits, temporary } = this.#parts.options;
    this.#members?.close();
    const members = new ExportMembers(limits, temporary);
    this.#members = members;
    // A layer that is listed more than once comes once; whoever reads knows it by its digest.
    const wanted = new Map(this.#parts.described.diffIds.map((diffId, layer) => [diffId, layer]));
    const exported = await this.#export(this.#parts.name);
    const damage: Problem[] = [];
    const walk = this.#walk(exported, (code, message) => damage.push({ code, message: `the export: ${message}` }));
    try {
      for await (const member of walk) {
        const diffId = diffIdOf(member);
        const layer = diffId === undefined ? undefined : wanted.get(diffId);
        if (diffId === undefined || layer === undefined) {
          await this.#keep(member, members, damage);
          continue;
        }
        members.pass(member.header, diffId);
        wanted.delete(diffId);
        yield { layer, content: streamOf(member) };
      }
      if (damage.length > 0 || !members.has('manifest.json')) {
        const failure = exported.failure();
        if (failure !== undefined) throw failure;
      }
    } finally {
      exported.close();
    }
    members.problems.push(...damage);
    this.#known = this.#conclude(members);
  }

  /** A member that ends in the middle ends the export: the next step says so. */
  async #keep(member: TarStreamMember, members: ExportMembers, damage: Problem[]): Promise<void> {
    try {
      await members.keep(member);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      damage.push({ code: 'layer.truncated', message: `the export: ${error.message}` });
    }
  }

  async #export(name: string): Promise<ImageExport> {
    const signal = eitherSignal([this.#parts.options.signal, this.#closing.signal]);
    return await exportImage(this.#parts.engine, name, signal);
  }

  async *#walk(exported: ImageExport, problem: TarVisitor['problem']): AsyncGenerator<TarStreamMember, void, void> {
    const { limits, signal } = this.#parts.options;
    // Old exports have four members a layer; of another archive no more is read than such a one can have.
    const bounds = { ...limits, entries: 16 * (limits.layers + 1), layerBytes: limits.imageBytes };
    const archive = new TarStream(exported.bytes, { limits: bounds, signal, problem });
    for (let member = await archive.next(); member !== undefined; member = await archive.next()) yield member;
  }

  /** Layers that are still here, and all others out of one more export. */
  async *#readAgain(layers: readonly number[]): AsyncGenerator<StreamedLayer, void, void> {
    const passed = new Map<string, number>();
    for (const layer of layers) {
      const content = this.#known.layers[layer];
      if (content instanceof PassedLayer) passed.set(content.diffId, layer);
      else if (content !== undefined) yield { layer, content };
    }
    if (passed.size === 0) return;
    // By its id: the name may lead elsewhere by now.
    const exported = await this.#export(this.#parts.described.id);
    try {
      // Whoever misses a layer says so.
      for await (const member of this.#walk(exported, () => undefined)) {
        const layer = passed.get(diffIdOf(member) ?? '');
        if (layer === undefined) continue;
        passed.delete(diffIdOf(member) ?? '');
        yield { layer, content: streamOf(member) };
        if (passed.size === 0) return;
      }
      const failure = exported.failure();
      if (failure !== undefined) throw failure;
    } finally {
      exported.close();
    }
  }

  /** What the export told, in the words of the archive that it is. */
  #conclude(members: ExportMembers): Knowledge {
    const { reference, options, described } = this.#parts;
    const { diffIds } = described;
    const { images, why } = readDockerArchive(reference, members, options);
    if (why !== undefined) {
      return this.#fallBack(members, { code: 'image.config-unreadable', message: `the export: ${why}` });
    }
    // By these the layers were told apart while they came.
    const fits = ({ info, layers }: OpenedImage): boolean =>
      layers.length === diffIds.length &&
      layers.every((content, i) => {
        if (!(content instanceof PassedLayer)) return true;
        return content.diffId === diffIds[i] && (info.layers[i]?.diffId ?? diffIds[i]) === diffIds[i];
      });
    const image = images.find((one) => one.info.id === described.id && fits(one)) ?? images.find(fits);
    if (image === undefined) {
      const message = 'the engine describes other layers than it exports; was the image replaced meanwhile?';
      return this.#fallBack(members, { code: 'image.ambiguous', message });
    }
    const layers = image.info.layers.map((layer, i) => {
      const diffId = layer.diffId ?? diffIds[i];
      return diffId === undefined ? layer : { ...layer, diffId };
    });
    return { info: { ...image.info, layers }, layers: image.layers, problems: image.problems };
  }

  /** The export does not say what the image is: what the engine said holds, and what went by. */
  #fallBack(members: ExportMembers, why: Problem): Knowledge {
    const { diffIds } = this.#parts.described;
    const problems = [...members.problems, why];
    const sizes: number[] = [];
    const layers = diffIds.map((diffId, layer): LayerContent | undefined => {
      const hex = diffId.slice('sha256:'.length);
      const content = members.layer(`blobs/sha256/${hex}`) ?? members.layer(`${hex}.tar`);
      sizes.push(content?.size ?? 0);
      if (content !== undefined) return content;
      problems.push({
        code: 'image.layer-missing',
        message: `layer ${layer} is not in the export of the engine`,
        layer,
      });
      return undefined;
    });
    return { info: this.#describedInfo(sizes), layers, problems };
  }

  #describedInfo(sizes: readonly number[]): ImageInfo {
    const { reference, described } = this.#parts;
    const platform = platformName({ ...described });
    return {
      reference,
      names: described.names,
      id: described.id,
      ...(platform !== '' && { platform }),
      ...(described.created !== undefined && { created: described.created }),
      layers: described.diffIds.map((diffId, index) => ({ index, diffId, size: sizes[index] ?? 0 })),
      history: [],
      config: described.config,
    };
  }
}

/** Its digest is that of the member's name: the engine keeps it by that and is trusted. */
function streamOf({ header, body }: TarStreamMember): StreamLayer {
  return new StreamLayer({ size: header.size, open: () => body, unhashed: true });
}

/** The digest of the layer that a member is, where it is named after it: `blobs/sha256/HEX` or `HEX.tar`. */
function diffIdOf({ header }: TarStreamMember): string | undefined {
  if (header.type !== 'file' || header.sparse === true) return undefined;
  const [, blob, file] = /^(?:blobs\/sha256\/([0-9a-f]{64})|([0-9a-f]{64})\.tar)$/.exec(header.path) ?? [];
  const hex = blob ?? file;
  return hex === undefined ? undefined : `sha256:${hex}`;
}
