import type { Attributes } from './attributes.ts';
import { type Expression, eachPart } from './expression.ts';
import type { Offset } from './offset.ts';
import type { Said } from './yara-hex.ts';

/** Tests that a file is of a target; undefined where YARA cannot see what such signatures see. */
export function targetTest(target: number): Said {
  const text = tests[target];
  return text === undefined ? { reason: `target ${target}` } : { text };
}

/** Texts, pages and mails are matched as normalised copies, which YARA does not make. */
const tests: Readonly<Record<number, string>> = {
  0: '',
  1: 'uint16(0) == 0x5a4d',
  2: 'uint32(0) == 0xe011cfd0',
  5: '(uint32(0) == 0x474e5089 or uint32(0) == 0x38464947 or uint16(0) == 0xd8ff)',
  6: 'uint32(0) == 0x464c457f',
  9: '(uint32(0) == 0xfeedface or uint32(0) == 0xfeedfacf or uint32(0) == 0xcefaedfe or uint32(0) == 0xcffaedfe)',
  10: 'uint32(0) == 0x46445025',
  11: '(uint16(1) == 0x5357 and uint8(0) != 0)',
  12: 'uint32(0) == 0xbebafeca',
};

/** Where a pattern may begin, as the part of a condition that follows its name; empty for anywhere. */
export function placeText(offset: Offset, target: number): Said {
  switch (offset.kind) {
    case 'any':
      return { text: '' };
    case 'start':
      return { text: place(String(offset.value), offset.shift) };
    case 'end':
      return { text: place(`filesize - ${offset.value}`, offset.shift) };
    case 'macro':
    case 'version':
      return { reason: offset.kind === 'macro' ? 'macro' : 'records of the version resource' };
    default:
      break;
  }
  const module = { 1: 'pe', 6: 'elf' }[target];
  if (module === undefined) return { reason: 'offsets of Mach-O' };
  if (offset.kind === 'entry') {
    const sign = offset.value < 0 ? '-' : '+';
    return { text: place(`${module}.entry_point ${sign} ${Math.abs(offset.value)}`, offset.shift) };
  }
  const start = module === 'pe' ? 'raw_data_offset' : 'offset';
  const size = module === 'pe' ? 'raw_data_size' : 'size';
  if (offset.kind === 'within') {
    const section = `${module}.sections[${offset.index}]`;
    return { text: ` in (${section}.${start}..${section}.${start} + ${section}.${size} + ${offset.shift})` };
  }
  const index = offset.index ?? `${module}.number_of_sections - 1`;
  return { text: place(`${module}.sections[${index}].${start} + ${offset.value}`, offset.shift) };
}

function place(first: string, shift: number): string {
  return shift === 0 ? ` at ${first}` : ` in (${first}..${first} + ${shift})`;
}

/** What a file must be, besides its target. */
export function attributeTests(
  attributes: Attributes,
): { readonly tests: readonly string[] } | { readonly reason: string } {
  const { container, intermediates, handler, fileSize, entryPoint, sections, target } = attributes;
  if (container !== undefined || intermediates !== undefined) return { reason: 'containers' };
  if (handler !== undefined) return { reason: 'handler type' };
  const module = { 1: 'pe', 6: 'elf' }[target];
  const ranges: [string, { readonly minimum: number; readonly maximum: number } | undefined][] = [
    ['filesize', fileSize],
    [`${module}.entry_point`, entryPoint],
    [`${module}.number_of_sections`, sections],
  ];
  if (module === undefined && (entryPoint ?? sections) !== undefined) return { reason: 'offsets of Mach-O' };
  return {
    tests: ranges.flatMap(([name, range]) =>
      range === undefined ? [] : [`${name} >= ${range.minimum} and ${name} <= ${range.maximum}`],
    ),
  };
}

/** A part of a logical signature, as conditions speak of it. */
export interface PartText {
  /** Whether it matched. */
  readonly test: string;
  /** How often; undefined where YARA cannot count it. */
  readonly count: string | undefined;
  /** Its pattern, where it has one alone and stands anywhere. */
  readonly pattern: string | undefined;
}

/** Logic as a condition. */
export function expressionText(expression: Expression, parts: readonly PartText[]): Said {
  switch (expression.kind) {
    case 'part': {
      const part = parts[expression.index]!;
      const { count } = expression;
      if (count === undefined) return { text: part.test };
      if (part.count === undefined) return { reason: 'counts of a pattern at a place' };
      return { text: `${part.count} ${sign(count.sign)} ${count.value}` };
    }
    case 'group': {
      const inner = expressionText(expression.inner, parts);
      const { count } = expression;
      if ('reason' in inner || count === undefined) return 'reason' in inner ? inner : { text: `(${inner.text})` };
      return groupCount(expression.inner, inner.text, count, parts);
    }
    default: {
      const left = expressionText(expression.left, parts);
      if ('reason' in left) return left;
      const right = expressionText(expression.right, parts);
      if ('reason' in right) return right;
      return { text: `(${left.text} ${expression.kind} ${right.text})` };
    }
  }
}

/** A sum over a bracket of plain parts: 0 where the bracket is false by itself. */
function groupCount(
  inner: Expression,
  text: string,
  count: NonNullable<Extract<Expression, { kind: 'group' }>['count']>,
  parts: readonly PartText[],
): Said {
  if (!isPlain(inner)) return { reason: 'counts of nested brackets' };
  const used: PartText[] = [];
  eachPart(inner, (index) => used.push(parts[index]!));
  if (used.some((part) => part.count === undefined)) return { reason: 'counts of a pattern at a place' };
  const sum = used.map((part) => part.count).join(' + ');
  const compared = `(${sum}) ${sign(count.sign)} ${count.value}`;
  if (count.distinct > 0) {
    const patterns = used.map(({ pattern }) => pattern);
    if (patterns.includes(undefined)) return { reason: 'counts of a pattern at a place' };
    return { text: `(${text} and ${compared} and ${count.distinct} of (${patterns.join(', ')}))` };
  }
  const zero = count.sign === '=' ? count.value === 0 : count.sign === '<' && count.value > 0;
  return { text: zero ? `(not ${text} or ${compared})` : `(${text} and ${compared})` };
}

function isPlain(expression: Expression): boolean {
  if (expression.kind === 'part') return expression.count === undefined;
  if (expression.kind === 'group') return expression.count === undefined && isPlain(expression.inner);
  return isPlain(expression.left) && isPlain(expression.right);
}

function sign(text: '=' | '>' | '<'): string {
  return text === '=' ? '==' : text;
}
