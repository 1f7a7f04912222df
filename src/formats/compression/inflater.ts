import type { ByteSource } from '../../model/bytes.ts';
import type { EngineKind } from './decoder.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './open-engine.ts';
import type { Steps } from './wait.ts';

/** Bytes that are read at a time. */
const INPUT = 64 * 1024;
/** The end of a stream shows only where bytes follow: in an archive something always does. */
const BEHIND = 32;

/** How a stream ended. */
export interface InflateEnd {
  /** It came to its end; otherwise there was no more input, or whoever took it had enough. */
  readonly complete: boolean;
  /** Bytes of input that belong to it, as far as it was read. */
  readonly used: number;
}

/** Inflates one raw deflate stream (RFC 1951) after the other, each from any place of a source. */
export class Inflater {
  readonly #kind: EngineKind;
  readonly #input: Buffer = Buffer.allocUnsafeSlow(INPUT);
  #engine: Engine | undefined;
  #take: (piece: Buffer) => boolean = () => false;
  #hasEnough: boolean = false;

  constructor(kind: EngineKind = 'handle') {
    this.#kind = kind;
  }

  /**
   * Inflates a stream that begins at `start`. It is not cut where it goes on behind `length` bytes by a little.
   * @param take gets what was made, in pieces that are valid during the call only; false where it has enough
   * @throws FormatError where it is damaged, when everything before the damage was handed on
   */
  *inflate(source: ByteSource, start: number, length: number, take: (piece: Buffer) => boolean): Steps<InflateEnd> {
    this.#take = take;
    this.#hasEnough = false;
    this.#engine ??= openEngine('deflate', (piece) => this.#consume(piece), this.#kind);
    const engine = this.#engine;
    engine.restart();
    const input = this.#input;
    const stop = Math.min(start + length + BEHIND, source.size);
    let position = start;
    let at = 0;
    let end = 0;
    for (;;) {
      if (at === end && !engine.full) {
        end = position < stop ? source.read(input.subarray(0, stop - position), position) : 0;
        if (end === 0) return { complete: false, used: position - start };
        position += end;
        at = 0;
      }
      const pending = engine.step(input, at, end);
      yield pending ?? 'pause';
      at += engine.used;
      engine.flush();
      const used = position - start - (end - at);
      if (engine.ended) return { complete: true, used };
      if (this.#hasEnough) return { complete: false, used };
    }
  }

  close(): void {
    this.#engine?.close();
    this.#engine = undefined;
  }

  #consume(piece: Buffer): void {
    if (!this.#hasEnough && !this.#take(piece)) this.#hasEnough = true;
  }
}
