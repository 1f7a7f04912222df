/** What the network learnt: bytes are embedded, convolved, their maxima over time go through two layers. */
export interface NetworkWeights {
  /** 16 numbers a byte. Those of byte 0, which fills up, are not looked at. */
  readonly embedding: Int16Array;
  /** Of each width, tap, number of the embedding and channel. */
  readonly taps: Int16Array;
  /** Of each width: what its maxima are divided by. */
  readonly scales: Float32Array;
  /** Of each width and channel, added to maxima. */
  readonly bias: Float32Array;
  /** 64 rows of 256. */
  readonly hidden: Float32Array;
  readonly hiddenBias: Float32Array;
  /** 64 weights and the bias. */
  readonly out: Float32Array;
}

/** Weights of n-grams of tokens. */
export interface LinearWeights {
  /** Of each feature the upper 24 bits of its n-gram's number, rising. */
  readonly keys: Int32Array;
  /** Of each feature a byte that stands for its weight. */
  readonly codes: Uint8Array;
  /** The weights that the 256 bytes stand for. */
  readonly meaning: Float32Array;
  /** A sum is divided by the number of features to this power. */
  readonly power: number;
}
