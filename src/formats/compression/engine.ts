/** One of Node's native decoders. What it makes goes to the `Consume` it was opened with. */
export interface Engine {
  /** Bytes that the last step took of its input. */
  readonly used: number;
  /** The last step had more to say than there was room: it wants another one, also without input. */
  readonly full: boolean;
  /** The deflate stream ended (RFC 1951): nothing is taken of what follows. Says nothing of zstd. */
  readonly ended: boolean;
  /**
   * Decodes some of `buffer` from `start` to `end`. What was made before a damage is handed on.
   * @throws FormatError for damaged data
   */
  step(buffer: Buffer, start: number, end: number): void | Promise<void>;
  /** Hands on what is held back. */
  flush(): void;
  /** Makes a deflate decoder ready for the next stream, also after a damage: what is held back is dropped. */
  restart(): void;
  close(): void;
}

export type NativeFormat = 'deflate' | 'zstd';
