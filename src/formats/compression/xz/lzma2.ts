import { damaged, unsupported } from '../damage.ts';
import type { Consume } from '../decoder.ts';
import type { Input } from '../input.ts';
import type { Wait } from '../wait.ts';
import { Dictionary } from './dictionary.ts';
import { Lzma } from './lzma.ts';

/** What `xz -9` asks for, twice. */
const MAX_DICTIONARY = 128 * 1024 * 1024;

/** Size of the dictionary by its byte in the block header (the .xz file format, section 5.3.1). */
export function dictionarySize(byte: number): number {
  if (byte > 40) throw damaged('dictionary size');
  const size = byte === 40 ? 2 ** 32 - 1 : (2 | (byte & 1)) * 2 ** ((byte >> 1) + 11);
  if (size > MAX_DICTIONARY) throw unsupported('an xz dictionary of more than 128 MiB');
  return size;
}

/** LZMA2: chunks of at most 64 KiB, each with its sizes in front (the .xz file format, section 5.3.1; XZ for Java and xz-embedded agree). */
export class Lzma2 {
  readonly #lzma: Lzma = new Lzma();
  #dictionary: Dictionary | undefined;

  /** Decodes up to the end marker; the dictionary starts empty. */
  *decode(input: Input, size: number, consume: Consume): Generator<Wait, void, void> {
    // Blocks that follow each other share one: a file may be made of very many.
    if (this.#dictionary === undefined || this.#dictionary.size < size) {
      this.close();
      this.#dictionary = new Dictionary(size);
    }
    const dictionary = this.#dictionary;
    let needsDictionary = true;
    let needsProperties = true;
    for (;;) {
      yield* input.need(1);
      const control = input.buffer[input.start] as number;
      if (control === 0) break;
      if (control >= 0xe0 || control === 1) {
        dictionary.reset();
        needsDictionary = false;
        needsProperties = true;
      }
      if (needsDictionary || (control > 2 && control < 0x80)) throw damaged('LZMA2 chunk');
      if (control >= 0xc0) needsProperties = false;
      if (control < 0x80) {
        yield* stored(input, dictionary, consume);
      } else {
        if (needsProperties) throw damaged('LZMA2 chunk');
        yield* this.#compressed(input, control, dictionary, consume);
      }
      yield 'pause';
    }
    input.start += 1;
  }

  /** Gives up the dictionary. */
  close(): void {
    this.#dictionary?.close();
    this.#dictionary = undefined;
  }

  *#compressed(input: Input, control: number, dictionary: Dictionary, consume: Consume): Generator<Wait, void, void> {
    const headerLength = control >= 0xc0 ? 6 : 5;
    yield* input.need(headerLength);
    const size = ((control & 0x1f) << 16) + input.buffer.readUInt16BE(input.start + 1) + 1;
    const length = input.buffer.readUInt16BE(input.start + 3) + 1;
    if (control >= 0xc0) this.#lzma.setProperties(input.buffer[input.start + 5] as number);
    else if (control >= 0xa0) this.#lzma.reset();
    input.start += headerLength;
    const whole = yield* input.wait(length);
    dictionary.reserve(size);
    const before = dictionary.position;
    try {
      this.#lzma.decode(input.buffer, input.start, input.start + Math.min(length, input.length), dictionary, size);
    } catch (error) {
      consume(dictionary.since(before));
      // The chunk fails because its end is missing.
      if (!whole) yield* input.need(length);
      throw error;
    }
    input.start += length;
    consume(dictionary.since(before));
  }
}

function* stored(input: Input, dictionary: Dictionary, consume: Consume): Generator<Wait, void, void> {
  yield* input.need(3);
  let left = input.buffer.readUInt16BE(input.start + 1) + 1;
  input.start += 3;
  while (left > 0) {
    yield* input.need(1);
    const part = input.buffer.subarray(input.start, input.start + Math.min(left, input.length));
    dictionary.reserve(part.length);
    const before = dictionary.position;
    dictionary.append(part);
    input.start += part.length;
    left -= part.length;
    consume(dictionary.since(before));
  }
}
