import { excerpt } from '../../contents/excerpt.ts';
import { isCapable } from './capability.ts';
import { network } from './cnn.ts';
import { type Evidence, isAlone, isUndecided, type Verdict, weighEvidence } from './ensemble.ts';
import { likenessTo } from './likeness.ts';
import { linearScorer } from './linear.ts';
import type { WebshellModel } from './model-file.ts';
import { cnnInput, type ScriptLanguage, type ScriptView, scriptLanguage, scriptViews } from './script-views.ts';

/** A part of a script that speaks against it. */
export interface Reason {
  /** Which model, or which network, found it. */
  readonly by: 'linear' | 'network';
  /** Its share of that model's score. */
  readonly weight: number;
  /** Line of the original file, from 1; undefined where the model does not know. */
  readonly line?: number;
  /** At most 40 printable characters, all others escaped. */
  readonly excerpt: string;
  /** How the text came out of the file: `comments > base64`; absent: as it is. */
  readonly view?: string;
}

/** What the models make of a script. */
export interface ScriptJudgement {
  readonly language: ScriptLanguage;
  /** Calibrated, 0 to 1. */
  readonly probability: number;
  /** `unsuspicious` also where nobody but the models speaks against a script that can do nothing: see `isCapable`. */
  readonly verdict: Verdict;
  readonly evidence: Evidence;
  /** The heaviest first; found only when asked for. */
  reasons(): Reason[];
}

export interface ScriptJudge {
  /**
   * @param name the file's path, or its name where that is all there is
   * @param rulesOf names of the starter rules that match a view of the script
   * @param language where that is known already
   * @returns undefined: it is no script
   */
  judge(
    name: string,
    bytes: Uint8Array,
    rulesOf?: (views: readonly ScriptView[]) => readonly string[],
    language?: ScriptLanguage,
  ): ScriptJudgement | undefined;
}

const MOST_REASONS = 5;

/** Judges scripts by a model, one at a time. Never throws on any bytes. */
export function scriptJudge(model: WebshellModel): ScriptJudge {
  // No more of the model is kept than what is looked up.
  const { ensemble } = model;
  const linear = linearScorer(model.linear);
  const bytes = network(model.network);
  const likeness = likenessTo(model.digests);

  return {
    judge: (name, content, rulesOf, language = scriptLanguage(name, content)) => {
      if (language === undefined) return undefined;
      const views = scriptViews(content, language);
      const stripped = views.find(({ name }) => name === 'stripped')!;
      let evidence: Evidence = {
        language,
        size: content.length,
        linear: linear.score(views, language),
        fuzzy: likeness(stripped.bytes),
        rules: rulesOf?.(views) ?? [],
      };
      let input: Uint8Array | undefined;
      if (isUndecided(evidence, ensemble)) {
        input = cnnInput(views);
        evidence = { ...evidence, network: bytes.score(input) };
      }
      const weighed = weighEvidence(evidence, ensemble);
      const isHarmless =
        weighed.verdict !== 'unsuspicious' && isAlone(evidence) && !isCapable(name, content, language, views);
      return {
        language,
        probability: weighed.probability,
        verdict: isHarmless ? 'unsuspicious' : weighed.verdict,
        evidence,
        reasons: () => [
          ...linear.explain(views, language, MOST_REASONS).map(({ weight, view, offset, length, line }): Reason => {
            const chain = view.chain.join(' > ');
            return {
              by: 'linear',
              weight,
              line,
              excerpt: excerpt(view.bytes, offset, length),
              ...(chain !== '' && { view: chain }),
            };
          }),
          ...(input === undefined ? [] : networkReasons(input, views, bytes.explain(input, MOST_REASONS))),
        ],
      };
    },
  };
}

/** The input is made of parts of views: the line is that of the first place where the window's bytes stand. */
function networkReasons(
  input: Uint8Array,
  views: readonly ScriptView[],
  windows: readonly { readonly offset: number; readonly width: number; readonly weight: number }[],
): Reason[] {
  return windows.map(({ offset, width, weight }): Reason => {
    const text = Buffer.from(input.subarray(offset, offset + width));
    const view = views.findLast(({ bytes }) => asBuffer(bytes).includes(text));
    const chain = view?.chain.join(' > ') ?? '';
    return {
      by: 'network',
      weight,
      excerpt: excerpt(text, 0, text.length),
      ...(view !== undefined && { line: view.lineOf(asBuffer(view.bytes).indexOf(text)) }),
      ...(chain !== '' && { view: chain }),
    };
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
