import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasShared, readShared, sharedAbsent } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { compareDigests } from './compare.ts';

interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly score: number;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A fixed sequence of numbers. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function edited(part: string, next: (below: number) => number): string {
  const result = [...part];
  for (let edits = [0, 1, 2, 5, 10, 20][next(6)]!; edits > 0; edits--) {
    const at = next(result.length + 1);
    const kind = next(3);
    if (kind === 0) result.splice(at, 0, letters[next(64)]!);
    else if (kind === 1) result.splice(at, 1);
    else result.splice(at, 1, letters[next(64)]!.repeat(1 + next(5)));
  }
  return result.join('');
}

/** Edits of one digest, at sizes that can be compared and that cannot. */
function relatives(count: number, seed: number): readonly string[] {
  const next = random(seed);
  const some = (length: number): string => Array.from({ length }, () => letters[next(64)]!).join('');
  const hash1 = some(40 + next(18));
  const hash2 = some(10 + next(20));
  return Array.from({ length: count }, () => {
    const size = 3 * 2 ** (seed % 6) * [1, 1, 1, 2, 4][next(5)]!;
    const [first, second] = next(5) === 0 ? [hash2, hash1.slice(0, 25)] : [hash1, hash2];
    return `${size}:${edited(first, next).slice(0, 64)}:${edited(second, next).slice(0, 32)}`;
  });
}

const hasProgram = spawnSync('ssdeep', ['-V']).status === 0;

describe('compareDigests', () => {
  it.skipIf(!hasShared)(`answers as libfuzzy, both ways (skipped when ${sharedAbsent})`, () => {
    const known = JSON.parse(readShared('fixtures/ssdeep/comparisons.json').toString()) as readonly Comparison[];
    // libfuzzy takes a sign before the number.
    const same = known.filter(({ a }) => !a.startsWith('+'));
    const wrong = same.filter(({ a, b, score }) => compareDigests(a, b) !== score || compareDigests(b, a) !== score);

    expect([known.length, same.length]).toEqual([350, 349]);
    expect(wrong).toEqual([]);
  });

  it.skipIf(!hasProgram)('10,000 pairs as the ssdeep program (skipped where it is not installed)', () => {
    let above = 0;
    const wrong: unknown[] = [];
    for (let seed = 0; seed < 25; seed++) {
      const lists = [relatives(20, seed), relatives(20, seed + 6)].map((list, which) => {
        const others = which === 0 ? list : [...relatives(10, seed), ...list.slice(0, 10)];
        const lines = others.map((digest, i) => `${digest},"${i}"`);
        const text = ['ssdeep,1.1--blocksize:hash:hash,filename', ...lines, ''].join('\n');
        return { digests: others, file: writeTemporary(`${seed}-${which}.txt`, text) };
      });
      const [known, asked] = lists as [(typeof lists)[0], (typeof lists)[0]];
      const { stdout } = spawnSync('ssdeep', ['-a', '-c', '-k', known.file, asked.file], { encoding: 'utf8' });
      const answers = [...stdout.matchAll(/^"(\d+)","(\d+)",(\d+)$/gm)];
      expect(answers.length).toBe(400);
      for (const [, one, other, score] of answers) {
        const pair = [asked.digests[Number(one)]!, known.digests[Number(other)]!] as const;
        const ours = compareDigests(...pair);
        if (ours > 0) above++;
        if (ours !== Number(score)) wrong.push([...pair, score, ours]);
      }
    }

    expect(wrong).toEqual([]);
    expect(above).toBeGreaterThan(1000);
  });

  const long = 'abcdefgh'.repeat(9);

  it.each([
    [''],
    ['3'],
    ['3:'],
    ['3:abcdefgh'],
    ['x:abcdefgh:a'],
    ['-3:abcdefgh:a'],
    [' 3:abcdefgh:a'],
    ['3x:abcdefgh:a'],
    ['0x3:abcdefgh:a'],
    [':abcdefgh:a'],
    [`3:${long}:a`],
    [`3:a:${long}`],
    ['9007199254740993:abcdefgh:a'],
    ['99999999999999999999999:abcdefgh:a'],
    [`3:${'A'.repeat(1_000_000)}:A`],
    ['A'.repeat(1_000_000)],
    ['\0\0\0'],
  ])('%.40j is no digest', (text) => {
    expect(compareDigests(text, '3:abcdefgh:a')).toBe(-1);
    expect(compareDigests('96:abcdefgh:a', text)).toBe(-1);
  });

  it('takes the largest number that is exact', () => {
    expect(compareDigests('9007199254740991:abcdefgh:a', '9007199254740991:abcdefgh:a')).toBe(100);
  });
});
