import type { SecretMatch } from './secret-match.ts';

/**
 * A text with its secrets replaced by what may be shown of them, wherever in it they stand once more.
 * @param matches of this text: their places are indices in it
 */
export function redact(text: string, matches: readonly Pick<SecretMatch, 'start' | 'end' | 'shown'>[]): string {
  const secrets = new Map<string, string>();
  for (const { start, end, shown } of matches) {
    const secret = text.slice(start, end);
    if (secret !== '') secrets.set(secret, shown.includes(secret) ? '…' : plainly(shown));
  }
  return replacing(secrets)(text);
}

/** What is shown, as far as it is one word for whoever reads the text again: a shell, a reader of build files. */
export function plainly(shown: string): string {
  return /^[\w.…+/=:-]+$/.test(shown) ? shown : '…';
}

/** Characters by which most places are told from the beginning of a secret. */
const BEGINNING = 3;

/**
 * Replaces texts by others wherever they stand, the longest that begins at a place first. There may be thousands of them: an
 * expression with as many alternatives would take their number times the length of the text.
 */
export function replacing(secrets: ReadonlyMap<string, string>): (text: string) => string {
  if (secrets.size === 0) return (text) => text;
  const lengths = new Map<string, Set<number>>();
  for (const secret of secrets.keys()) {
    const beginning = secret.slice(0, BEGINNING);
    const known = lengths.get(beginning);
    if (known === undefined) lengths.set(beginning, new Set([secret.length]));
    else known.add(secret.length);
  }
  const longestFirst = new Map([...lengths].map(([beginning, of]) => [beginning, [...of].sort((a, b) => b - a)]));
  const beginnings = [...new Set([...lengths.keys()].map(({ length }) => length))].sort((a, b) => b - a);
  return (text) => {
    let replaced = '';
    let told = 0;
    for (let at = 0; at < text.length; ) {
      const length = lengthAt(text, at);
      if (length === 0) {
        at++;
        continue;
      }
      replaced += text.slice(told, at) + (secrets.get(text.slice(at, at + length)) ?? '…');
      at += length;
      told = at;
    }
    return told === 0 ? text : replaced + text.slice(told);
  };

  function lengthAt(text: string, at: number): number {
    for (const size of beginnings) {
      for (const length of longestFirst.get(text.slice(at, at + size)) ?? []) {
        if (secrets.has(text.slice(at, at + length))) return length;
      }
    }
    return 0;
  }
}
