import type { SecretMatch } from './secret-match.ts';

/**
 * A text with its secrets replaced by what may be shown of them, wherever in it they stand once more.
 * @param matches of this text: their places are indices in it
 */
export function redact(text: string, matches: readonly Pick<SecretMatch, 'start' | 'end' | 'shown'>[]): string {
  const secrets = new Map<string, string>();
  for (const { start, end, shown } of matches) {
    const secret = text.slice(start, end);
    if (secret !== '') secrets.set(secret, shown.includes(secret) ? '…' : shown);
  }
  if (secrets.size === 0) return text;
  // The longest first: one secret may be a part of another.
  const parts = [...secrets.keys()].toSorted((a, b) => b.length - a.length);
  const anyOf = new RegExp(parts.map((part) => RegExp.escape(part)).join('|'), 'g');
  return text.replace(anyOf, (secret) => secrets.get(secret) ?? '…');
}
