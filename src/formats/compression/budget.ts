import { LimitError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';

export type CompressionLimits = Pick<Limits, 'layerBytes' | 'ratio' | 'ratioFloorBytes'>;

/** Ends a bomb: more bytes than a layer may have, or a ratio that no honest layer reaches. */
export class Budget {
  readonly #limits: CompressionLimits;
  #bytes = 0;

  constructor(limits: CompressionLimits) {
    this.#limits = limits;
  }

  /**
   * Counts bytes that came out, `seen` bytes of input into the stream.
   * @throws LimitError when they are too many
   */
  count(bytes: number, seen: number): void {
    this.#bytes += bytes;
    const { layerBytes, ratio, ratioFloorBytes } = this.#limits;
    if (this.#bytes > layerBytes) throw new LimitError(`it grows to more than ${layerBytes} bytes`);
    if (this.#bytes > ratioFloorBytes && this.#bytes > ratio * Math.max(seen, 1)) {
      throw new LimitError(`it grows to more than ${ratio} times its size`);
    }
  }
}
