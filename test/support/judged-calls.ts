import type { CallSource } from '../../src/runtime/call-rules/call-source.ts';
import { type CallJudge, createCallJudge, type JudgedCall } from '../../src/runtime/call-rules/judge-calls.ts';
import type { RuleText } from '../../src/runtime/call-rules/read-falco-rules.ts';
import { CallTrace } from './call-trace.ts';

/** A container of an ordinary image: programs of a distribution, and files below /srv. */
export const ordinarySource: CallSource = {
  container: { id: '0123456789abcdef', imageId: 'sha256:00112233445566' },
  users: new Map([
    [0, 'root'],
    [33, 'www-data'],
  ]),
  groups: new Map(),
  image: {
    has: (path) => /^\/(?:usr|bin|sbin|lib|etc|srv|root)\//.test(path) && !/\/(?:new|dropped)[^/]*$/.test(path),
  },
};

/** What rules say of a trace. */
export async function judgeTrace(
  texts: readonly RuleText[],
  write: (trace: CallTrace) => unknown,
  source: CallSource = ordinarySource,
): Promise<readonly JudgedCall[]> {
  let judge: CallJudge | undefined;
  const trace = new CallTrace((event) => judge?.judge(event));
  judge = await createCallJudge(texts, source, trace);
  write(trace);
  return judge.judged();
}
