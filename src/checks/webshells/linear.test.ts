import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearScorer } from './linear.ts';
import { oneGram, twoGram } from './n-grams.ts';
import { scriptViews } from './script-views.ts';
import { wordHash } from './tokens.ts';

const word = (text: string): number => oneGram(wordHash(text)) >>> 8;
const pair = (first: string, second: string): number => twoGram(wordHash(first), wordHash(second)) >>> 8;

function scorerOf(weights: Readonly<Record<string, number>>, power = 0.5) {
  const features = Object.entries(weights)
    .map(([words, weight]) => {
      const [first, second] = words.split(' ');
      return { key: second === undefined ? word(first!) : pair(first!, second), weight };
    })
    .sort((a, b) => a.key - b.key);
  return linearScorer({
    keys: Int32Array.from(features, ({ key }) => key),
    codes: Uint8Array.from(features, (_, i) => i),
    meaning: Float32Array.from({ length: 256 }, (_, i) => features[i]?.weight ?? 0),
    power,
  });
}

const score = (scorer: ReturnType<typeof scorerOf>, text: string) =>
  scorer.score(scriptViews(Buffer.from(text), 'js'), 'js');
const filler = (tokens: number): string => 'quiet\n'.repeat(tokens);

interface Sum {
  readonly sum: number;
  readonly count: number;
}

/** What is known of the n-grams that begin in a part of a text, each once. */
function defined(
  weights: Readonly<Record<string, number>>,
  text: readonly string[],
  from: number,
  length: number,
): Sum {
  const found = new Set<string>();
  for (let i = from; i < Math.min(from + length, text.length); i++) {
    found.add(text[i]!);
    if (i + 1 < text.length) found.add(`${text[i]} ${text[i + 1]}`);
  }
  const known = [...found].filter((gram) => weights[gram] !== undefined);
  return { sum: known.reduce((sum, gram) => sum + weights[gram]!, 0), count: known.length };
}

const joined = (a: Sum, b: Sum): Sum => ({ sum: a.sum + b.sum, count: a.count + b.count });

describe('linearScorer', () => {
  it('adds what is known of n-grams, each once, and divides by the root of how many', () => {
    const scorer = scorerOf({ bad: 3, quiet: -1, 'bad quiet': 2, absent: 50 });

    const found = score(scorer, 'bad quiet bad quiet other');

    expect(found.whole).toBeCloseTo((3 - 1 + 2) / Math.sqrt(3), 6);
    expect(found.window).toBe(found.whole);
    expect(found.payload).toBeUndefined();
  });

  it('knows nothing of a text without known n-grams', () => {
    expect(score(scorerOf({ bad: 3 }), 'good')).toEqual({ whole: 0, window: 0, payload: undefined });
  });

  it('finds a bad window in a long text, wherever it stands', () => {
    const scorer = scorerOf({ bad: 3, worse: 4, quiet: -1 });
    for (const before of [0, 299, 300, 500, 2999, 10_000]) {
      const { window } = score(scorer, `${filler(before)} bad worse ${filler(5000)}`);

      expect(window, `${before} tokens before`).toBeGreaterThanOrEqual((3 + 4 - 2) / 2);
    }
  });

  it('counts an n-gram in each step of a window, and once in the whole text', () => {
    const scorer = scorerOf({ bad: 2 }, 1);

    const { whole, window } = score(scorer, `bad ${filler(299)} bad ${filler(299)} bad`);

    expect(whole).toBe(2);
    expect(window).toBe((2 + 2) / 2);
  });

  it('scores a text as it did before, whatever it scored in between', () => {
    const scorer = scorerOf({ bad: 3, quiet: -1 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom('bad', 'quiet', 'x', ';'), { maxLength: 2000 }), (words) => {
        const text = words.join(' ');
        const first = score(scorer, text);
        score(scorer, 'bad bad quiet');
        expect(score(scorer, text)).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });

  it('scores as it is defined, whatever the n-grams are', () => {
    const words = ['a', 'b', 'c', 'd', 'e', 'f'];
    const grams = words.flatMap((first) => [first, ...words.map((second) => `${first} ${second}`)]);
    const chosen = fc.record({
      weights: fc.dictionary(fc.constantFrom(...grams), fc.integer({ min: -9, max: 9 }), { minKeys: 1 }),
      text: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 1500 }),
    });
    fc.assert(
      fc.property(chosen, ({ weights, text }) => {
        const found = score(scorerOf(weights), text.join(' '));

        const all = defined(weights, text, 0, text.length);
        expect(found.whole).toBeCloseTo(all.sum / Math.max(1, all.count) ** 0.5, 6);
        const steps = Array.from({ length: Math.ceil(text.length / 300) }, (_, k) =>
          defined(weights, text, 300 * k, 300),
        );
        const windows = steps.length === 1 ? steps : steps.slice(1).map((step, k) => joined(steps[k]!, step));
        const worst = Math.max(...windows.map(({ sum, count }) => (count === 0 ? 0 : sum / count ** 0.5)));
        expect(found.window).toBeCloseTo(worst, 6);
      }),
      { numRuns: 100 },
    );
  });

  it('names the n-grams that brought the score, with their lines', () => {
    const scorer = scorerOf({ bad: 3, worse: 4, quiet: -1, 'worse bad': 1 });
    const views = scriptViews(Buffer.from(`${filler(1000)}// a comment\nbad()\n${filler(20)}worse()\n`), 'js');

    const found = scorer.explain(views, 'js');

    expect(found.map(({ line, length }) => ({ line, length }))).toEqual([
      { line: 1023, length: 5 },
      { line: 1002, length: 3 },
    ]);
    expect(found[0]!.weight).toBeGreaterThan(found[1]!.weight);
  });

  it('names none of them two times', () => {
    const scorer = scorerOf({ bad: 3, 'bad worse': 5, worse: 4 });

    expect(scorer.explain(scriptViews(Buffer.from('bad worse'), 'js'), 'js')).toHaveLength(1);
  });
});
