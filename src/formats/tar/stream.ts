import { FormatError } from '../../errors.ts';
import type { FileHeader } from '../../model/file.ts';
import { BLOCK, MemberParser, padded, type Step } from './member.ts';
import type { TarVisitor, WalkOptions } from './visitor.ts';
import { escapes } from './walk.ts';

/** A member whose body comes right now. */
export interface TarStreamMember {
  readonly header: FileHeader;
  /**
   * The body as stored, once, in pieces that stay valid. What is not read of it is passed over by the next `next`.
   * It throws a FormatError where the archive ends in the middle of it.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface TarStreamOptions extends WalkOptions {
  readonly problem: TarVisitor['problem'];
}

/**
 * Reads an archive that comes once and in pieces, member by member at the pace of the reader: nothing of a body is
 * kept. What is wrong with the archive is told as a problem and ends it, as with the other walkers.
 */
export class TarStream {
  readonly #input: AsyncIterator<Uint8Array>;
  readonly #options: TarStreamOptions;
  readonly #parser: MemberParser = new MemberParser();
  #chunk: Buffer = Buffer.alloc(0);
  #ended: boolean = false;
  /** Bytes of the archive that were taken. */
  #position = 0;
  /** Bytes of the current body, and of the padding behind it, that were not taken yet. */
  #body = 0;
  #padding = 0;
  #entries = 0;
  /** Zero blocks since the last member. */
  #zeros = 0;

  constructor(input: AsyncIterable<Uint8Array>, options: TarStreamOptions) {
    this.#input = input[Symbol.asyncIterator]();
    this.#options = options;
  }

  /**
   * Goes on to the next member of any type; undefined at the end of the archive.
   * @throws Error what the input throws
   */
  async next(): Promise<TarStreamMember | undefined> {
    await this.#passBody();
    while (!this.#ended) {
      const step = await this.#step();
      if (step === undefined) return undefined;
      if (step.kind === 'zero') {
        if (++this.#zeros === 2) this.#ended = true;
        continue;
      }
      if (this.#zeros > 0) {
        this.#zeros = 0;
        this.#options.problem('layer.damaged', 'a zero block stands between two members');
      }
      if (step.kind === 'more') continue;
      if (this.#position + padded(step.bytes) > this.#options.limits.layerBytes) {
        this.#limit(`more than ${this.#options.limits.layerBytes} bytes`);
        return undefined;
      }
      if (step.kind === 'extension') {
        await this.#extension(step.bytes);
        continue;
      }
      this.#body = step.bytes;
      this.#padding = padded(step.bytes) - step.bytes;
      if (step.kind === 'unknown') {
        this.#options.problem('file.format', `a member has the unknown type ${JSON.stringify(step.typeflag)}`);
        await this.#passBody();
        continue;
      }
      if (++this.#entries > this.#options.limits.entries) {
        this.#limit(`more than ${this.#options.limits.entries} members`);
        return undefined;
      }
      if (step.escapes) escapes(this.#options, step.header.path);
      return { header: step.header, body: this.#pieces() };
    }
    return undefined;
  }

  /** Gives the input up. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#input.return?.();
  }

  async *#pieces(): AsyncGenerator<Uint8Array, void, void> {
    while (this.#body > 0) {
      const piece = await this.#take(this.#body);
      if (piece === undefined) {
        this.#ended = true;
        throw new FormatError(`the archive ends in the middle of a member, at byte ${this.#position}`, {
          reason: 'truncated',
        });
      }
      this.#body -= piece.length;
      yield piece;
    }
  }

  async #passBody(): Promise<void> {
    if (this.#ended) return;
    if (!(await this.#pass(this.#body))) this.#truncated();
    // Without its padding a body is whole nevertheless.
    else if (!(await this.#pass(this.#padding))) this.#ended = true;
    this.#body = 0;
    this.#padding = 0;
  }

  /** The next header block, parsed; undefined where there is none that is worth reading. */
  async #step(): Promise<Step | undefined> {
    const at = this.#position;
    const block = await this.#gather(BLOCK);
    if (block.length < BLOCK) {
      this.#ended = true;
      if (block.length > 0) this.#truncated();
      return undefined;
    }
    return this.#parse(at, () => this.#parser.block(block, 0, this.#position));
  }

  async #extension(bytes: number): Promise<void> {
    const { headerBytes } = this.#options.limits;
    this.#body = bytes;
    this.#padding = padded(bytes) - bytes;
    if (bytes > headerBytes) {
      const message = `the attributes of a member take ${bytes} bytes; they were not read`;
      this.#options.problem('layer.limit', message);
      await this.#passBody();
      return;
    }
    const body = await this.#gather(bytes);
    this.#body -= body.length;
    await this.#passBody();
    if (body.length === bytes) this.#parse(this.#position, () => this.#parser.extension(body));
  }

  #parse<T>(at: number, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#options.problem('layer.damaged', `at byte ${at}: ${error.message}`);
      this.#ended = true;
      return undefined;
    }
  }

  #limit(message: string): void {
    this.#ended = true;
    this.#options.problem('layer.limit', message);
  }

  #truncated(): void {
    this.#ended = true;
    this.#options.problem('layer.truncated', `the archive ends in the middle of a member, at byte ${this.#position}`);
  }

  /** Up to `maximum` bytes, at least one; undefined at the end of the input. */
  async #take(maximum: number): Promise<Buffer | undefined> {
    while (this.#chunk.length === 0) {
      this.#options.signal?.throwIfAborted();
      const { value, done } = await this.#input.next();
      if (done === true) return undefined;
      this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    const piece = this.#chunk.subarray(0, maximum);
    this.#chunk = this.#chunk.subarray(piece.length);
    this.#position += piece.length;
    return piece;
  }

  /** Exactly `bytes` bytes; fewer at the end of the input. */
  async #gather(bytes: number): Promise<Buffer> {
    if (bytes === 0) return Buffer.alloc(0);
    const first = await this.#take(bytes);
    if (first === undefined || first.length === bytes) return first ?? Buffer.alloc(0);
    const pieces = [first];
    for (let missing = bytes - first.length; missing > 0; ) {
      const piece = await this.#take(missing);
      if (piece === undefined) break;
      pieces.push(piece);
      missing -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  async #pass(bytes: number): Promise<boolean> {
    for (let left = bytes; left > 0; ) {
      const piece = await this.#take(left);
      if (piece === undefined) return false;
      left -= piece.length;
    }
    return true;
  }
}
