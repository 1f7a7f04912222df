/** A piece of Python source, as far as lists of texts need it. */
export type PythonToken =
  | { readonly kind: 'text'; readonly text: string /** Its value depends on what is run. */; readonly isOpen: boolean }
  | { readonly kind: 'name'; readonly text: string }
  /** One character: an operator, a bracket. */
  | { readonly kind: 'mark'; readonly text: string };

/** Tokens of one file that are looked at; the largest real `setup.py` have some ten thousand. */
export const MAX_TOKENS = 500_000;

/**
 * Divides Python source into texts, names and marks; comments, numbers and white space are left out. A text that has no end
 * ends with its line, or with the file. There are no more than {@link MAX_TOKENS}.
 * Source: Python language reference, "Lexical analysis".
 */
export function pythonTokens(source: string): readonly PythonToken[] {
  const tokens: PythonToken[] = [];
  const pattern = /#[^\n]*|([A-Za-z]{0,2})("""|'''|"|')|([A-Za-z_]\w*)|(\d[\w.]*)|([^\s\w])/g;
  for (let found = pattern.exec(source); found !== null; found = pattern.exec(source)) {
    const [, prefix = '', quote, name, , mark] = found;
    if (quote !== undefined) {
      const end = endOfText(source, pattern.lastIndex, quote);
      const raw = source.slice(pattern.lastIndex, end);
      pattern.lastIndex = end + quote.length;
      tokens.push({ kind: 'text', text: unquoted(raw, prefix), isOpen: /f/i.test(prefix) && raw.includes('{') });
    } else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    if (tokens.length >= MAX_TOKENS) break;
  }
  return tokens;
}

function endOfText(source: string, start: number, quote: string): number {
  for (let at = start; at < source.length; at++) {
    const letter = source[at];
    if (letter === '\\') at++;
    else if (letter === '\n' && quote.length === 1) return at;
    else if (letter === quote[0] && source.startsWith(quote, at)) return at;
  }
  return source.length;
}

/** Of escapes only those that requirements have: quotes, and lines that go on. */
function unquoted(raw: string, prefix: string): string {
  return /r/i.test(prefix) ? raw : raw.replace(/\\\r?\n/g, '').replace(/\\(['"\\])/g, '$1');
}
