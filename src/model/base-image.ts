/**
 * What is known of the image that an image was built from.
 *
 * `taught`, `known`: its first layers are those of an image that this installation was taught, or has scanned.
 * `annotation`, `history`, `label`: only the image names it, in its manifest, its history or a label. `none`: the history
 * looks as if there were one, and nothing is known of it.
 */
export interface BaseImage {
  readonly by: 'taught' | 'known' | 'annotation' | 'history' | 'label' | 'none';
  /** As it was taught, as it was asked for when it was scanned, or as the image says. */
  readonly name?: string;
  /** Digest of its manifest. */
  readonly digest?: string;
  /** How many layers are its own, from 0 on; absent where that is not known. */
  readonly layers?: number;
  /** How many entries of the history are its own; absent where that is not known. */
  readonly entries?: number;
  /** RFC 3339: when it was made, as the history of its part says. */
  readonly created?: string;
  /** Sentences that let a reader check it. */
  readonly reason: string;
}
