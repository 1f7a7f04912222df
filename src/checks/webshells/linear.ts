import { EMPTY, gramTable, HELD_MASK, KEY_BITS } from './gram-table.ts';
import type { LinearWeights } from './model-weights.ts';
import { oneGram, threeGram, twoGram, windowStep } from './n-grams.ts';
import type { ScriptLanguage, ScriptView } from './script-views.ts';
import { readTokens, type Tokens, tokenRoom } from './tokens.ts';

/** So many threes of tokens of a text are kept, to tell those that were there before at once: two of three were. */
const RECENT_BITS = 13;
const RECENT_SHIFT = 32 - RECENT_BITS;

/** Scores of a script; higher is worse. */
export interface LinearScore {
  /** Of the text as a whole. */
  readonly whole: number;
  /** Of its worst window of 600 tokens; found when it is asked for. */
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

interface WindowScore {
  score: number;
  /** Tokens of the window. */
  from: number;
  to: number;
}

/**
 * A text counts as a whole and by windows of two steps of 300 tokens each; an n-gram counts once a text, and once a step.
 * It belongs to the step in which it begins, and may end in the next.
 */
export function linearScorer(weights: LinearWeights): LinearScorer {
  const { meaning, power } = weights;
  const { bits, held, codes } = gramTable(weights);
  const slotShift = 32 - bits;
  const room = tokenRoom();
  const recent = new Int32Array(2 ** RECENT_BITS);
  // A bit for each slot: whether the text had its n-gram, and whether the step had it. What was set is cleared behind it.
  const inText = new Int32Array((held.length >>> 5) + 1);
  const inStep = new Int32Array((held.length >>> 5) + 1);
  const textSlots = new Int32Array(weights.keys.length);
  const stepSlots = new Int32Array(3 * windowStep);

  /** Where the table has an n-gram, -1 where it has not. */
  function slotOf(gram: number): number {
    const key = ((gram >>> (32 - KEY_BITS)) & HELD_MASK) + 1;
    for (let at = gram >>> slotShift; held[at] !== EMPTY; at++) if (held[at] === key) return at;
    return -1;
  }

  /** The score of a text as a whole. */
  function scoreWhole({ hashes, count: end }: Tokens): number | undefined {
    recent.fill(0);
    let sum = 0;
    let count = 0;
    for (let i = 0; i < end; i++) {
      const hash = hashes[i]!;
      let second = 0;
      let third = 0;
      let most = end - i;
      if (most >= 3) {
        most = 3;
        second = hashes[i + 1]!;
        third = hashes[i + 2]!;
        const place =
          (Math.imul(hash, 0x9e3779b1) + Math.imul(second, 0x85ebca77) + Math.imul(third, 0xc2b2ae3d)) >>> RECENT_SHIFT;
        // Where three tokens were before, the first one and the first two were, too.
        const before = recent[place]! - 1;
        recent[place] = i + 1;
        if (before >= 0 && hashes[before] === hash && hashes[before + 1] === second && hashes[before + 2] === third)
          continue;
      } else if (most === 2) {
        second = hashes[i + 1]!;
      }
      for (let n = 1; n <= most; n++) {
        const gram = n === 1 ? oneGram(hash) : n === 2 ? twoGram(hash, second) : threeGram(hash, second, third);
        const key = ((gram >>> (32 - KEY_BITS)) & HELD_MASK) + 1;
        let at = gram >>> slotShift;
        let there = held[at]!;
        while (there !== EMPTY && there !== key) {
          at++;
          there = held[at]!;
        }
        if (there === EMPTY) continue;
        const bit = 1 << at;
        const word = inText[at >>> 5]!;
        if ((word & bit) !== 0) continue;
        inText[at >>> 5] = word | bit;
        textSlots[count++] = at;
        sum += meaning[codes[at]!]!;
      }
    }
    clear(inText, textSlots, count);
    return count === 0 ? undefined : sum / count ** power;
  }

  /** The score of its worst window. */
  function scoreWindows({ hashes, count: end }: Tokens): WindowScore | undefined {
    const best: WindowScore = { score: -Infinity, from: 0, to: end };
    let isKnown = false;
    let sumBefore = 0;
    let countBefore = 0;
    for (let from = 0; from < end; from += windowStep) {
      const to = Math.min(from + windowStep, end);
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
          const key = ((gram >>> (32 - KEY_BITS)) & HELD_MASK) + 1;
          let at = gram >>> slotShift;
          let there = held[at]!;
          while (there !== EMPTY && there !== key) {
            at++;
            there = held[at]!;
          }
          if (there === EMPTY) continue;
          const bit = 1 << at;
          const word = inStep[at >>> 5]!;
          if ((word & bit) !== 0) continue;
          inStep[at >>> 5] = word | bit;
          stepSlots[count++] = at;
          sum += meaning[codes[at]!]!;
        }
      }
      clear(inStep, stepSlots, count);
      if (count > 0) isKnown = true;
      if (from > 0 || to === end) {
        const n = count + countBefore;
        const score = n === 0 ? 0 : (sum + sumBefore) / n ** power;
        if (score > best.score) {
          best.score = score;
          best.from = Math.max(0, from - windowStep);
          best.to = to;
        }
      }
      sumBefore = sum;
      countBefore = count;
    }
    return isKnown ? best : undefined;
  }

  function* windowScores(
    views: readonly ScriptView[],
    language: ScriptLanguage,
  ): Iterable<{ readonly view: ScriptView; readonly found: WindowScore }> {
    const text = views.findLast(({ name }) => name !== 'payload');
    for (const view of views) {
      if (view.name !== 'payload' && view !== text) continue;
      const found = scoreWindows(readTokens(view.bytes, language, room));
      if (found !== undefined) yield { view, found };
    }
  }

  return {
    score: (views, language) => {
      const text = views.findLast(({ name }) => name !== 'payload');
      let payload: number | undefined;
      for (const view of views) {
        if (view.name !== 'payload') continue;
        const found = scoreWindows(readTokens(view.bytes, language, room));
        if (found !== undefined) payload = Math.max(payload ?? -Infinity, found.score);
      }
      const whole = text && scoreWhole(readTokens(text.bytes, language, room));
      let window: number | undefined;
      return {
        whole: whole ?? NOTHING_KNOWN,
        get window() {
          window ??= (text && scoreWindows(readTokens(text.bytes, language, room)))?.score ?? NOTHING_KNOWN;
          return window;
        },
        payload,
      };
    },
    explain: (views, language, most = 5) => {
      let worst: { readonly view: ScriptView; readonly found: WindowScore } | undefined;
      for (const one of windowScores(views, language)) {
        if (worst === undefined || one.found.score > worst.found.score) worst = one;
      }
      if (worst === undefined) return [];
      const { view, found: window } = worst;
      const tokens = readTokens(view.bytes, language, room);
      const found = new Map<number, { weight: number; token: number; length: number }>();
      const note = (gram: number, token: number, length: number): void => {
        const slot = slotOf(gram);
        if (slot >= 0 && !found.has(slot)) found.set(slot, { weight: meaning[codes[slot]!]!, token, length });
      };
      const { hashes, count: end, starts, ends } = tokens;
      for (let i = window.from; i < window.to; i++) {
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

/** Clears the words in which the bits of slots stand. */
function clear(bits: Int32Array, slots: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) bits[slots[i]! >>> 5] = 0;
}

/** Of a text without a single feature. */
const NOTHING_KNOWN = 0;
