import { oneGram, threeGram, twoGram, windowStep } from './n-grams.ts';
import type { ScriptLanguage, ScriptView } from './script-views.ts';
import { readTokens, type Tokens, tokenRoom } from './tokens.ts';

/** Bits of an n-gram's number by which it is known. */
const KEY_BITS = 24;
/** The table has room for so many n-grams, and is best half full. */
const SLOT_BITS = 19;
const SLOT_MASK = 2 ** SLOT_BITS - 1;
/** In place of a step's number where there is no n-gram. */
const EMPTY = -1;

/** Weights of n-grams of tokens. */
export interface LinearWeights {
  /** Of each feature the upper 24 bits of its n-gram's number, rising. */
  readonly keys: Int32Array;
  /** Of each feature a byte that stands for its weight. */
  readonly codes: Uint8Array;
  /** The weights that the 256 bytes stand for. */
  readonly meaning: Float32Array;
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
export function linearScorer({ keys, codes, meaning, power }: LinearWeights): LinearScorer {
  // Two numbers a slot, side by side, as memory is what a look waits for: the key with the byte of the weight below it,
  // and the step in which it was last seen. Steps are counted through all texts.
  const table = new Int32Array(2 ** (SLOT_BITS + 1));
  for (let at = 1; at < table.length; at += 2) table[at] = EMPTY;
  for (let feature = 0; feature < keys.length; feature++) {
    const key = keys[feature]!;
    let at = firstSlot(key);
    while (table[at + 1] !== EMPTY) at = nextSlot(at);
    table[at] = (key << 8) | codes[feature]!;
    table[at + 1] = 0;
  }
  const room = tokenRoom();
  let step = 0;

  /** Where the table has an n-gram, -1 where it has not. */
  function slotOf(gram: number): number {
    const key = gram >>> (32 - KEY_BITS);
    let at = firstSlot(key);
    while (table[at + 1] !== EMPTY) {
      if (table[at]! >>> 8 === key) return at;
      at = nextSlot(at);
    }
    return -1;
  }

  function scoreText({ hashes, count: end }: Tokens): TextScore | undefined {
    const best: TextScore = { whole: 0, window: -Infinity, from: 0, to: end };
    // Numbers of steps must not run over; a text has 2^21 tokens at most.
    if (step > 2 ** 30) {
      for (let at = 1; at < table.length; at += 2) if (table[at] !== EMPTY) table[at] = 0;
      step = 0;
    }
    const firstStep = step + 1;
    let wholeSum = 0;
    let wholeCount = 0;
    let sumBefore = 0;
    let countBefore = 0;
    // All in one function: what closures share is kept on the heap, and each sum would be a new object there.
    for (let from = 0; from < end; from += windowStep) {
      const to = Math.min(from + windowStep, end);
      step++;
      const now = step;
      let sum = 0;
      let count = 0;
      for (let i = from; i < to; i++) {
        const hash = hashes[i]!;
        const most = Math.min(3, end - i);
        for (let n = 1; n <= most; n++) {
          const gram =
            n === 1
              ? oneGram(hash)
              : n === 2
                ? twoGram(hash, hashes[i + 1]!)
                : threeGram(hash, hashes[i + 1]!, hashes[i + 2]!);
          const key = gram >>> (32 - KEY_BITS);
          let at = firstSlot(key);
          let last = table[at + 1]!;
          while (last !== EMPTY && table[at]! >>> 8 !== key) {
            at = nextSlot(at);
            last = table[at + 1]!;
          }
          if (last === EMPTY || last === now) continue;
          table[at + 1] = now;
          const weight = meaning[table[at]! & 0xff]!;
          sum += weight;
          count++;
          if (last >= firstStep) continue;
          wholeSum += weight;
          wholeCount++;
        }
      }
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
      const found = new Map<number, { weight: number; token: number; length: number }>();
      const note = (gram: number, token: number, length: number): void => {
        const slot = slotOf(gram);
        if (slot >= 0 && !found.has(slot)) found.set(slot, { weight: meaning[table[slot]! & 0xff]!, token, length });
      };
      const { hashes, count: end, starts, ends } = tokens;
      for (let i = score.from; i < score.to; i++) {
        note(oneGram(hashes[i]!), i, 1);
        if (i + 1 < end) note(twoGram(hashes[i]!, hashes[i + 1]!), i, 2);
        if (i + 2 < end) note(threeGram(hashes[i]!, hashes[i + 1]!, hashes[i + 2]!), i, 3);
      }
      const norm = found.size ** power;
      const heaviest = [...found.values()]
        .filter(({ weight }) => weight > 0)
        .sort((a, b) => b.weight - a.weight || a.token - b.token);
      const chosen: typeof heaviest = [];
      for (const one of heaviest) {
        if (chosen.length === most) break;
        if (chosen.some(({ token, length }) => one.token < token + length && token < one.token + one.length)) continue;
        chosen.push(one);
      }
      return chosen.map(({ weight, token, length }) => ({
        weight: weight / norm,
        view,
        offset: starts[token]!,
        length: ends[token + length - 1]! - starts[token]!,
        line: view.lineOf(starts[token]!),
      }));
    },
  };
}

function firstSlot(key: number): number {
  return (key >>> (KEY_BITS - SLOT_BITS)) << 1;
}

function nextSlot(at: number): number {
  return (at + 2) & (2 * SLOT_MASK);
}

/** Of a text without a single feature. */
const NOTHING_KNOWN = 0;
