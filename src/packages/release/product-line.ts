/** A line of the form `PRODUCT release VERSION (CODENAME)`, as Red Hat's relatives write it. */
export interface ProductLine {
  readonly product: string;
  /** Digits and dots. */
  readonly version: string;
}

/** Reads the first line of a file such as `etc/redhat-release`. */
export function readProductLine(text: string): ProductLine | undefined {
  const line = text.trimStart().split('\n', 1)[0]?.slice(0, 1024) ?? '';
  const at = line.indexOf(' release ');
  if (at < 1) return undefined;
  const version = /^\d+(?:\.\d+)*/.exec(line.slice(at + ' release '.length))?.[0];
  return version === undefined ? undefined : { product: line.slice(0, at), version };
}
