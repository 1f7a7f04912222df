import { RE2JS } from 're2js';

/**
 * Compiles a pattern of the shell for the whole text, as fnmatch(3) without flags: `*` and `?` take any character, a
 * slash too; `[a-z]`, `[!a-z]`; a backslash takes the next character as it is. It is matched in linear time.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(regexOf([...pattern]), RE2JS.DOTALL);
  return (text) => compiled.testExact(text);
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

function regexOf(characters: readonly string[]): string {
  let regex = '';
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === '*') regex += '.*';
    else if (character === '?') regex += '.';
    else if (character === '[') {
      const set = readSet(characters, at + 1);
      regex += set?.regex ?? '\\[';
      at = set?.end ?? at;
    } else regex += RE2JS.quote(character === '\\' ? (characters[++at] ?? character) : character);
  }
  return regex;
}

/** What follows a `[`; undefined where it is not closed. */
function readSet(
  characters: readonly string[],
  begin: number,
): { readonly regex: string; readonly end: number } | undefined {
  let at = begin;
  const negated = characters[at] === '!' || characters[at] === '^';
  if (negated) at++;
  let ranges = '';
  for (let first = true; at < characters.length; first = false) {
    let low = characters[at++]!;
    if (low === ']' && !first) {
      // A set that ends before it begins has nothing in it.
      if (ranges === '') return { end: at - 1, regex: negated ? '.' : '[^\\x{0}-\\x{10FFFF}]' };
      return { end: at - 1, regex: `[${negated ? '^' : ''}${ranges}]` };
    }
    if (low === '\\') low = characters[at++] ?? '\\';
    let high = low;
    if (characters[at] === '-' && characters[at + 1] !== undefined && characters[at + 1] !== ']') {
      high = characters[at + 1]!;
      at += 2;
    }
    if (low.codePointAt(0)! <= high.codePointAt(0)!) ranges += `${inSet(low)}-${inSet(high)}`;
  }
  return undefined;
}

function inSet(character: string): string {
  return `\\x{${character.codePointAt(0)!.toString(16)}}`;
}
