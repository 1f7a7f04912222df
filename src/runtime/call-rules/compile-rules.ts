import type { CallEvent } from '../../model/call.ts';
import type { CallRule, RuleComplaint, RuleStatus } from './call-rule.ts';
import { callType, includesCall } from './call-types.ts';
import { type CompiledCondition, ConditionCompiler } from './compile-condition.ts';
import { ConditionError } from './condition-error.ts';
import type { Evaluation } from './evaluation.ts';
import type { ReadRules } from './read-falco-rules.ts';

/** A rule that can be asked of calls. */
export interface AskableRule {
  readonly rule: CallRule;
  readonly condition: CompiledCondition;
}

/** Rules that were read. */
export function compileFalcoRules(read: ReadRules): {
  readonly askable: readonly AskableRule[];
  readonly statuses: readonly RuleStatus[];
  readonly complaints: readonly RuleComplaint[];
} {
  const compiler = new ConditionCompiler(read);
  const askable: AskableRule[] = [];
  const statuses: RuleStatus[] = [];
  const complaints: RuleComplaint[] = [];
  for (const { rule, condition, source: from } of read.rules) {
    const never = (reasons: readonly string[]): void => void statuses.push({ rule, state: 'not-evaluable', reasons });
    if (from !== 'syscall') {
      never([`it is about events of ${from}, no calls`]);
      continue;
    }
    try {
      const compiled = compiler.compile(condition);
      const reasons = unseen(compiled);
      if (compiled.impossible || reasons.length > 0) never([...compiled.unknown, ...reasons]);
      else if (!rule.enabled) statuses.push({ rule, state: 'disabled', reasons: compiled.unknown });
      else {
        statuses.push({ rule, state: compiled.unknown.length > 0 ? 'partly' : 'evaluable', reasons: compiled.unknown });
        askable.push({ rule, condition: compiled });
      }
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      complaints.push({ file: rule.file, line: rule.line, message: `rule ${rule.title}: ${error.message}` });
      never([error.message]);
    }
  }
  return { askable, statuses, complaints };
}

/** Calls that rules may ask for and that nobody traces: programs make them all the time, with nothing but bytes and numbers. */
const untraced: ReadonlySet<string> = new Set(
  (
    'read readv pread preadv pread64 write writev pwrite pwritev pwrite64 sendfile splice close fcntl ioctl lseek flock ' +
    'poll ppoll select epoll_wait futex mprotect munmap brk pipe pipe2 eventfd eventfd2 signalfd timerfd_create'
  ).split(' '),
);

/** Why a rule that needs nothing but such calls could never fire. */
function unseen({ calls: { all, names } }: CompiledCondition): readonly string[] {
  if (all || names.size === 0 || [...names].some((name) => !untraced.has(name))) return [];
  return [`the tracer does not watch ${[...names].sort().join(', ')}`];
}

/** Finds the rules of a call: those that can hold of calls of its name are asked. */
export class RuleDispatcher {
  readonly #rules: readonly AskableRule[];
  readonly #byType = new Map<string, readonly AskableRule[]>();

  constructor(rules: readonly AskableRule[]) {
    this.#rules = rules;
  }

  fired(evaluation: Evaluation): readonly CallRule[] {
    const fired: CallRule[] = [];
    for (const { rule, condition } of this.rulesFor(evaluation.event)) if (condition.test(evaluation)) fired.push(rule);
    return fired;
  }

  rulesFor(event: CallEvent): readonly AskableRule[] {
    const type = callType(event.call);
    const key = `${event.kind} ${type}`;
    let rules = this.#byType.get(key);
    if (rules === undefined) {
      rules = this.#rules.filter(
        ({ condition }) => includesCall(condition.calls, type) && includesCall(condition.kinds, event.kind),
      );
      // Names of calls are those of a tracer, whose number is bounded; a hostile trace may invent some.
      if (this.#byType.size < 1000) this.#byType.set(key, rules);
    }
    return rules;
  }
}
