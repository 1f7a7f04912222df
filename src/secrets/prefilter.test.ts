import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Keyword, prefilter } from './prefilter.ts';

const keywords: readonly Keyword[] = [
  { text: 'abc', anyCase: false, isPrefix: true },
  { text: 'ab:', anyCase: false, isPrefix: false },
  { text: 'abca', anyCase: false, isPrefix: true },
  { text: '_key', anyCase: true, isPrefix: false },
  { text: 'token', anyCase: true, isPrefix: false },
  { text: 'Token-', anyCase: false, isPrefix: true },
  { text: 'cabcab', anyCase: false, isPrefix: true },
];
const scan = prefilter(keywords);

function found(bytes: Uint8Array): string[] {
  const hits = new Set<string>();
  scan(bytes, (keyword, at, isWide) => hits.add(`${keyword} ${at} ${isWide}`));
  return [...hits].toSorted();
}

/** Each keyword at each place, one after the other: of words of three and four bytes, as far as something follows. */
function expected(bytes: Uint8Array): string[] {
  const hits: string[] = [];
  for (const step of [1, 2]) {
    for (const [keyword, { text, anyCase, isPrefix }] of keywords.entries()) {
      for (let at = 0; at + text.length * step <= bytes.length; at++) {
        let here = '';
        for (let i = 0; i < text.length; i++) {
          const isZero = step === 1 || bytes[at + i * step + 1] === 0;
          here += isZero ? String.fromCharCode(bytes[at + i * step]!) : '\xff';
        }
        const isHere = anyCase ? here.toLowerCase() === text : here === text;
        const next = bytes[at + text.length];
        const hasNext = next !== undefined && (!isPrefix || /[A-Za-z0-9_.-]/.test(String.fromCharCode(next)));
        if (isHere && (step === 2 || text.length > 4 || hasNext)) hits.push(`${keyword} ${at} ${step === 2}`);
      }
    }
  }
  return hits.toSorted();
}

const pieces = fc.constantFrom(
  'abc',
  'a',
  'b',
  'c',
  'token',
  'TOKEN',
  'Token-',
  '_key',
  '_KEY',
  ':',
  'x',
  ' ',
  '\0',
  'a\0b\0c\0',
  't\0o\0k\0e\0n\0',
  '_\0k\0e\0y\0',
);

describe('prefilter', () => {
  it('finds all keywords wherever they stand, as looking at each place does', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), fc.nat({ max: 7 }), (parts, shift) => {
        const text = parts.join('');
        const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text, 'latin1')]).subarray(shift);

        const hits = found(bytes);

        // Short words before something that cannot follow them may be told or not.
        expect(hits).toEqual(expect.arrayContaining(expected(bytes)));
        for (const hit of hits) {
          const [keyword, at, isWide] = hit.split(' ');
          const { text: wanted } = keywords[Number(keyword)]!;
          const encoding = isWide === 'true' ? 'utf16le' : 'latin1';
          const length = wanted.length * (isWide === 'true' ? 2 : 1);
          const here = bytes.subarray(Number(at), Number(at) + length).toString(encoding);
          expect(here.toLowerCase()).toBe(wanted.toLowerCase());
        }
      }),
      { numRuns: 2000 },
    );
  });
});
