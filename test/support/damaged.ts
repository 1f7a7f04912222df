const values = [null, 5, 'x', [], {}, [null], true, undefined];

function* places(value: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) yield* places(part, [...path, key]);
}

/** Copies of a document, each with one of its parts replaced by something else, or left out. */
export function* damaged(text: string): Generator<string> {
  for (const path of places(JSON.parse(text), [])) {
    for (const value of values) {
      const copy: unknown = JSON.parse(text);
      let at = copy as Record<string, unknown>;
      for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
      at[path.at(-1)!] = value;
      yield JSON.stringify(copy);
    }
  }
}
