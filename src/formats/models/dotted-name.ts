const DOTTED = /^[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_]*)*$/u;

/** Whether a module or class of Python can be called so: text that only looks like a pickle mostly names nothing that can. */
export function isDottedName(text: string): boolean {
  return DOTTED.test(text);
}
