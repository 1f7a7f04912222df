import { setImmediate } from 'node:timers/promises';
import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { BLOCK, MemberParser, padded, type Step } from './member.ts';
import { PlainHeader } from './plain-header.ts';
import { ANY_PLACE, type TarVisitor, type WalkOptions } from './visitor.ts';

/**
 * Bytes that one read brings. Headers of small files come close together, so that a large window has many of them; where
 * files are large, it has one, and copies bodies that nobody wants.
 */
const WINDOWS = [4096, 8192, 16_384, 32_768] as const;
const LARGEST = 32_768;
/** Headers come this far apart, or less, where the largest window pays; twice as far where the next smaller one does. */
const CLOSE = 2048;
/** A part so large of each distance goes into the mean of the last ones. */
const WEIGHT = 1 / 8;

/** Blocks between two pauses, in which signals and timers get their turn. */
const PAUSE_EVERY = 8192;

/**
 * Walks an uncompressed archive that can be read at any place: headers are read through a window, bodies only where
 * the visitor wants them.
 */
export async function walkTar(source: ByteSource, visitor: TarVisitor, options: WalkOptions): Promise<void> {
  const walk = new TarWalk(source, visitor, options);
  for (let blocks = 1, more = true; more; blocks++) {
    more = walk.next();
    if (walk.waiting !== undefined) await walk.waiting;
    walk.waiting = undefined;
    if (blocks % PAUSE_EVERY !== 0) continue;
    await setImmediate();
    options.signal?.throwIfAborted();
  }
}

/**
 * The same without pauses: for archives of a few members, and in tests.
 * @throws Error where the visitor asks to be waited for
 */
export function walkTarSync(source: ByteSource, visitor: TarVisitor, options: WalkOptions): void {
  const walk = new TarWalk(source, visitor, options);
  for (let more = true; more; ) {
    more = walk.next();
    if (walk.waiting !== undefined) throw new Error('this walk cannot wait');
  }
}

class TarWalk {
  /** What the visitor is still doing with the last body: nothing goes on before it is done. */
  waiting: Promise<void> | undefined;
  readonly #source: ByteSource;
  readonly #visitor: TarVisitor;
  readonly #options: WalkOptions;
  readonly #parser: MemberParser = new MemberParser();
  readonly #plain: PlainHeader = new PlainHeader();
  readonly #window: Buffer = Buffer.allocUnsafeSlow(LARGEST);
  readonly #windows: readonly Buffer[] = WINDOWS.map((bytes) => this.#window.subarray(0, bytes));
  readonly #words: Int32Array = new Int32Array(this.#window.buffer);
  #windowStart = 0;
  #windowLength = 0;
  #position = 0;
  /** How far apart the last headers were, about. */
  #distance: number = LARGEST;
  #entries = 0;
  /** Zero blocks since the last member. */
  #zeros = 0;
  #body: Buffer = Buffer.alloc(0);

  constructor(source: ByteSource, visitor: TarVisitor, options: WalkOptions) {
    this.#source = source;
    this.#visitor = visitor;
    this.#options = options;
  }

