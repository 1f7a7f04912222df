import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScriptLanguage } from './language.ts';
import { oneGram, threeGram, tokenHashes, tokenWindows, twoGram } from './n-grams.ts';
import { forEachToken, readTokens, tokenRoom, wordHash } from './tokens.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const piecesOf = (text: string, language: ScriptLanguage = 'php'): string[] => {
  const pieces: string[] = [];
  forEachToken(bytesOf(text), language, (_hash, start, end) => pieces.push(text.slice(start, end)));
  return pieces;
};
const hashesOf = (text: string, language: ScriptLanguage = 'php'): number[] => {
  const { count, hashes } = readTokens(bytesOf(text), language);
  return [...hashes.subarray(0, count)];
};

describe('tokens', () => {
  it.each<[string, ScriptLanguage, string, string[]]>([
    ['words, numbers and marks', 'php', 'if (a1 <= 0x1F) 1.5.', ['if', '(', 'a1', '<', '=', '0x1F', ')', '1.5', '.']],
    ['variables', 'php', '$a->$b["c"] $ {$d}', ['$a', '-', '>', '$b', '[', '"', 'c', '"', ']', '$', '{', '$d', '}']],
    ['a dollar sign that is no variable', 'js', '$a', ['$', 'a']],
    ['bytes from 0x80 on', 'php', 'a\xc3\xa9\xffb $\xff', ['a', '\xc3\xa9\xff', 'b', '$\xff']],
  ])('%s', (_case, language, text, expected) => {
    expect(piecesOf(text, language)).toEqual(expected);
  });

  it('are one symbol for what a run of base64 has behind its first 60 bytes', () => {
    const run = (bytes: number): string => 'Ab1+'.repeat(bytes / 4);
    const last = piecesOf(`'${run(120)}'.x`).slice(-4);

    expect(last).toEqual([run(120).slice(63), "'", '.', 'x']);
    expect(hashesOf(run(120))).toEqual(hashesOf(run(2000)));
  });

  it('keep all superglobals apart', () => {
    const names =
      '_GET _POST _REQUEST _COOKIE _SERVER _FILES _SESSION _ENV GLOBALS this env argv HTTP_RAW_POST_DATA'.split(' ');
    const others = ['GET', 'POST', 'SERVER', 'COOKIE'].map((name) => `HTTP_${name}_VARS`);
    const hashes = [...names, ...others, 'HTTP_POST_FILES', 'other'].flatMap((name) => [...hashesOf(`$${name}`)]);

    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes).toHaveLength(19);
  });

  it.each<[string, string, string, boolean]>([
    ['case', 'Eval( $_POST[A] )', 'eval($_post[a])', true],
    ['names of variables', '$cmd = $x . $_GET', '$_1 = $other.$_GET', true],
    ['superglobals', '$_GET', '$_POST', false],
    ['numbers', '12 0x1f', '7 3.5', true],
    ['both quotes', `f('a')`, 'f("a")', true],
    ['long names', 'a'.repeat(31), 'b'.repeat(40), true],
    ['names that are not long', 'a'.repeat(30), 'b'.repeat(30), false],
    ['bytes from 0x80 on', '\xff\xfe', '\x80', true],
    ['a string and code', 'eval', '"eval"', false],
  ])('%s: %j, %j: the same: %s', (_case, a, b, same) => {
    const [first, second] = [hashesOf(a), hashesOf(b)];

    if (same) expect(first).toEqual(second);
    else expect(first).not.toEqual(second);
  });

  it('hash words as a list of words does', () => {
    expect(hashesOf('Base64_Decode $_POST ;')).toEqual(['base64_decode', '$_post', ';'].map(wordHash));
  });

  const name = fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,12}$/);
  it('stay the same when variables are renamed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 20 }), (pairs) => {
        const script = (of: 0 | 1): string =>
          pairs.map((pair) => `$${pair[of]} = f($_GET['a'], $${pair[of]});`).join('\n');

        fc.pre(pairs.flat().every((word) => !['this', 'env', 'argv'].includes(word.toLowerCase())));
        fc.pre(pairs.flat().every((word) => !/^(?:globals|http_)/i.test(word)));
        expect(hashesOf(script(0))).toEqual(hashesOf(script(1)));
      }),
    );
  });

  it('cover every byte that is no white space, in order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        let last = 0;
        forEachToken(bytes, 'php', (_hash, start, end) => {
          for (let i = last; i < start; i++) expect(bytes[i]! <= 0x20 || bytes[i] === 0x7f).toBe(true);
          expect(end).toBeGreaterThan(start);
          last = end;
        });
        for (let i = last; i < bytes.length; i++) expect(bytes[i]! <= 0x20 || bytes[i] === 0x7f).toBe(true);
      }),
    );
  });

  it('fit into room that was made for fewer, and into room that was used', () => {
    const text = bytesOf('a b ; '.repeat(1000));
    const room = tokenRoom(2);
    readTokens(text, 'php', room);
    readTokens(bytesOf('a b'), 'php', room);

    expect(room.count).toBe(2);
    expect(readTokens(text, 'php', room).count).toBe(3000);
    expect([...room.hashes.subarray(2996, 3000)]).toEqual([';', 'a', 'b', ';'].map(wordHash));
  });
});

describe('n-grams', () => {
  it('are those of one, two and three tokens in a row, between two of them', () => {
    const tokens = readTokens(bytesOf('a b c d e'), 'php');
    const seen: [number, number, number][] = [];
    tokenHashes(tokens, 1, 4, (gram, token, length) => seen.push([gram, token, length]));
    const [b, c, d] = ['b', 'c', 'd'].map(wordHash) as [number, number, number];

    expect(seen).toEqual([
      [oneGram(b), 1, 1],
      [twoGram(b, c), 1, 2],
      [threeGram(b, c, d), 1, 3],
      [oneGram(c), 2, 1],
      [twoGram(c, d), 2, 2],
      [oneGram(d), 3, 1],
    ]);
  });

  it('fall evenly into buckets, and tell the order of tokens', () => {
    const words = Array.from({ length: 400 }, (_, i) => wordHash(`word${i}`));
    const grams = new Set(words.flatMap((a) => words.map((b) => twoGram(a, b))));
    const counts = new Uint32Array(64);
    for (const gram of grams) counts[gram >>> 26]!++;

    // 160,000 numbers of 2^32: three of them are expected to be another's.
    expect(grams.size).toBeGreaterThan(159_980);
    for (const count of counts) expect(Math.abs(count - 2500)).toBeLessThan(300);
  });
});

describe('windows', () => {
  it.each([
    [0, []],
    [600, []],
    [
      601,
      [
        [0, 600],
        [300, 601],
      ],
    ],
    [
      1000,
      [
        [0, 600],
        [300, 900],
        [600, 1000],
      ],
    ],
  ])('of %d tokens', (count, expected) => {
    expect(tokenWindows(count).map(({ from, to }) => [from, to])).toEqual(expected);
  });
});
