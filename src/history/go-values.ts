/**
 * Reads what Go prints: builders write some instructions as values of their own, with `%q` or `%v`
 * (https://pkg.go.dev/fmt, strconv.Quote).
 */

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const digits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A quoted text (`"a\n"`) or character (`'\x03'`) at a place, with the offset behind it; undefined where none stands. */
export function readQuoted(text: string, at: number): { readonly value: string; readonly end: number } | undefined {
  const quote = text[at];
  if (quote === '`') {
    const close = text.indexOf('`', at + 1);
    return close < 0 ? undefined : { value: text.slice(at + 1, close), end: close + 1 };
  }
  if (quote !== '"' && quote !== "'") return undefined;
  let value = '';
  let start = at + 1;
  for (let place = start; place < text.length; ) {
    const character = text[place]!;
    if (character === quote) return { value: value + text.slice(start, place), end: place + 1 };
    if (character !== '\\') {
      place++;
      continue;
    }
    value += text.slice(start, place);
    const { read, length } = escaped(text, place + 1);
    value += read;
    place += 1 + length;
    start = place;
  }
  return undefined;
}

function escaped(text: string, at: number): { readonly read: string; readonly length: number } {
  const kind = text[at] ?? '';
  const plain = simple[kind];
  if (plain !== undefined) return { read: plain, length: 1 };
  const count = digits[kind];
  if (count !== undefined) {
    const code = text.slice(at + 1, at + 1 + count);
    const point = Number.parseInt(code, 16);
    if (code.length === count && /^[\da-f]+$/i.test(code) && point <= 0x10ffff)
      return { read: String.fromCodePoint(point), length: 1 + count };
  }
  const octal = /^[0-7]{3}/.exec(text.slice(at, at + 3));
  if (octal !== null) return { read: String.fromCharCode(Number.parseInt(octal[0], 8)), length: 3 };
  return { read: kind, length: kind === '' ? 0 : 1 };
}

/** `["sh" "-c" "x"]`, the form of `%q`, or a JSON list; undefined where it is neither to the end. */
export function readQuotedList(text: string): string[] | undefined {
  const list = readListAt(text, 0);
  return list !== undefined && list.end === text.length ? list.values : undefined;
}

/** The list that begins at a place. */
export function readListAt(
  text: string,
  start: number,
): { readonly values: string[]; readonly end: number } | undefined {
  if (text[start] !== '[') return undefined;
  const values: string[] = [];
  let at = start + 1;
  for (;;) {
    while (text[at] === ' ' || text[at] === ',') at++;
    if (text[at] === ']') return { values, end: at + 1 };
    const item = readQuoted(text, at);
    if (item === undefined) return undefined;
    values.push(item.value);
    at = item.end;
  }
}

/** `[/data /cache]`, the form of `%v`: blanks inside an item cannot be told from those between items. */
export function readPlainList(text: string): string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  return text.slice(1, -1).split(' ').filter(isSome);
}

/** Keys of `map[80/tcp:{} 443/tcp:{}]`. */
export function readSet(text: string): string[] | undefined {
  if (!text.startsWith('map[') || !text.endsWith(']')) return undefined;
  const inner = text.slice('map['.length, -1);
  return inner
    .split(' ')
    .filter(isSome)
    .map((item) => (item.endsWith(':{}') ? item.slice(0, -3) : item));
}

function isSome(text: string): boolean {
  return text !== '';
}