  /** Takes the next block; false when there is none, or none that is worth reading. */
  next(): boolean {
    const at = this.#load(this.#position);
    if (at === undefined) {
      // Archives without the two zero blocks at their end are common, and read.
      if (this.#position < this.#source.size) this.#truncated(this.#position);
      return false;
    }
    if (this.#skim(at)) {
      this.#entries++;
      this.#position += BLOCK;
      return this.#pass(this.#plain.size);
    }
    const step = this.#parse(at, this.#position);
    if (step === undefined) return false;
    this.#position += BLOCK;
    if (step.kind === 'zero') return ++this.#zeros < 2;
    if (this.#zeros > 0) {
      this.#zeros = 0;
      this.#visitor.problem('layer.damaged', 'a zero block stands between two members');
    }
    if (step.kind === 'more') return true;
    return this.#take(step) && this.#pass(step.bytes);
  }

  /** Most members are plain, and nobody wants them. */
  #skim(at: number): boolean {
    if (this.#visitor.skim === undefined || this.#zeros > 0 || !this.#parser.ordinary) return false;
    if (this.#entries >= this.#options.limits.entries) return false;
    return this.#plain.read(this.#window, this.#words, at, this.#position + BLOCK) && this.#visitor.skim(this.#plain);
  }

  #take(step: Exclude<Step, { kind: 'zero' | 'more' }>): boolean {
    if (step.kind === 'extension') return this.#extension(this.#position, step.bytes);
    if (step.kind === 'unknown') {
      this.#visitor.problem('file.format', `a member has the unknown type ${JSON.stringify(step.typeflag)}`);
      return true;
    }
    const { entries } = this.#options.limits;
    if (++this.#entries > entries) {
      this.#visitor.problem('layer.limit', `more than ${entries} members`);
      return false;
    }
    if (step.escapes) escapes(this.#visitor, step.header.path);
    this.#content(step.header, this.#position, step.bytes);
    return true;
  }

  /** Goes on behind a body. */
  #pass(bytes: number): boolean {
    const { layerBytes } = this.#options.limits;
    if (this.#position + bytes > this.#source.size) {
      this.#truncated(this.#source.size);
      return false;
    }
    const whole = padded(bytes);
    this.#distance += (Math.min(whole, LARGEST) - this.#distance) * WEIGHT;
    this.#position += whole;
    if (this.#position <= layerBytes) return true;
    this.#visitor.problem('layer.limit', `more than ${layerBytes} bytes`);
    return false;
  }

  /** Position of the block in the window, or undefined where the source ends before it. */
  #load(position: number): number | undefined {
    const at = position - this.#windowStart;
    if (at >= 0 && at + BLOCK <= this.#windowLength) return at;
    this.#windowStart = position;
    this.#windowLength = this.#source.read(this.#chosenWindow(), position);
    return this.#windowLength >= BLOCK ? 0 : undefined;
  }

  #chosenWindow(): Buffer {
    let number = WINDOWS.length - 1;
    for (let close = CLOSE; number > 0 && this.#distance > close; close *= 2) number--;
    return this.#windows[number] as Buffer;
  }

  #parse(at: number, position: number): ReturnType<MemberParser['block']> | undefined {
    try {
      return this.#parser.block(this.#window, at, position + BLOCK);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#visitor.problem('layer.damaged', `at byte ${position}: ${error.message}`);
      return undefined;
    }
  }

  #extension(position: number, bytes: number): boolean {
    if (bytes > this.#options.limits.headerBytes) {
      this.#visitor.problem('layer.limit', `the attributes of a member take ${bytes} bytes; they were not read`);
      return true;
    }
    const body = readBytes(this.#source, position, bytes);
    try {
      if (body.length === bytes) this.#parser.extension(body);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#visitor.problem('layer.damaged', `at byte ${position}: ${error.message}`);
      return false;
    }
    return true;
  }

  #content(header: Parameters<TarVisitor['content']>[0], position: number, bytes: number): void {
    const wish = this.#visitor.member(header);
    if (wish === 0 || header.type !== 'file') return;
    if (wish === ANY_PLACE) {
      this.waiting = this.#visitor.whole?.(header, this.#source.slice(position, bytes)) ?? undefined;
      return;
    }
    const wanted = Math.min(wish, bytes);
    const inWindow = position - this.#windowStart;
    if (inWindow + wanted <= this.#windowLength) {
      this.#visitor.content(header, this.#window.subarray(inWindow, inWindow + wanted));
      return;
    }
    if (this.#body.length < wanted) this.#body = Buffer.allocUnsafeSlow(Math.min(wanted * 2, wanted + (1 << 20)));
    const got = this.#source.read(this.#body.subarray(0, wanted), position);
    this.#visitor.content(header, this.#body.subarray(0, got));
  }

  #truncated(position: number): void {
    this.#visitor.problem('layer.truncated', `the archive ends in the middle of a member, at byte ${position}`);
  }
}

export function escapes(visitor: Pick<TarVisitor, 'problem'>, path: string): void {
  visitor.problem('file.path-escapes', 'a member name climbs out of the root with ".."', path);
}
