import { FormatError } from '../../errors.ts';
import type { FileHeader } from '../../model/file.ts';
import { BLOCK, MemberParser, padded } from './member.ts';
import { PlainHeader } from './plain-header.ts';
import { ANY_PLACE, type BodySink, type TarVisitor, type WalkOptions } from './visitor.ts';
import { escapes } from './walk.ts';

/** What the next bytes are. */
type State = 'header' | 'extension' | 'content' | 'pieces' | 'skip' | 'ended';

/**
 * Reads an archive that comes in pieces, as a decompressor gives them. Pieces of any size: bodies that nobody wants
 * are passed over without a copy, wanted ones are gathered.
 */
export class TarParser {
  readonly #visitor: TarVisitor;
  readonly #options: WalkOptions;
  readonly #parser: MemberParser = new MemberParser();
  readonly #plain: PlainHeader = new PlainHeader();
  readonly #block: Buffer = Buffer.allocUnsafeSlow(BLOCK);
  /** A copy of the block at hand, which may stand at any place of its piece. */
  readonly #copy: Buffer = Buffer.allocUnsafeSlow(BLOCK);
  readonly #words: Int32Array = new Int32Array(this.#copy.buffer);
  #filled = 0;
  #state: State = 'header';
  /** Bytes of the archive that came. */
  #position = 0;
  /** Bytes of the current body, padding included, that have not come yet. */
  #left = 0;
  #pad = 0;
  #gather: Buffer = Buffer.alloc(0);
  #gathered = 0;
  #wanted = 0;
  #header: FileHeader | undefined;
  #sink: BodySink | undefined;
  #entries = 0;
  /** Zero blocks since the last member. */
  #zeros = 0;
  #reserve: Buffer = Buffer.alloc(0);
  /** What the visitor is still doing with the last body. */
  #pending: Promise<void> | undefined;
  #settled: Promise<void> | undefined;
  readonly #held: Buffer[] = [];

  constructor(visitor: TarVisitor, options: WalkOptions) {
    this.#visitor = visitor;
    this.#options = options;
  }

  /** True once nothing more will be taken from the input: the end of the archive, damage, or a limit. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Bytes of the archive that came so far. */
  get position(): number {
    return this.#position;
  }

  /**
   * Where the visitor needs time for a body: a promise for the moment at which it had it. Pieces that come before are held,
   * so whoever brings them had better wait.
   */
  get waiting(): Promise<void> | undefined {
    return this.#settled;
  }

