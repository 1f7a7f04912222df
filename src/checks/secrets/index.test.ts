import { describe, expect, it } from 'vitest';
import { makeView } from '../../../test/support/view.ts';
import { isFinding } from '../../model/check.ts';
import type { HistoryEntry } from '../../model/image.ts';
import { isIncomplete, type Problem } from '../../model/problem.ts';
import { redactImage } from '../../secrets/redact-image.ts';
import { secrets } from './index.ts';

/** Keys of AWS, put together here, so that nobody takes this file for a leak. */
function keys(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const digits = [...at.toString(16).padStart(4, '0')].map((digit) => 'QX7ZP2VN4KTR6WJM'[Number.parseInt(digit, 16)]);
    return `${'AK'}${'IA'}ZJ5WQTB7LX3N${digits.join('')}`;
  });
}

const entries = (instructions: readonly string[]): HistoryEntry[] =>
  instructions.map((instruction, index) => ({ index, instruction }));

async function judged(history: readonly HistoryEntry[]): Promise<{ findings: number; problems: Problem[] }> {
  const image = redactImage(makeView({ image: { history } }).image);
  let findings = 0;
  const problems: Problem[] = [];
  for await (const result of secrets.judge.judge(makeView({ image }), { now: new Date(0) })) {
    if (isFinding(result)) findings++;
    else problems.push(result);
  }
  return { findings, problems };
}

describe('secrets of the configuration', () => {
  it('are told one by one, without a problem', async () => {
    expect(await judged(entries(keys(1000).map((key) => `RUN echo ${key}`)))).toEqual({ findings: 1000, problems: [] });
  });

  it('beyond those that are told are counted: the report is incomplete', async () => {
    const { findings, problems } = await judged(entries(keys(1234).map((key) => `RUN echo ${key}`)));
    expect(findings).toBe(1000);
    expect(problems).toEqual([{ code: 'image.limit', message: expect.stringMatching(/^234 more secrets /) }]);
    expect(problems.every(isIncomplete)).toBe(true);
  });

  it('of instructions behind more than any build has are taken out with them, and that is told', async () => {
    const [key] = keys(1);
    const history = entries([...Array.from({ length: 10_000 }, () => 'RUN true'), `RUN echo ${key}`, 'RUN true']);
    const { problems } = await judged(history);
    expect(problems).toEqual([{ code: 'image.limit', message: expect.stringContaining('1 that may hold secrets') }]);
    expect(JSON.stringify(redactImage(makeView({ image: { history } }).image))).not.toContain(key);
  });
});
