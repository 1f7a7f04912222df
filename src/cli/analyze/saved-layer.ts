/** A layer of an image as a file in the working folder. */
export interface SavedLayer {
  /** Under which a server shall know it. Free of slashes. */
  readonly name: string;
  /** Path below the folder, with `/`. */
  readonly file: string;
  /**
   * It is named after its content alone, so that a server may know it on top of another layer: that of another image,
   * or of this one.
   */
  readonly byContent: boolean;
}

/** The image could not be saved, or its description makes no sense; which of the two decides the words before it. */
export class SaveError extends Error {
  override readonly name = 'SaveError';
  readonly step: 'save' | 'history';

  constructor(step: 'save' | 'history', message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.step = step;
  }
}
