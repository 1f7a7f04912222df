import type { DialResponse } from './dial.ts';

/** The part of a body that came before its connection broke, and what is needed to ask for the rest. */
export class PartialBody {
  readonly #chunks: Buffer[] = [];
  #received = 0;
  /** Entity tag or date that the rest must have too; undefined: the server cannot send the rest alone. */
  #tag: string | undefined;
  /** Bytes of the whole body on the wire, where the server said so. */
  #total: number | undefined;
  #encoding = '';

  get received(): number {
    return this.#received;
  }

  get total(): number | undefined {
    return this.#total;
  }

  /** `content-encoding` of the body. */
  get encoding(): string {
    return this.#encoding;
  }

  /** Starts anew with a complete answer. */
  begin(response: DialResponse): void {
    this.clear();
    const length = response.header('content-length');
    this.#total = length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
    this.#encoding = (response.header('content-encoding') ?? '').trim().toLowerCase();
    // A weak entity tag says that two bodies mean the same, not that their bytes are the same (RFC 9110 section 13.1.5).
    const etag = response.header('etag');
    const strong = etag !== undefined && !etag.startsWith('W/') ? etag : undefined;
    const ranges = (response.header('accept-ranges') ?? '').toLowerCase().includes('bytes');
    this.#tag = ranges ? (strong ?? response.header('last-modified')) : undefined;
  }

  /** Headers that ask for the rest (RFC 9110 sections 13.1.5 and 14.2), or undefined where all must come again. */
  rangeHeaders(): Record<string, string> | undefined {
    if (this.#tag === undefined || this.#received === 0) return undefined;
    return { range: `bytes=${this.#received}-`, 'if-range': this.#tag };
  }

  /** Tells whether a 206 answer goes on exactly where the part ends. */
  continues(response: DialResponse): boolean {
    const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(response.header('content-range') ?? '');
    if (match === null || Number(match[1]) !== this.#received) return false;
    if (match[3] !== '*') {
      if (this.#total !== undefined && Number(match[3]) !== this.#total) return false;
      this.#total = Number(match[3]);
    }
    return this.#total === undefined || Number(match[2]) === this.#total - 1;
  }

  append(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#received = 0;
    this.#tag = undefined;
    this.#total = undefined;
    this.#encoding = '';
  }

  /** True when as much came as was announced. */
  get complete(): boolean {
    return this.#total === undefined || this.#received === this.#total;
  }

  /** All that came, in one piece. */
  bytes(): Buffer {
    return this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
  }
}
