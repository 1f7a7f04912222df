/** Nobody has a longer command line. */
const MOST = 100_000;

/**
 * Words of a command line that was given as one text, quotes as in a shell (POSIX.1-2024, 2.2). Nothing is expanded: `$X`
 * stays what it is. A backslash before a line's end joins it to the next.
 */
export function wordsOfLine(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < Math.min(text.length, MOST); i++) {
    const character = text[i]!;
    if (quote === "'" ? character === "'" : character === quote && quote !== '') quote = '';
    else if (quote === "'") word = `${word ?? ''}${character}`;
    else if (character === '\\' && i + 1 < text.length) {
      const next = text[++i]!;
      if (next !== '\n') word = `${word ?? ''}${quote === '"' && !/["\\$`]/.test(next) ? '\\' : ''}${next}`;
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${character}`;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A word as a shell takes it for what it is. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
