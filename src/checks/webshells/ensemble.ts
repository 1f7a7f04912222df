import type { LinearScore } from './linear.ts';
import type { ScriptLanguage } from './script-views.ts';

/** What is known of a script when it is judged. */
export interface Evidence {
  readonly language: ScriptLanguage;
  /** Bytes of the file. */
  readonly size: number;
  readonly linear: LinearScore;
  /** Likeness to a known webshell, 0 to 100; 0 where it is not known. */
  readonly fuzzy: number;
  /** Names of the starter rules that match a view of it. */
  readonly rules: readonly string[];
  /** Log odds of the network; undefined where it was not asked. */
  readonly network?: number;
}

/** How the witnesses are weighed. */
export interface EnsembleWeights {
  /** Without the network, and with it: a bias, then a weight for each input. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Between these log odds of the first the network is asked. */
  readonly undecided: readonly [number, number];
  /** Starter rules that hardly ever match honest files; all others are broad ones. */
  readonly precise: readonly string[];
  /** Probabilities from which a script is malicious, and from which it is suspicious. */
  readonly thresholds: Readonly<Record<ScriptLanguage, { readonly malicious: number; readonly suspicious: number }>>;
}

export type Verdict = 'malicious' | 'suspicious' | 'unsuspicious';

export interface Weighed {
  /** That it is a webshell, 0 to 1, among files as the model was fitted on: 8 webshells to 92 others. */
  readonly probability: number;
  readonly verdict: Verdict;
}

/** Whether the network has to be asked, which takes longer than all the rest. */
export function isUndecided(evidence: Evidence, { first, undecided, precise }: EnsembleWeights): boolean {
  const odds = weigh(inputsOf(evidence, precise), first);
  return odds > undecided[0] && odds < undecided[1];
}

/** Weighs all that is known of a script. */
export function weighEvidence(evidence: Evidence, weights: EnsembleWeights): Weighed {
  const odds = weigh(
    inputsOf(evidence, weights.precise),
    evidence.network === undefined ? weights.first : weights.second,
  );
  const probability = 1 / (1 + Math.exp(-odds));
  const { malicious, suspicious } = weights.thresholds[evidence.language];
  const verdict = probability >= malicious ? 'malicious' : probability >= suspicious ? 'suspicious' : 'unsuspicious';
  return { probability, verdict };
}

/** Whether only the models can speak against a script. */
export function isAlone({ rules, fuzzy }: Evidence): boolean {
  return rules.length === 0 && fuzzy < LIKE;
}

/** Likeness from which a script counts as alike. */
const LIKE = 50;

/** Scores beyond are as good as these. */
const MOST = 12;
/** Matches of rules beyond say no more. */
const MOST_RULES = 3;

function within(score: number): number {
  return Math.max(-MOST, Math.min(MOST, score));
}

/** The inputs in the order of the weights; training/webshell/ensemble.py makes the same. Few, so that they hold elsewhere. */
function inputsOf({ size, linear, fuzzy, rules, network }: Evidence, precise: readonly string[]): number[] {
  const preciseRules = rules.filter((rule) => precise.includes(rule)).length;
  return [
    within(Math.max(linear.whole, linear.payload ?? -MOST)),
    within(network ?? 0),
    Math.min(MOST_RULES, preciseRules),
    Math.min(MOST_RULES, rules.length - preciseRules),
    fuzzy >= LIKE ? 1 : 0,
    Math.log2(size + 1) / 16,
  ];
}

function weigh(inputs: readonly number[], [bias = 0, ...weights]: readonly number[]): number {
  return inputs.reduce((sum, input, i) => sum + input * weights[i]!, bias);
}
