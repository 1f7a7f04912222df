/** Blanks inside a line; the builders of Docker treat others as letters. */
export function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

/** Splits at blanks, with quotes and escapes left as they are: what stands in quotes is one word. */
export function splitWords(text: string, escaping = '\\'): string[] {
  const words: string[] = [];
  let start = -1;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quote === '' && isBlank(character)) {
      if (start >= 0) words.push(text.slice(start, at));
      start = -1;
      continue;
    }
    if (start < 0) start = at;
    if (character === escaping && quote !== "'") at++;
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
  }
  if (start >= 0) words.push(text.slice(start));
  return words;
}

/**
 * Takes quotes and escapes off a word, as the builder does when it reads ENV, LABEL and paths. Variables stay as written.
 * In double quotes only `"`, `$` and the escape character itself can be escaped (moby/buildkit, frontend/dockerfile/shell).
 */
export function unquote(word: string, escaping = '\\'): string {
  if (!word.includes('"') && !word.includes("'") && !word.includes(escaping)) return word;
  let text = '';
  let quote = '';
  for (let at = 0; at < word.length; at++) {
    const character = word[at]!;
    if (character === escaping && quote !== "'") {
      const next = word[at + 1];
      if (next === undefined) return text + character;
      if (quote === '"' && next !== '"' && next !== '$' && next !== escaping) text += character;
      text += next;
      at++;
    } else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    else text += character;
  }
  return text;
}

/** Quotes a value so that a builder reads it as it is: `$` does not start a variable. Line breaks cannot be quoted. */
export function quote(value: string): string {
  if (/^[\w%+,./:@~=-]+$/.test(value)) return value;
  return `"${value.replace(/["$\\]/g, '\\$&')}"`;
}
