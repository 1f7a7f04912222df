import { FormatError } from '../../errors.ts';
import { isDecimal, nibble } from './outcome.ts';

/** Sign classes that stand for a place between bytes at the ends of a pattern, and for bytes within one. */
export type MarkerKind = 'boundary' | 'line' | 'word';

export interface Marker {
  readonly kind: MarkerKind;
  readonly negated: boolean;
}

/** One step of a pattern. */
export type BodyItem =
  /** A run of bytes; a mask of 0xf0 or 0x0f looks at half of one, 0 at nothing of it. */
  | { readonly kind: 'bytes'; readonly values: Uint8Array; readonly masks: Uint8Array }
  | { readonly kind: 'choice'; readonly branches: readonly (readonly BodyItem[])[] }
  /** Bytes of this width that are none of these. */
  | { readonly kind: 'not'; readonly width: number; readonly branches: readonly Uint8Array[] }
  | { readonly kind: 'marker'; readonly marker: Marker }
  /**
   * Any bytes, `minimum` to `maximum` of them. A gap whose maximum is smaller never matches. `narrow`: it was written in
   * square brackets, and the parts at its sides need not be long.
   */
  | { readonly kind: 'gap'; readonly minimum: number; readonly maximum: number; readonly narrow: boolean };

/** A pattern of bytes. */
export interface Body {
  readonly items: readonly BodyItem[];
  /** What must stand in front of it, and behind it. */
  readonly left: Marker | undefined;
  readonly right: Marker | undefined;
  /** Letters of either case match. */
  readonly caseless: boolean;
}

/** Gaps of this many bytes are written out as wildcards, so that parts grow together. */
const INLINE_GAP = 128;
const MAX_RANGE = 32;
const MAX_DEPTH = 15;
const MAX_DIGITS = 9;

const markers: Readonly<Record<string, MarkerKind>> = { B: 'boundary', L: 'line', W: 'word' };

/**
 * Reads a pattern: hex digits, `??`, `a?`, `?a`, `*`, `{n-m}`, `[n-m]`, `(aa|bb)`, `!(aa|bb)`, `(B)`, `(L)`, `(W)`.
 * Source: manual of ClamAV, "Body-based signature content format", and what the engine does.
 * @param minimum static bytes of a pattern without any wildcard
 * @throws FormatError
 */
export function parseBody(text: string, minimum = 2): Body {
  const reader: Reader = { text, at: 0 };
  const items: BodyItem[] = [];
  const run = new Run(items);
  let parts = 0;
  let plain = true;
  while (reader.at < text.length) {
    const sign = text[reader.at]!;
    if (sign === '*' || sign === '{' || sign === '[') {
      plain = false;
      const gap = readGap(reader);
      if (gap.inline !== undefined) {
        run.wildcards(gap.inline);
        continue;
      }
      run.end();
      const narrow = sign === '[';
      if (items.length === 0 || reader.at >= text.length) throw new FormatError('it begins or ends with a gap');
      if (items.at(-1)?.kind === 'gap') throw new FormatError('two gaps stand together');
      if (!narrow) checkPart(items, ++parts);
      items.push({ kind: 'gap', minimum: gap.minimum, maximum: gap.maximum, narrow });
    } else if (sign === '(' || sign === '!') {
      plain = false;
      run.end();
      items.push(readGroup(reader, 0));
    } else {
      readByte(reader, run);
      if (run.last !== 0xff) plain = false;
    }
  }
  run.end();
  if (items.length === 0) throw new FormatError('it is empty');
  checkPart(items, parts + 1);
  const body = ends(items);
  if (plain && statics(body.items) < minimum) throw new FormatError(`it has fewer than ${minimum} bytes`);
  if (body.items.length === 0) throw new FormatError('it is empty');
  return body;
}

interface Reader {
  readonly text: string;
  at: number;
}

/** Gathers bytes that stand together. */
class Run {
  /** Mask of the last byte. */
  last = 0xff;
  readonly #items: BodyItem[];
  #values: number[] = [];
  #masks: number[] = [];

  constructor(items: BodyItem[]) {
    this.#items = items;
  }

  push(value: number, mask: number): void {
    this.#values.push(value);
    this.#masks.push(mask);
    this.last = mask;
  }

  wildcards(count: number): void {
    for (let index = 0; index < count; index++) this.push(0, 0);
  }

