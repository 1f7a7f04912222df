/** A library that a script brings along. */
export interface BundledLibrary {
  /** As npm has it. */
  readonly name: string;
  readonly version: string;
}

/** A version as libraries write their own, as a group of an expression. */
export const V = '(\\d{1,5}\\.\\d{1,5}(?:\\.\\d{1,8})?(?:-[0-9A-Za-z.-]{1,40}|(?:alpha|beta|rc)[.\\d]{0,10})?)';