  /** Takes the next piece, which is valid during the call only. */
  push(chunk: Buffer): void {
    if (this.#settled === undefined) this.#take(chunk);
    else this.#held.push(Buffer.from(chunk));
    if (this.#pending !== undefined) this.#settled ??= this.#settle();
  }

  /** Tells that nothing more comes, once nobody waits; the visitor may need time once more. */
  end(): void {
    this.#end();
    if (this.#pending !== undefined) this.#settled ??= this.#settle();
  }

  #take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#state !== 'ended') {
      if (this.#pending !== undefined) {
        this.#held.unshift(Buffer.from(chunk.subarray(at)));
        return;
      }
      at += this.#state === 'header' ? this.#takeHeader(chunk, at) : this.#takeBody(chunk, at);
    }
    this.#position += chunk.length - at;
  }

  /** Waits for the visitor, then goes on with what came meanwhile. */
  async #settle(): Promise<void> {
    while (this.#pending !== undefined) {
      await this.#pending;
      this.#pending = undefined;
      while (this.#held.length > 0 && this.#pending === undefined) this.#take(this.#held.shift() as Buffer);
    }
    this.#settled = undefined;
  }

  #end(): void {
    if (this.#state === 'ended') return;
    const middle = this.#state === 'header' ? this.#filled > 0 : this.#left > this.#pad;
    if (this.#state === 'content' && this.#header !== undefined) {
      this.#visitor.content(this.#header, this.#gather.subarray(0, this.#gathered));
    }
    // Attributes without their padding are whole nevertheless, and may be damaged.
    if (this.#state === 'extension' && !middle) this.#finishBody();
    this.#endPieces();
    this.#state = 'ended';
    if (middle) {
      this.#visitor.problem('layer.truncated', `the archive ends in the middle of a member, at byte ${this.#position}`);
    }
  }

  #takeHeader(chunk: Buffer, at: number): number {
    if (this.#filled === 0 && chunk.length - at >= BLOCK) {
      this.#position += BLOCK;
      this.#step(chunk, at);
      return BLOCK;
    }
    const taken = Math.min(BLOCK - this.#filled, chunk.length - at);
    chunk.copy(this.#block, this.#filled, at, at + taken);
    this.#filled += taken;
    this.#position += taken;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#step(this.#block, 0);
    }
    return taken;
  }

  /** Most members are plain, and nobody wants them. */
  #skim(block: Buffer, at: number): boolean {
    if (this.#visitor.skim === undefined || this.#zeros > 0 || !this.#parser.ordinary) return false;
    if (this.#entries >= this.#options.limits.entries) return false;
    block.copy(this.#copy, 0, at, at + BLOCK);
    return this.#plain.read(this.#copy, this.#words, 0, this.#position) && this.#visitor.skim(this.#plain);
  }

  #step(block: Buffer, at: number): void {
    if (this.#skim(block, at)) {
      this.#entries++;
      this.#startBody(this.#plain.size);
      if (this.#left === 0 && !this.ended) this.#finishBody();
      return;
    }
    let step: ReturnType<MemberParser['block']>;
    try {
      step = this.#parser.block(block, at, this.#position);
    } catch (error) {
      this.#damaged(error, this.#position - BLOCK);
      return;
    }
    if (step.kind === 'zero') {
      if (++this.#zeros === 2) this.#state = 'ended';
      return;
    }
    if (this.#zeros > 0) {
      this.#zeros = 0;
      this.#visitor.problem('layer.damaged', 'a zero block stands between two members');
    }
    if (step.kind === 'more') return;
    this.#startBody(step.bytes);
    if (this.ended) return;
    if (step.kind === 'extension') {
      this.#startExtension(step.bytes);
    } else if (step.kind === 'unknown') {
      this.#visitor.problem('file.format', `a member has the unknown type ${JSON.stringify(step.typeflag)}`);
    } else {
      this.#startMember(step.header, step.bytes, step.escapes);
    }
    if (this.#left === 0 && !this.ended) this.#finishBody();
  }

  /** A body follows, of which nothing is wanted yet. */
  #startBody(bytes: number): void {
    this.#left = padded(bytes);
    this.#pad = this.#left - bytes;
    this.#wanted = 0;
    // Nothing of an earlier piece: its memory may be gone.
    this.#gather = this.#reserve;
    this.#gathered = 0;
    this.#header = undefined;
    this.#state = 'skip';
    const { layerBytes } = this.#options.limits;
    if (this.#position + this.#left > layerBytes) this.#limit(`more than ${layerBytes} bytes`);
  }

  #startExtension(bytes: number): void {
    if (bytes > this.#options.limits.headerBytes) {
      this.#visitor.problem('layer.limit', `the attributes of a member take ${bytes} bytes; they were not read`);
      return;
    }
    this.#want('extension', bytes);
  }

  #startMember(header: FileHeader, bytes: number, escaped: boolean): void {
    if (++this.#entries > this.#options.limits.entries) {
      this.#limit(`more than ${this.#options.limits.entries} members`);
      return;
    }
    if (escaped) escapes(this.#visitor, header.path);
    const wish = this.#visitor.member(header);
    if (wish === 0 || header.type !== 'file') return;
    if (wish === ANY_PLACE) {
      this.#sink = this.#visitor.pieces?.(header);
      this.#state = 'pieces';
      return;
    }
    this.#header = header;
    this.#want('content', Math.min(wish, bytes));
  }

  #endPieces(): void {
    this.#pending = this.#sink?.end() ?? undefined;
    this.#sink = undefined;
  }

  #want(state: 'extension' | 'content', bytes: number): void {
    this.#state = state;
    this.#wanted = bytes;
    if (this.#reserve.length < bytes) this.#reserve = Buffer.allocUnsafeSlow(Math.min(bytes * 2, bytes + (1 << 20)));
    this.#gather = this.#reserve;
  }

  #takeBody(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at);
    const useful = Math.min(this.#wanted - this.#gathered, taken);
    if (useful > 0) {
      if (useful === this.#wanted && taken === this.#left) {
        // All of it is here, so it is handed on before the piece ends: no copy.
        this.#gather = chunk.subarray(at, at + useful);
      } else {
        chunk.copy(this.#gather, this.#gathered, at, at + useful);
      }
      this.#gathered += useful;
    } else if (this.#state === 'pieces') {
      const body = Math.min(taken, this.#left - this.#pad);
      if (body > 0) this.#sink?.write(chunk.subarray(at, at + body));
    }
    this.#left -= taken;
    this.#position += taken;
    if (this.#left === 0) this.#finishBody();
    return taken;
  }

  #finishBody(): void {
    const state = this.#state;
    this.#state = 'header';
    this.#endPieces();
    const body = this.#gather.subarray(0, this.#gathered);
    if (state === 'content' && this.#header !== undefined) {
      this.#visitor.content(this.#header, body);
    } else if (state === 'extension') {
      try {
        this.#parser.extension(body);
      } catch (error) {
        this.#damaged(error, this.#position);
        return;
      }
    }
  }

  #damaged(error: unknown, position: number): void {
    if (!(error instanceof FormatError)) throw error;
    this.#visitor.problem('layer.damaged', `at byte ${position}: ${error.message}`);
    this.#state = 'ended';
  }

  #limit(message: string): void {
    this.#visitor.problem('layer.limit', message);
    this.#state = 'ended';
  }
}