  end(): void {
    if (this.#values.length === 0) return;
    this.#items.push({ kind: 'bytes', values: Uint8Array.from(this.#values), masks: Uint8Array.from(this.#masks) });
    this.#values = [];
    this.#masks = [];
  }
}

function readByte(reader: Reader, run: Run): void {
  const { text, at } = reader;
  if (at + 2 > text.length) throw new FormatError('half a byte is left over');
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  reader.at += 2;
  const question = 0x3f;
  if (high === question && low === question) {
    run.push(0, 0);
    return;
  }
  const left = high === question ? 0 : nibble(high);
  const right = low === question ? 0 : nibble(low);
  if (left < 0 || right < 0) throw new FormatError('it has a sign that is no hexadecimal digit');
  run.push((left << 4) | right, (high === question ? 0 : 0xf0) | (low === question ? 0 : 0x0f));
}

interface Gap {
  readonly minimum: number;
  readonly maximum: number;
  /** As so many wildcards. */
  readonly inline?: number;
}

function readGap(reader: Reader): Gap {
  const { text } = reader;
  const sign = text[reader.at]!;
  if (sign === '*') {
    reader.at++;
    return { minimum: 0, maximum: Number.POSITIVE_INFINITY };
  }
  const close = text.indexOf(sign === '{' ? '}' : ']', reader.at);
  if (close < 0) throw new FormatError('a gap is not closed');
  const inner = text.slice(reader.at + 1, close);
  reader.at = close + 1;
  const dash = inner.indexOf('-');
  const low = dash < 0 ? inner : inner.slice(0, dash);
  const high = dash < 0 ? inner : inner.slice(dash + 1);
  if ((low !== '' && !bound(low)) || (high !== '' && !bound(high))) throw new FormatError('a gap has no numbers');
  const minimum = Number(low);
  const maximum = Number(high);
  if (sign === '[') {
    if (low === '' || high === '' || maximum > MAX_RANGE || minimum > maximum) {
      throw new FormatError('a range in brackets is out of order or too wide');
    }
    return { minimum, maximum };
  }
  // An upper bound of nothing is no bound at all: `{0}`, `{-0}` and `{}` are `*`, `{5-0}` is `{5-}`.
  if (maximum === 0) return { minimum, maximum: Number.POSITIVE_INFINITY };
  if (minimum === maximum && minimum < INLINE_GAP && dash < 0) return { minimum, maximum, inline: minimum };
  return { minimum, maximum };
}

function bound(text: string): boolean {
  return text.length <= MAX_DIGITS && isDecimal(text);
}

function readGroup(reader: Reader, depth: number): BodyItem {
  const { text } = reader;
  const negated = text[reader.at] === '!';
  if (negated) reader.at++;
  if (text[reader.at] !== '(') throw new FormatError('nothing follows a negation');
  const kind = text[reader.at + 2] === ')' ? markers[text[reader.at + 1]!] : undefined;
  if (kind !== undefined) {
    reader.at += 3;
    return { kind: 'marker', marker: { kind, negated } };
  }
  if (depth >= MAX_DEPTH) throw new FormatError('alternatives are nested too deep');
  reader.at++;
  const branches: BodyItem[][] = [];
  for (;;) {
    branches.push(readBranch(reader, depth));
    const sign = text[reader.at];
    if (sign === undefined) throw new FormatError('alternatives are not closed');
    reader.at++;
    if (sign === ')') break;
  }
  if (branches.every((branch) => branch.length === 0)) throw new FormatError('alternatives are empty');
  return negated ? negation(branches) : { kind: 'choice', branches };
}

function readBranch(reader: Reader, depth: number): BodyItem[] {
  const { text } = reader;
  const items: BodyItem[] = [];
  const run = new Run(items);
  for (;;) {
    const sign = text[reader.at];
    if (sign === undefined || sign === '|' || sign === ')') break;
    if (sign === '(') {
      run.end();
      items.push(readGroup(reader, depth + 1));
    } else if (sign === '{') {
      const gap = readGap(reader);
      if (gap.inline === undefined) throw new FormatError('alternatives hold a range');
      run.wildcards(gap.inline);
    } else {
      readByte(reader, run);
    }
  }
  run.end();
  return items;
}

function negation(branches: readonly (readonly BodyItem[])[]): BodyItem {
  const texts = branches.map((branch) => {
    const [only, ...rest] = branch;
    if (only?.kind !== 'bytes' || rest.length > 0 || only.masks.some((mask) => mask !== 0xff)) {
      throw new FormatError('negated alternatives must be plain bytes');
    }
    return only.values;
  });
  const width = texts[0]!.length;
  if (texts.some(({ length }) => length !== width)) throw new FormatError('negated alternatives have several widths');
  return { kind: 'not', width, branches: texts };
}

/** A part between wide gaps must have two bytes side by side, by which it is found. */
function checkPart(items: readonly BodyItem[], part: number): void {
  let from = items.length;
  while (from > 0) {
    const item = items[from - 1]!;
    if (item.kind === 'gap' && !item.narrow) break;
    from--;
  }
  for (const item of items.slice(from)) {
    if (item.kind !== 'bytes') continue;
    for (let at = 1; at < item.masks.length; at++) {
      if (item.masks[at - 1] === 0xff && item.masks[at] === 0xff) return;
    }
  }
  throw new FormatError(`part ${part} has no two bytes side by side`);
}

/** Markers at the ends are taken off: there they stand for no byte. */
function ends(items: readonly BodyItem[]): Body {
  const first = items[0];
  const left = first?.kind === 'marker' ? first.marker : undefined;
  const rest = left === undefined ? items : items.slice(1);
  const last = rest.at(-1);
  const right = last?.kind === 'marker' ? last.marker : undefined;
  return { items: right === undefined ? rest : rest.slice(0, -1), left, right, caseless: false };
}

function statics(items: readonly BodyItem[]): number {
  let count = 0;
  for (const item of items) if (item.kind === 'bytes') count += item.masks.filter((mask) => mask === 0xff).length;
  return count;
}

/** Letters of either case. */
export function caselessBody(body: Body): Body {
  return { ...body, caseless: true };
}

/** With a zero byte behind each, as Windows writes Latin letters. */
export function wideBody(body: Body): Body {
  return { ...body, items: wideItems(body.items) };
}

function wideItems(items: readonly BodyItem[]): BodyItem[] {
  return items.map((item): BodyItem => {
    switch (item.kind) {
      case 'bytes': {
        const values = new Uint8Array(item.values.length * 2);
        const masks = new Uint8Array(values.length).fill(0xff);
        for (let at = 0; at < item.values.length; at++) {
          values[at * 2] = item.values[at]!;
          masks[at * 2] = item.masks[at]!;
        }
        return { kind: 'bytes', values, masks };
      }
      case 'choice':
        return { kind: 'choice', branches: item.branches.map(wideItems) };
      case 'not':
        return {
          kind: 'not',
          width: item.width * 2,
          branches: item.branches.map((branch) => {
            const wide = new Uint8Array(branch.length * 2);
            branch.forEach((value, at) => {
              wide[at * 2] = value;
            });
            return wide;
          }),
        };
      default:
        return item;
    }
  });
}
