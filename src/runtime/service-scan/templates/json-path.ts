/** A step of a query: a member, an element, or all of them. */
type Step = string | number | 'each';

interface JsonPath {
  readonly steps: readonly (Step | { readonly member: string })[];
}

/**
 * Reads the part of jq's language that templates use: `.a.b`, `.["a-b"]`, `.[0]`, `.[]`, and these one after the other with `|`.
 * Undefined for anything else.
 */
export function readJsonPath(source: string): JsonPath | undefined {
  const steps: JsonPath['steps'][number][] = [];
  for (const piece of source.split('|')) {
    let rest = piece.trim();
    if (!rest.startsWith('.')) return undefined;
    while (rest !== '') {
      const step =
        /^\.?\[\]\??/.exec(rest) ??
        /^\.?\[(?<index>-?\d{1,6})\]\??/.exec(rest) ??
        /^\.?\[?"(?<quoted>[^"\\]{1,200})"\]?\??/.exec(rest) ??
        /^\.(?<member>[A-Za-z_]\w{0,200})\??/.exec(rest) ??
        /^\.$/.exec(rest);
      if (step === null) return undefined;
      const { index, quoted, member } = step.groups ?? {};
      if (index !== undefined) steps.push(Number(index));
      else if (quoted !== undefined || member !== undefined) steps.push({ member: (quoted ?? member)! });
      else if (step[0].includes('[')) steps.push('each');
      rest = rest.slice(step[0].length);
    }
  }
  return { steps };
}

/** Values at a path, as text; at most `most`. Empty where the text is no JSON. */
export function valuesAt(text: string, source: string, most: number): string[] {
  const path = readJsonPath(source);
  if (path === undefined) return [];
  let values: unknown[];
  try {
    values = [JSON.parse(text)];
  } catch {
    return [];
  }
  for (const step of path.steps) {
    const next: unknown[] = [];
    for (const value of values) {
      if (next.length >= most) break;
      if (typeof value !== 'object' || value === null) continue;
      if (step === 'each') next.push(...(Object.values(value) as unknown[]).slice(0, most - next.length));
      else if (typeof step === 'number') next.push(Array.isArray(value) ? value.at(step) : undefined);
      else if (typeof step === 'object')
        next.push(Object.hasOwn(value, step.member) ? value[step.member as never] : undefined);
    }
    values = next;
  }
  return values
    .filter((value) => value !== undefined && value !== null)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
}
