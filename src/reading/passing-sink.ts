import type { Limits } from '../limits.ts';
import { type FileHeader, HEAD_BYTES } from '../model/file.ts';
import { portionBytes } from './analyzer-reader.ts';
import { type Interest, keepInterested, unionOf } from './interest.ts';
import type { KeptBody } from './kept-bodies.ts';
import type { PassingBody } from './passing-bodies.ts';

/**
 * Takes a file that comes in pieces, as far as anybody wants it: its first bytes are held, then those who want the whole are
 * asked whether they still do.
 */
export class PassingSink {
  readonly #header: FileHeader;
  readonly #interests: readonly Interest[];
  readonly #body: PassingBody;
  readonly #limits: Pick<Limits, 'bodyBytes' | 'randomBytes'>;
  #most: number = HEAD_BYTES;
  #isDecided: boolean = false;

  constructor(
    header: FileHeader,
    interests: readonly Interest[],
    body: PassingBody,
    limits: Pick<Limits, 'bodyBytes' | 'randomBytes'>,
  ) {
    this.#header = header;
    this.#interests = interests;
    this.#body = body;
    this.#limits = limits;
  }

  /** Nothing more is wanted of the file, or can be kept of it. */
  get hasEnough(): boolean {
    return this.#isDecided && (this.#body.length >= this.#most || this.#body.isCut);
  }

  write(piece: Buffer): void {
    let taken = 0;
    if (!this.#isDecided) {
      taken = Math.min(piece.length, HEAD_BYTES - this.#body.length);
      this.#body.write(piece.subarray(0, taken));
      if (this.#body.length < HEAD_BYTES) return;
      this.#decide();
    }
    const rest = piece.subarray(taken, taken + Math.max(0, this.#most - this.#body.length));
    if (rest.length > 0) this.#body.write(rest);
  }

  /** What there is of the file once it ended. */
  finish(): KeptBody {
    if (!this.#isDecided) this.#decide();
    return this.#body.kept;
  }

  #decide(): void {
    this.#isDecided = true;
    const { body, bytes } = this.#body.kept;
    keepInterested(this.#header, this.#interests, () => bytes ?? headOf(body));
    this.#most = portionBytes(unionOf(this.#interests), this.#limits);
  }
}

function headOf(body: KeptBody['body']): Uint8Array {
  const head = new Uint8Array(Math.min(HEAD_BYTES, body.size));
  return head.subarray(0, body.read(head, 0));
}
