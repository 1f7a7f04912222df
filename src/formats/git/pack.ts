import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import type { Steps } from '../compression/wait.ts';
import { applyDelta, deltaSize } from './delta.ts';
import { inflateObject, MOST_OBJECT, type ObjectType, objectId } from './object.ts';

const MAGIC = 'PACK';
const HEADER = 12;
const ID_BYTES = 20;
/** Bytes that a header of an object takes at most. */
const OBJECT_HEADER = 32 + ID_BYTES;
/** Bytes of objects that are kept, since others are made from them. */
const KEPT: number = 16 * 1024 * 1024;
/** Deltas on deltas; git makes chains of 50, and of 250 at the most that anybody sets. */
const CHAIN = 4096;

const types: readonly (ObjectType | 'offset delta' | 'id delta' | undefined)[] = [
  undefined,
  'commit',
  'tree',
  'blob',
  'tag',
  undefined,
  'offset delta',
  'id delta',
];

/** An object of a pack, whole or as a delta. */
interface Packed {
  readonly at: number;
  /** Where its stream begins. */
  readonly start: number;
  readonly size: number;
  readonly type: ObjectType | undefined;
  /** Place of the object that it is a delta to, or its id. */
  readonly base?: number | string;
}

/** An object, made whole. */
export interface GitObject {
  readonly type: ObjectType;
  readonly id: string;
  readonly content: Uint8Array;
}

/** What the reading of a pack costs, told before it is spent. */
export type Spend = (bytes: number) => void;

export function isPack(head: Uint8Array): boolean {
  if (head.length < HEADER) return false;
  const view = Buffer.from(head.buffer, head.byteOffset, HEADER);
  const version = view.readUInt32BE(4);
  return view.toString('latin1', 0, 4) === MAGIC && (version === 2 || version === 3);
}

/**
 * The objects of a pack (gitformat-pack(5)), without its index: where each ends only its stream tells. Those that cannot be
 * read are left out and counted.
 */
export class GitPack {
  readonly #body: ByteSource;
  readonly #spend: Spend;
  readonly #byPlace: Map<number, Packed> = new Map();
  readonly #places: Map<string, number> = new Map();
  readonly #kept: Map<number, GitObject> = new Map();
  #keptBytes = 0;
  /** Objects that could not be read, and why the first could not. */
  unread: { count: number; why: string } = { count: 0, why: '' };

  constructor(body: ByteSource, spend: Spend) {
    this.#body = body;
    this.#spend = spend;
  }

  /**
   * Finds where the objects are.
   * @throws FormatError where the pack is damaged; what stands before that was found
   */
  *index(): Steps {
    const head = readBytes(this.#body, 0, HEADER);
    if (!isPack(head)) throw new FormatError('is no pack of git');
    const count = head.readUInt32BE(8);
    let at = HEADER;
    for (let number = 0; number < count; number++) {
      yield 'pause';
      const packed = this.#headerAt(at);
      // Checked here, since the end of the stream is where the next object begins.
      const { content, taken } = inflateObject(this.#stream(packed), packed.size);
      this.#byPlace.set(at, packed);
      // Deltas may name the object that they are to by its id.
      if (packed.type !== undefined) this.#places.set(objectId(packed.type, content), at);
      at = packed.start + taken;
    }
  }

  /** Every object, made whole, in the order of the pack. */
  *objects(want: (type: ObjectType) => boolean, show: (object: GitObject) => Steps): Steps {
    for (const packed of this.#byPlace.values()) {
      yield 'pause';
      const type = this.#typeOf(packed);
      if (type === undefined || !want(type)) continue;
      const object = this.#whole(packed);
      if (object !== undefined) yield* show(object);
    }
  }

  #headerAt(at: number): Packed {
    const bytes = readBytes(this.#body, at, OBJECT_HEADER);
    let used = 0;
    const next = (): number => {
      const byte = bytes[used++];
      if (byte === undefined) throw new FormatError('ends in the header of an object');
      return byte;
    };
    let byte = next();
    const type = types[(byte >> 4) & 7];
    let size = byte & 0x0f;
    for (let factor = 16; (byte & 0x80) !== 0; factor *= 128) {
      if (factor > 2 ** 42) throw new FormatError('has an object without an end of its size');
      byte = next();
      size += (byte & 0x7f) * factor;
    }
    if (type === undefined) throw new FormatError('has an object of a type that there is not');
    if (size > MOST_OBJECT) throw new FormatError(`has an object of more than ${MOST_OBJECT} bytes`);
    if (type === 'offset delta') {
      byte = next();
      let back = byte & 0x7f;
      while ((byte & 0x80) !== 0) {
        byte = next();
        back = (back + 1) * 128 + (byte & 0x7f);
        if (back > at) throw new FormatError('has a delta to an object before the first');
      }
      return { at, start: at + used, size, type: undefined, base: at - back };
    }
    if (type === 'id delta') {
      if (used + ID_BYTES > bytes.length) throw new FormatError('ends in the header of an object');
      const base = bytes.toString('hex', used, used + ID_BYTES);
      return { at, start: at + used + ID_BYTES, size, type: undefined, base };
    }
    return { at, start: at + used, size, type };
  }

  /** The bytes in which the stream of an object stands: no encoder makes more of them. */
  #stream({ start, size }: Packed): Uint8Array {
    const most = Math.min(this.#body.size - start, size + Math.ceil(size / 100) + 1024);
    if (most <= 0) throw new FormatError('ends before its last object');
    this.#spend(size + most);
    return readBytes(this.#body, start, most);
  }

  #baseOf({ base }: Packed): Packed | undefined {
    const place = typeof base === 'string' ? this.#places.get(base) : base;
    return place === undefined ? undefined : this.#byPlace.get(place);
  }

  #typeOf(packed: Packed): ObjectType | undefined {
    let at: Packed | undefined = packed;
    for (let depth = 0; at !== undefined && depth < CHAIN; depth++) {
      if (at.type !== undefined) return at.type;
      at = this.#baseOf(at);
    }
    this.#leaveOut('a delta is to an object that is not in the pack');
    return undefined;
  }

  #whole(packed: Packed): GitObject | undefined {
    const chain: Packed[] = [];
    let at: Packed | undefined = packed;
    while (at !== undefined && !this.#kept.has(at.at) && at.type === undefined) {
      chain.push(at);
      at = this.#baseOf(at);
    }
    if (at === undefined) return undefined;
    try {
      let object =
        this.#kept.get(at.at) ??
        this.#keep(at.at, at.type as ObjectType, inflateObject(this.#stream(at), at.size).content);
      for (const delta of chain.reverse()) {
        const { content } = inflateObject(this.#stream(delta), delta.size);
        this.#spend(Math.min(MOST_OBJECT, deltaSize(content)));
        object = this.#keep(delta.at, object.type, applyDelta(object.content, content, MOST_OBJECT));
      }
      return object;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#leaveOut(error.message);
      return undefined;
    }
  }

  #keep(at: number, type: ObjectType, content: Uint8Array): GitObject {
    const object = { type, id: objectId(type, content), content };
    this.#places.set(object.id, at);
    this.#kept.set(at, object);
    this.#keptBytes += content.length;
    for (const [place, old] of this.#kept) {
      if (this.#keptBytes <= KEPT || place === at) break;
      this.#kept.delete(place);
      this.#keptBytes -= old.content.length;
    }
    return object;
  }

  #leaveOut(why: string): void {
    this.unread.count++;
    this.unread.why ||= why;
  }
}
