import { oneGram, threeGram, twoGram, windowStep } from './n-grams.ts';
import type { ScriptLanguage, ScriptView } from './script-views.ts';
import { readTokens, type Tokens, tokenRoom } from './tokens.ts';

/** Bits of an n-gram's number by which it is known. */
const KEY_BITS = 24;
const SLOT_BITS = 20;
const SLOT_MASK = 2 ** SLOT_BITS - 1;

/** Weights of n-grams of tokens. */
export interface LinearWeights {
  /** Of each feature the upper 24 bits of its n-gram's number, rising. */
  readonly keys: Int32Array;
  readonly weights: Float32Array;
  /** A sum is divided by the number of features to this power. */
  readonly power: number;
}

/** Scores of a script; higher is worse. */
export interface LinearScore {
  /** Of the text as a whole. */
  readonly whole: number;
  /** Of its worst window of 600 tokens. */
  readonly window: number;
  /** Of the worst window of a payload; undefined where there is none. */
  readonly payload: number | undefined;
}

/** An n-gram that speaks for or against a script. */
export interface Contribution {
  /** Its share of the score. */
  readonly weight: number;
  readonly view: ScriptView;
  /** Offset in the view, and how many bytes it spans. */
  readonly offset: number;
  readonly length: number;
  /** Line of the original file, from 1. */
  readonly line: number;
}

/** Scores scripts by the n-grams of their tokens. Holds room that is used again: for one script at a time. */
export interface LinearScorer {
  score(views: readonly ScriptView[], language: ScriptLanguage): LinearScore;
  /** The n-grams that brought the worst window its score, the heaviest first, none that overlaps a heavier one. */
  explain(views: readonly ScriptView[], language: ScriptLanguage, most?: number): Contribution[];
}

interface TextScore {
  whole: number;
  window: number;
  /** Tokens of the worst window. */
  from: number;
  to: number;
}

/**
 * A text counts as a whole and by windows of two steps of 300 tokens each; an n-gram counts once a text, and once a step.
 * It belongs to the step in which it begins, and may end in the next.
 */
