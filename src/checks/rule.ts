import { type ContainerConfig, readContainerConfig } from '../history/container-config.ts';
import { readHistory } from '../history/read-history.ts';
import type { JudgeContext, RuleDoc } from '../model/check.ts';
import type { Confidence, Finding } from '../model/finding.ts';
import type { ImageHistory } from '../model/history.ts';
import type { Problem } from '../model/problem.ts';
import type { Severity } from '../model/severity.ts';
import type { ImageView } from '../model/view.ts';
import { findingOf } from './finding.ts';
import { hiderOf, placeOf } from './place.ts';

/** An image as rules about its making see it. */
export interface JudgedImage {
  readonly view: ImageView;
  readonly config: ContainerConfig;
  readonly history: ImageHistory;
  readonly now: Date;
}

/** What a rule saw. */
export interface Seen {
  /** One sentence that lets a reader check it. */
  readonly evidence: string;
  /** History index of the instruction that is to blame. */
  readonly instruction?: number;
  /** Index of the layer that is to blame, where no instruction is. */
  readonly layer?: number;
  readonly path?: string;
  readonly line?: number;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
  /** Absent: certain. */
  readonly confidence?: Confidence;
  /** What helps here, where that is more exact than what the rule says. */
  readonly remediation?: string;
}

/** Why a rule cannot say anything of this image: the rest of a sentence that begins with its id. */
export interface Undecided {
  readonly undecided: string;
  /** A limit of ours is the reason, and not the image: something may be missing, and the result is incomplete. */
  readonly isLimit?: boolean;
}

/** A rule: its documentation, and one small function. */
export interface Rule {
  readonly doc: RuleDoc;
  judge(image: JudgedImage): Iterable<Seen | Undecided>;
}

/** Findings of one rule that are told one by one: what an image does thousands of times is counted. */
const MOST = 50;

/** Entries of the history that are read: no build has so many. */
const MOST_ENTRIES = 10_000;

const known: WeakMap<ImageView, Omit<JudgedImage, 'now'>> = new WeakMap();

/**
 * Judges how an image was made, by rules that ask its configuration and history. Where the source has neither, nothing can be
 * said: a bill of materials is known to tell of packages alone.
 */
export async function* judgeMaking(
  rules: readonly Rule[],
  check: string,
  view: ImageView,
  context: JudgeContext,
): AsyncIterable<Finding | Problem> {
  if (view.image.hasConfig !== false) yield* judgeByRules(rules, check, view, context);
  else if (!view.problems.some(({ code }) => code === 'sbom.source')) {
    yield { code: 'check.undecided', message: `${check}: no rule can be decided, as the source has no configuration` };
  }
}

/** Judges an image by rules. What cannot be decided is a problem for each reason, with the rules that it keeps from judging. */
export async function* judgeByRules(
  rules: readonly Rule[],
  check: string,
  view: ImageView,
  { now, pause }: JudgeContext,
): AsyncIterable<Finding | Problem> {
  let read = known.get(view);
  if (read === undefined) {
    const { image: info } = view;
    const history = readHistory({ ...info, history: info.history.slice(0, MOST_ENTRIES) });
    read = { view, config: readContainerConfig(info.config), history };
    known.set(view, read);
  }
  const image = { ...read, now };
  const entries = view.image.history.length;
  if (entries > MOST_ENTRIES) {
    const message = `${check}: of ${entries} entries of the history the first ${MOST_ENTRIES} were judged`;
    yield { code: 'image.limit', message };
  }
  const undecided: UndecidedRules = new Map();
  for (const [at, rule] of rules.entries()) {
    yield* judgeByRule(rule, image, undecided);
    const left = rules.length - at - 1;
    if (left === 0 || pause === undefined || (await pause())) continue;
    const message = `${check}: the time limit was reached; ${left} of ${rules.length} rules were left out`;
    yield { code: 'scan.timeout', message };
    break;
  }
  for (const [reason, { ids, isLimit }] of undecided) {
    yield { code: isLimit ? 'image.limit' : 'check.undecided', message: `${check}: ${undecidedWords(reason, ids)}` };
  }
}

/** By reason the ids of the rules that it keeps from judging. */
type UndecidedRules = Map<string, { readonly ids: string[]; readonly isLimit: boolean }>;

/** The reason stands before the names: a table cuts what is long. */
function undecidedWords(reason: string, ids: readonly string[]): string {
  return ids.length === 1 ? `${ids[0]} ${reason}` : `${ids.length} rules ${reason} (${ids.join(', ')})`;
}

function* judgeByRule(
  { doc, judge }: Rule,
  image: JudgedImage,
  undecided: UndecidedRules,
): Iterable<Finding | Problem> {
  let count = 0;
  try {
    for (const seen of judge(image)) {
      if ('undecided' in seen) {
        const { undecided: reason, isLimit = false } = seen;
        const known = undecided.get(reason);
        if (known === undefined) undecided.set(reason, { ids: [doc.id], isLimit });
        else if (!known.ids.includes(doc.id)) known.ids.push(doc.id);
      } else if (count++ < MOST) yield findingFor(doc, image.view, seen);
    }
  } catch (error) {
    const message = `the rule ${doc.id} failed: ${error instanceof Error ? error.message : String(error)}`;
    yield { code: 'judge.failed', message };
  }
  if (count > MOST) {
    yield findingOf(doc, undefined, { evidence: `${count - MOST} more of the same are not told one by one.` });
  }
}

function findingFor(doc: RuleDoc, view: ImageView, seen: Seen): Finding {
  const { instruction, path, line, evidence, severity, confidence, remediation } = seen;
  const entry = instruction === undefined ? undefined : view.image.history[instruction];
  const layer = view.image.layers[seen.layer ?? entry?.layerIndex ?? -1];
  return findingOf(doc, layer, {
    ...placeOf(layer),
    ...(instruction !== undefined && { historyIndex: instruction }),
    ...(path !== undefined && { location: { path, ...(line !== undefined && { line }) } }),
    ...(path !== undefined && layer !== undefined && hiderOf(view, layer.index, path)),
    evidence,
    ...(severity !== undefined && { severity }),
    ...(confidence !== undefined && { confidence }),
    ...(remediation !== undefined && { remediation }),
  });
}
