/** One place of a pattern: a test of one character, or any number of any characters. */
type Place = ((character: string) => boolean) | '*';

/**
 * Compiles a pattern of the shell for the whole text, as fnmatch(3) without flags: `*` and `?` take any character, a
 * slash too; `[a-z]`, `[!a-z]`; a backslash takes the next character as it is. The time is at most the product of both
 * lengths.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const places = readPlaces(pattern);
  return (text) => matches(places, text);
}

/**
 * Compiles the paths of `pmatch`: true of each path that begins with one of them, component by component. Components
 * may be patterns of the shell.
 */
export function compilePathPrefixes(prefixes: readonly string[]): (path: string) => boolean {
  const plain = new Set<string>();
  const patterns: ((component: string) => boolean)[][] = [];
  for (const prefix of prefixes) {
    const components = componentsOf(prefix);
    if (components.some((component) => /[*?[\\]/.test(component))) patterns.push(components.map(compileGlob));
    else plain.add(components.join('/'));
  }
  return (path) => {
    const components = componentsOf(path);
    if (plain.has('')) return true;
    let prefix = '';
    for (const component of components) {
      prefix = prefix === '' ? component : `${prefix}/${component}`;
      if (plain.has(prefix)) return true;
    }
    return patterns.some(
      (pattern) => pattern.length <= components.length && pattern.every((test, index) => test(components[index]!)),
    );
  };
}

function componentsOf(path: string): string[] {
  return path.split('/').filter((component) => component !== '');
}

function readPlaces(pattern: string): readonly Place[] {
  const places: Place[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === '*') {
      if (places.at(-1) !== '*') places.push('*');
    } else if (character === '?') {
      places.push(() => true);
    } else if (character === '[') {
      const set = readSet(characters, at + 1);
      if (set === undefined) places.push((other) => other === '[');
      else {
        places.push(set.test);
        at = set.end;
      }
    } else {
      const meant = character === '\\' && at + 1 < characters.length ? characters[++at]! : character;
      places.push((other) => other === meant);
    }
  }
  return places;
}

/** What follows a `[`; undefined where it is not closed. */
function readSet(
  characters: readonly string[],
  begin: number,
): { readonly test: (character: string) => boolean; readonly end: number } | undefined {
  let at = begin;
  const negated = characters[at] === '!' || characters[at] === '^';
  if (negated) at++;
  const ranges: [string, string][] = [];
  for (let first = true; at < characters.length; first = false) {
    let low = characters[at++]!;
    if (low === ']' && !first) {
      return { end: at - 1, test: (one) => ranges.some(([from, to]) => from <= one && one <= to) !== negated };
    }
    if (low === '\\') low = characters[at++] ?? '\\';
    let high = low;
    if (characters[at] === '-' && characters[at + 1] !== undefined && characters[at + 1] !== ']') {
      high = characters[at + 1]!;
      at += 2;
    }
    ranges.push([low, high]);
  }
  return undefined;
}

/** Goes back to the last star alone: what earlier ones took cannot help any more. */
function matches(places: readonly Place[], text: string): boolean {
  const characters = [...text];
  let place = 0;
  let star = -1;
  let from = 0;
  let at = 0;
  while (at < characters.length) {
    const here = places[place];
    if (here === '*') {
      star = place++;
      from = at;
    } else if (here !== undefined && here(characters[at]!)) {
      place++;
      at++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++from;
    } else return false;
  }
  while (places[place] === '*') place++;
  return place === places.length;
}