export function linearScorer({ keys, weights, power }: LinearWeights): LinearScorer {
  // Where the keys lie: each at its upper bits, or behind those of others. Two columns, as a look mostly finds nothing.
  const slots = new Int32Array(2 ** SLOT_BITS);
  const slotKeys = new Int32Array(2 ** SLOT_BITS).fill(-1);
  for (let feature = 0; feature < keys.length; feature++) {
    const key = keys[feature]!;
    let slot = key >>> (KEY_BITS - SLOT_BITS);
    while (slotKeys[slot] !== -1) slot = (slot + 1) & SLOT_MASK;
    slotKeys[slot] = key;
    slots[slot] = feature;
  }
  /** The number of the step in which a feature was last seen; steps are counted through all texts. */
  const seen = new Int32Array(keys.length);
  const room = tokenRoom();
  let step = 0;
  let firstStep = 0;
  let sum = 0;
  let count = 0;
  let wholeSum = 0;
  let wholeCount = 0;

  function featureOf(gram: number): number {
    const key = gram >>> (32 - KEY_BITS);
    let slot = key >>> (KEY_BITS - SLOT_BITS);
    for (;;) {
      const found = slotKeys[slot]!;
      if (found === key) return slots[slot]!;
      if (found === -1) return -1;
      slot = (slot + 1) & SLOT_MASK;
    }
  }

  function add(gram: number): void {
    const feature = featureOf(gram);
    if (feature < 0) return;
    const last = seen[feature]!;
    if (last === step) return;
    seen[feature] = step;
    const weight = weights[feature]!;
    sum += weight;
    count++;
    if (last >= firstStep) return;
    wholeSum += weight;
    wholeCount++;
  }

  function addStep({ hashes }: Tokens, from: number, to: number, end: number): void {
    for (let i = from; i < to; i++) {
      const hash = hashes[i]!;
      add(oneGram(hash));
      if (i + 1 >= end) continue;
      add(twoGram(hash, hashes[i + 1]!));
      if (i + 2 < end) add(threeGram(hash, hashes[i + 1]!, hashes[i + 2]!));
    }
  }

  function scoreText(tokens: Tokens): TextScore | undefined {
    const end = tokens.count;
    const best: TextScore = { whole: 0, window: -Infinity, from: 0, to: end };
    // Numbers of steps must not run over; a text has 2^21 tokens at most.
    if (step > 2 ** 30) {
      seen.fill(0);
      step = 0;
    }
    firstStep = step + 1;
    wholeSum = wholeCount = 0;
    let sumBefore = 0;
    let countBefore = 0;
    for (let from = 0; from < end; from += windowStep) {
      const to = Math.min(from + windowStep, end);
      step++;
      sum = count = 0;
      addStep(tokens, from, to, end);
      if (from > 0 || to === end) {
        const n = count + countBefore;
        const score = n === 0 ? 0 : (sum + sumBefore) / n ** power;
        if (score > best.window) {
          best.window = score;
          best.from = Math.max(0, from - windowStep);
          best.to = to;
        }
      }
      sumBefore = sum;
      countBefore = count;
    }
    if (wholeCount === 0) return undefined;
    best.whole = wholeSum / wholeCount ** power;
    return best;
  }

  function* scoreTexts(
    views: readonly ScriptView[],
    language: ScriptLanguage,
  ): Iterable<{ readonly view: ScriptView; readonly score: TextScore }> {
    const text = views.findLast(({ name }) => name !== 'payload');
    for (const view of views) {
      if (view.name !== 'payload' && view !== text) continue;
      const score = scoreText(readTokens(view.bytes, language, room));
      if (score !== undefined) yield { view, score };
    }
  }

  return {
    score: (views, language) => {
      let whole = NOTHING_KNOWN;
      let window = NOTHING_KNOWN;
      let payload: number | undefined;
      for (const { view, score } of scoreTexts(views, language)) {
        if (view.name === 'payload') {
          payload = Math.max(payload ?? -Infinity, score.window);
        } else {
          ({ whole, window } = score);
        }
      }
      return { whole, window, payload };
    },
    explain: (views, language, most = 5) => {
      let worst: { view: ScriptView; score: TextScore } | undefined;
      for (const found of scoreTexts(views, language)) {
        if (worst === undefined || found.score.window > worst.score.window) worst = found;
      }
      if (worst === undefined) return [];
      const { view, score } = worst;
      const tokens = readTokens(view.bytes, language, room);
      const found = new Map<number, { feature: number; token: number; length: number }>();
      const note = (gram: number, token: number, length: number): void => {
        const feature = featureOf(gram);
        if (feature >= 0 && !found.has(feature)) found.set(feature, { feature, token, length });
      };
      const { hashes, count: end, starts, ends } = tokens;
      for (let i = score.from; i < score.to; i++) {
        note(oneGram(hashes[i]!), i, 1);
        if (i + 1 < end) note(twoGram(hashes[i]!, hashes[i + 1]!), i, 2);
        if (i + 2 < end) note(threeGram(hashes[i]!, hashes[i + 1]!, hashes[i + 2]!), i, 3);
      }
      const norm = found.size ** power;
      const heaviest = [...found.values()]
        .filter(({ feature }) => weights[feature]! > 0)
        .sort((a, b) => weights[b.feature]! - weights[a.feature]! || a.token - b.token);
      const chosen: typeof heaviest = [];
      for (const one of heaviest) {
        if (chosen.length === most) break;
        if (chosen.some(({ token, length }) => one.token < token + length && token < one.token + one.length)) continue;
        chosen.push(one);
      }
      return chosen.map(({ feature, token, length }) => ({
        weight: weights[feature]! / norm,
        view,
        offset: starts[token]!,
        length: ends[token + length - 1]! - starts[token]!,
        line: view.lineOf(starts[token]!),
      }));
    },
  };
}

/** Of a text without a single feature. */
const NOTHING_KNOWN = 0;
