import type { CallEvent } from '../../model/call.ts';
import type { Finding } from '../../model/finding.ts';
import type { Problem } from '../../model/problem.ts';
import type { ProcessTable } from '../calls/process-table.ts';
import { callEvidence, subjectOf } from './call-evidence.ts';
import type { CallRule, RuleComplaint, RuleStatus } from './call-rule.ts';
import type { CallSource } from './call-source.ts';
import { compileFalcoRules, RuleDispatcher } from './compile-rules.ts';
import { Evaluation } from './evaluation.ts';
import { type RuleText, readFalcoRules } from './read-falco-rules.ts';

/** Places of one rule that are told one by one; further ones are counted with the last. */
const MOST_PLACES = 20;

/** A finding with the calls that are behind it. */
export interface JudgedCall {
  readonly finding: Finding;
  readonly rule: CallRule;
  /** Calls. */
  readonly count: number;
}

/** Asks the rules about each call of a run. Nothing that a call holds makes it throw. */
export interface CallJudge {
  /** Looks at a call, in the order of time, after the table of processes knows of it. */
  judge(event: CallEvent): void;
  /** All findings until now with their counts, in the order in which they came. */
  judged(): readonly JudgedCall[];
  /** What became of every rule. */
  readonly statuses: readonly RuleStatus[];
  readonly complaints: readonly RuleComplaint[];
  /** Files that cannot be read, and rules that cannot be asked. */
  readonly problems: readonly Problem[];
}

/** Makes a judge of rules, for calls from one container. */
export async function createCallJudge(
  texts: readonly RuleText[],
  source: CallSource,
  processes: ProcessTable,
): Promise<CallJudge> {
  const complaints: RuleComplaint[] = [];
  const complain = (complaint: RuleComplaint): void => void complaints.push(complaint);
  const { askable, statuses, complaints: more } = compileFalcoRules(await readFalcoRules(texts, complain));
  return new RuleJudge(askable, statuses, [...complaints, ...more], source, processes);
}

interface Kept {
  readonly event: CallEvent;
  readonly sentence: string;
  readonly rule: CallRule;
  readonly path: string | undefined;
  count: number;
}

class RuleJudge implements CallJudge {
  readonly statuses: readonly RuleStatus[];
  readonly complaints: readonly RuleComplaint[];
  readonly #dispatcher: RuleDispatcher;
  readonly #evaluation: Evaluation;
  readonly #kept = new Map<string, Kept>();
  readonly #places = new Map<CallRule, { count: number; last: Kept }>();
  #began: number | undefined;

  constructor(
    askable: ConstructorParameters<typeof RuleDispatcher>[0],
    statuses: readonly RuleStatus[],
    complaints: readonly RuleComplaint[],
    source: CallSource,
    processes: ProcessTable,
  ) {
    this.#dispatcher = new RuleDispatcher(askable);
    this.#evaluation = new Evaluation(source, processes);
    this.statuses = statuses;
    this.complaints = complaints;
  }

  get problems(): readonly Problem[] {
    return ruleProblems(this.statuses, this.complaints);
  }

  judge(event: CallEvent): void {
    this.#began ??= event.at;
    const evaluation = this.#evaluation;
    evaluation.begin(event);
    for (const rule of this.#dispatcher.fired(evaluation)) this.#keep(rule, event);
  }

  judged(): readonly JudgedCall[] {
    return [...this.#kept.values()].map((kept) => this.#told(kept));
  }

  #keep(rule: CallRule, event: CallEvent): void {
    const { process, source } = this.#evaluation;
    const subject = subjectOf(event).slice(0, 1024);
    const key = JSON.stringify([rule.file, rule.id, process?.path ?? process?.name ?? event.pid, subject]);
    const places = this.#places.get(rule);
    const before =
      this.#kept.get(key) ?? (places !== undefined && places.count >= MOST_PLACES ? places.last : undefined);
    if (before !== undefined) {
      before.count++;
      return;
    }
    const uid = process?.uid;
    const kept: Kept = {
      event: { ...event },
      sentence: callEvidence(
        event,
        process,
        uid === undefined ? undefined : source.users.get(uid),
        process?.path === undefined ? undefined : source.image.origin?.(process.path),
      ),
      rule,
      path: pathOf(event),
      count: 1,
    };
    this.#kept.set(key, kept);
    this.#places.set(rule, { count: (places?.count ?? 0) + 1, last: kept });
  }

  #told({ event, sentence, rule, path, count }: Kept): JudgedCall {
    const after = Math.max(0, event.at - (this.#began ?? event.at));
    const times = count === 1 ? '' : `; ${count} times`;
    return {
      finding: callFinding(rule, `${sentence}, ${after.toFixed(1)} s after the first call${times}`, path),
      rule,
      count,
    };
  }
}

function pathOf(event: CallEvent): string | undefined {
  const path = 'path' in event ? event.path : undefined;
  return path?.startsWith('/') === true ? path.slice(0, 4096) : undefined;
}

/** The finding of a rule, with a sentence that is fit for a report. */
export function callFinding(rule: CallRule, evidence: string, path?: string): Finding {
  return {
    kind: 'call',
    id: rule.id,
    aliases: rule.aliases,
    severity: rule.severity,
    confidence: rule.confidence,
    title: rule.title,
    from: 'unknown',
    // Paths of findings have no slash at their start, as in layers.
    ...(path !== undefined && { location: { path: path.slice(1) } }),
    evidence,
    source: rule.source,
    ...(rule.remediation !== undefined && { remediation: rule.remediation }),
  };
}

/** Rules that are named in one problem. */
const MOST_NAMED = 5;

/** Problems from what is wrong with rules: one for each mistake in a file, one for each reason why rules are not asked. */
export function ruleProblems(
  statuses: readonly RuleStatus[],
  complaints: readonly RuleComplaint[],
): readonly Problem[] {
  const problems: Problem[] = complaints.map(({ file, line, message }) => ({
    code: 'calls.rules-unreadable',
    message: `${file}, line ${line}: ${message}.`,
    path: file,
  }));
  const byReason = new Map<string, string[]>();
  for (const { rule, state, reasons } of statuses) {
    if (state !== 'not-evaluable' && state !== 'partly') continue;
    const key = `${state === 'partly' ? 'partly' : 'not'}|${reasons.join('; ')}`;
    byReason.set(key, [...(byReason.get(key) ?? []), rule.title]);
  }
  for (const [key, titles] of byReason) {
    const named = titles
      .slice(0, MOST_NAMED)
      .map((title) => `"${title}"`)
      .join(', ');
    const more = titles.length > MOST_NAMED ? ` and ${titles.length - MOST_NAMED} more` : '';
    const [how, reason] = [key.slice(0, key.indexOf('|')), key.slice(key.indexOf('|') + 1)];
    problems.push({
      code: 'calls.rules-unasked',
      message: `${how === 'partly' ? 'Not wholly asked' : 'Not asked, so that their silence says nothing'}: ${named}${more} (${reason}).`,
    });
  }
  return problems;
}
