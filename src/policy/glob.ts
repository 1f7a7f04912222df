/**
 * Tells whether a text matches a pattern: `*` is anything but `/`, `**` anything, `?` one character but `/`; everything
 * else is itself. The time is at most the product of both lengths: no pattern makes it wait.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = tokens(pattern);
  let reached = close(new Set([0]), parts);
  for (const character of text) {
    const next = new Set<number>();
    for (const at of reached) {
      const part = parts[at];
      if (part === undefined) continue;
      if (part === '**' || (part === '*' && character !== '/')) next.add(at);
      else if ((part === '?' && character !== '/') || (part.length > 1 && part === `=${character}`)) next.add(at + 1);
    }
    if (next.size === 0) return false;
    reached = close(next, parts);
  }
  return reached.has(parts.length);
}

/** Whether a text is meant as a pattern. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** `*`, `**`, `?`, and every other character behind `=`. */
function tokens(pattern: string): string[] {
  const parts: string[] = [];
  for (const character of pattern) {
    if (character === '*' && parts.at(-1) === '*') parts[parts.length - 1] = '**';
    else if (character === '*' && parts.at(-1) === '**') continue;
    else if (character === '*' || character === '?') parts.push(character);
    else parts.push(`=${character}`);
  }
  return parts;
}

/** Stars may also stand for nothing. */
function close(reached: Set<number>, parts: readonly string[]): Set<number> {
  for (const at of reached) if (parts[at] === '*' || parts[at] === '**') reached.add(at + 1);
  return reached;
}
