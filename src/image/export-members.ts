import { FileSource, MemorySource } from '../formats/byte-source.ts';
import type { TarStreamMember } from '../formats/tar/stream.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import type { Limits } from '../limits.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { FileHeader } from '../model/file.ts';
import type { Problem } from '../model/problem.ts';
import type { LayerContent, LayerWalkOptions, WalkResult } from './content.ts';
import { followLinks, linkedName } from './member-links.ts';
import { Spool } from './spool.ts';
import type { BlobStore } from './store.ts';

/** A layer that goes by while an export is read, and then is gone. */
export class PassedLayer implements LayerContent {
  readonly size: number;
  /** `sha256:...` of the uncompressed layer, after which its member was named. */
  readonly diffId: string;

  constructor(diffId: string, size: number) {
    this.diffId = diffId;
    this.size = size;
  }

  /** Whoever comes here has read it and could not keep it: the whole image would have to be exported for it again. */
  async walk(visitor: TarVisitor, { limits }: LayerWalkOptions): Promise<WalkResult> {
    const why =
      this.size > limits.layerBytes
        ? `it has ${this.size} bytes, and the layers before it leave ${limits.layerBytes}`
        : 'it has more members or names than the layers before it leave room for';
    visitor.problem('layer.limit', `${why}; an engine is not asked for a layer twice, so it was left out`);
    return { bytes: 0 };
  }
}

type Member = { readonly bytes: ByteSource } | { readonly passed: PassedLayer };

/**
 * The members of an engine's export, once they have come: what describes the image is kept in memory, layers that
 * could not be told while they came in an unlinked temporary file.
 */
export class ExportMembers implements BlobStore {
  readonly problems: Problem[] = [];
  readonly #members: Map<string, Member | { readonly link: string }> = new Map();
  readonly #limits: Limits;
  readonly #temporary: string;
  #held = 0;
  #spool: Spool | undefined;

  constructor(limits: Limits, temporary: string) {
    this.#limits = limits;
    this.#temporary = temporary;
  }

  /** Keeps a member with its body. */
  async keep({ header, body }: TarStreamMember): Promise<void> {
    const link = linkedName(header);
    if (link !== undefined) {
      this.#members.set(header.path, { link });
    } else if (header.type === 'file' && header.sparse === true) {
      this.problems.push({
        code: 'file.sparse',
        message: `the export: ${header.path} is stored as a sparse file and was not read`,
      });
    } else if (header.type === 'file') {
      this.#add(header, { bytes: await this.#store(header, body) });
    }
  }

  /** Notes a layer that is read while it comes. */
  pass(header: FileHeader, diffId: string): void {
    this.#add(header, { passed: new PassedLayer(diffId, header.size) });
  }

  has(name: string): boolean {
    return followLinks(name, this.#members) !== undefined;
  }

  get(name: string): ByteSource | undefined {
    const member = followLinks(name, this.#members);
    return member !== undefined && 'bytes' in member ? member.bytes : undefined;
  }

  layer(name: string): PassedLayer | undefined {
    const member = followLinks(name, this.#members);
    return member !== undefined && 'passed' in member ? member.passed : undefined;
  }

  close(): void {
    this.#spool?.close();
    this.#members.clear();
  }

  #add(header: FileHeader, member: Member): void {
    if (this.#members.has(header.path)) {
      this.problems.push({
        code: 'image.ambiguous',
        message: `the export: ${header.path} comes twice; some programs read the first, some the last`,
      });
    }
    this.#members.set(header.path, member);
  }

  async #store(header: FileHeader, body: AsyncIterable<Uint8Array>): Promise<ByteSource> {
    if (this.#held + header.size <= this.#limits.manifestBytes) {
      this.#held += header.size;
      const pieces: Uint8Array[] = [];
      for await (const piece of body) pieces.push(piece);
      return new MemorySource(Buffer.concat(pieces));
    }
    this.#spool ??= new Spool(this.#temporary, this.#limits.spoolBytes);
    const start = this.#spool.size;
    for await (const piece of body) this.#spool.write(piece);
    return new FileSource(this.#spool.descriptor, start, this.#spool.size - start);
  }
}
