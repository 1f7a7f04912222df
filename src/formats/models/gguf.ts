import { FormatError } from '../../errors.ts';

/** What a file of a model says of itself, as far as it is text of a bounded length. */
export interface ModelAbout {
  readonly name?: string;
  readonly version?: string;
  readonly licence?: string;
  /** `llama`, `bert`: what the model is, where nothing names it. */
  readonly architecture?: string;
  /** Where it is published. */
  readonly url?: string;
}

/** Characters of a text that is kept; more is no name. */
const MAX_TEXT = 300;
/** Keys that are looked at; those about the model itself stand in front of all others. */
const MAX_KEYS = 200;

/** Bytes of a value of each type of fixed size (GGUF specification, `gguf_metadata_value_type`). */
const sizes: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const STRING = 8;
const ARRAY = 9;

/** What is taken of the keys, in the order in which they are believed. */
const keys = {
  name: ['general.name', 'general.basename'],
  version: ['general.version'],
  licence: ['general.license'],
  architecture: ['general.architecture'],
  url: ['general.repo_url', 'general.source.url', 'general.source.repo_url', 'general.url'],
} as const;

/**
 * Reads what a file in GGUF says of the model (GGUF specification of ggml, versions 2 and 3, and 1 with its shorter lengths;
 * either byte order). What does not stand in `head` is not read: keys of the vocabulary have megabytes, and come later.
 * @param head the first bytes of the file
 * @throws FormatError where it is none
 */
export function readGguf(head: Uint8Array): ModelAbout {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (bytes.length < 24 || bytes.toString('latin1', 0, 4) !== 'GGUF')
    throw new FormatError('it does not begin as GGUF does');
  const isBig = bytes.readUInt32LE(4) > 0xffff;
  const version = isBig ? bytes.readUInt32BE(4) : bytes.readUInt32LE(4);
  if (version < 1 || version > 3) throw new FormatError(`it is of version ${version} of GGUF, which is not known`);
  const texts = new Map<string, string>();
  const reader = new Reader(bytes, isBig, version === 1 ? 4 : 8);
  reader.at = 8;
  reader.length(); // of tensors
  const count = reader.length() ?? 0;
  for (let i = 0; i < Math.min(count, MAX_KEYS); i++) {
    const key = reader.text();
    const type = reader.number();
    if (key === undefined || type === undefined) break;
    const value = reader.value(type);
    if (value === undefined) break;
    if (typeof value === 'string' && !texts.has(key)) texts.set(key, value);
  }
  const about = Object.entries(keys).flatMap(([field, names]) => {
    const value = names.map((name) => texts.get(name)?.trim()).find((text) => text !== undefined && text !== '');
    return value === undefined || value.length > MAX_TEXT ? [] : [[field, value]];
  });
  return Object.fromEntries(about) as ModelAbout;
}

/** Walks over what is there; answers undefined where it ends. */
class Reader {
  at = 0;
  readonly #bytes: Buffer;
  readonly #isBig: boolean;
  /** Bytes of a length: 4 in version 1, else 8. */
  readonly #width: 4 | 8;

  constructor(bytes: Buffer, isBig: boolean, width: 4 | 8) {
    this.#bytes = bytes;
    this.#isBig = isBig;
    this.#width = width;
  }

  number(): number | undefined {
    if (this.at + 4 > this.#bytes.length) return undefined;
    const value = this.#isBig ? this.#bytes.readUInt32BE(this.at) : this.#bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  length(): number | undefined {
    if (this.#width === 4) return this.number();
    if (this.at + 8 > this.#bytes.length) return undefined;
    const value = this.#isBig ? this.#bytes.readBigUInt64BE(this.at) : this.#bytes.readBigUInt64LE(this.at);
    this.at += 8;
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
  }

  text(): string | undefined {
    const length = this.length();
    if (length === undefined || length > this.#bytes.length - this.at) return undefined;
    this.at += length;
    return this.#bytes.toString('utf8', this.at - length, this.at);
  }

  /** A text, or true for a value that was passed over. Lists of lists are none that a model has. */
  value(type: number): string | true | undefined {
    if (type === STRING) return this.text();
    if (type === ARRAY) {
      const inner = this.number();
      const count = this.length();
      if (inner === undefined || count === undefined || inner === ARRAY) return undefined;
      if (inner !== STRING) return this.#skip((sizes[inner] ?? 0) * count);
      for (let i = 0; i < count; i++) if (this.text() === undefined) return undefined;
      return true;
    }
    return this.#skip(sizes[type] ?? 0);
  }

  #skip(bytes: number): true | undefined {
    if (bytes === 0 || bytes > this.#bytes.length - this.at) return undefined;
    this.at += bytes;
    return true;
  }
}
