/** `  key: value`, `- key: value`, `"key": value` -> the key, and how far in it stands. */
function keyOf(line: string): { readonly key: string; readonly indent: number } | undefined {
  const found = /^( *)(?:"([^"]*)"|'([^']*)'|([^\s"'#:-][^:#]*?))\s*:(?:\s|$)/.exec(line);
  if (found === null) return undefined;
  return { key: found[2] ?? found[3] ?? found[4] ?? '', indent: found[1]!.length };
}

/**
 * The line, from 1, of a key that stands below others in block style; that of the last one of them where it cannot be
 * found, as in `server: {listen: x}`. Undefined where not even the first is there.
 */
export function lineOfPath(text: string, path: readonly string[]): number | undefined {
  const lines = text.split('\n');
  let found: number | undefined;
  let from = 0;
  let parent = -1;
  for (const wanted of path) {
    const at = findChild(lines, from, parent, wanted);
    if (at === undefined) return found;
    found = at.line + 1;
    from = at.line + 1;
    parent = at.indent;
  }
  return found;
}

/** The first line that is a child of the key with this indentation, and has this key. */
function findChild(
  lines: readonly string[],
  from: number,
  parent: number,
  wanted: string,
): { readonly line: number; readonly indent: number } | undefined {
  let own: number | undefined;
  for (let line = from; line < lines.length; line++) {
    const entry = keyOf(lines[line]!);
    if (entry === undefined) continue;
    if (entry.indent <= parent) return undefined;
    own ??= entry.indent;
    if (entry.indent === own && entry.key === wanted) return { line, indent: entry.indent };
  }
  return undefined;
}
