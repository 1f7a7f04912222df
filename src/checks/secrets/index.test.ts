import { describe, expect, it } from 'vitest';
import { makeView } from '../../../test/support/view.ts';
import { isFinding } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import type { HistoryEntry, ImageInfo } from '../../model/image.ts';
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

async function told(history: readonly HistoryEntry[], config: ImageInfo['config'] = {}): Promise<Finding[]> {
  const image = redactImage(makeView({ image: { history, config } }).image);
  const findings: Finding[] = [];
  for await (const one of secrets.judge.judge(makeView({ image }), { now: new Date(0) })) {
    if (isFinding(one)) findings.push(one);
  }
  return findings;
}

describe('secrets of the configuration', () => {
  const [one, other] = ['Xk7vQm2n', 'Hq8vBn3m'].map((beginning) => `${beginning}Lz9TpW`) as [string, string];

  it('are known by what has them, where they might be guessed', async () => {
    const [known] = await told(entries([`RUN mysql -u root -p${one}`]));
    const after = await told(entries([`RUN mysql -u root -p${one}`, `RUN mysql -h prod -u admin -p${other}`]));
    expect(after.map(({ historyIndex }) => historyIndex)).toEqual([0, 1]);
    expect(after[0]).toEqual(known);
    expect(after[1]?.fingerprint).not.toBe(known?.fingerprint);
  });

  it('are as many as there are, in as many instructions, or in one', async () => {
    const passwords = Array.from({ length: 14 }, (_, at) => `${one.slice(0, -2)}${String.fromCharCode(65 + at)}7`);
    const apart = await told(entries(passwords.map((password) => `RUN mysql -u root -p${password}`)));
    expect(apart.map(({ historyIndex }) => historyIndex)).toEqual(passwords.map((_, at) => at));
    const [single, ...others] = await told(
      entries([`RUN mysql -u a -p${one} && mysql -u b -p${other}`, `RUN mysql -u c -p${one}`]),
    );
    expect(others).toHaveLength(1);
    expect(single?.evidence).toContain('in instructions 0 and 1 of the history ("RUN mysql -u a -p…');
  });

  it('say which instruction, variable and label has them', async () => {
    const history = entries(['FROM a', `ENV DB_PASSWORD=${one}`]);
    const [finding, ...others] = await told(history, {
      Env: [`DB_PASSWORD=${one}`],
      Labels: { password: one },
      Cmd: ['app', '--password', one],
    });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: 'password', historyIndex: 1 });
    expect(finding?.evidence).toBe(
      'It has 14 characters, in the variable DB_PASSWORD, in the label password, in instruction 1 of the history ("ENV DB_PASSWORD=…") and in the configuration. Whoever can pull the image can read it.',
    );
  });

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
