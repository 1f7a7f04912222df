import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../test/support/image.ts';
import { scanOne } from '../../test/support/scan.ts';
import { writeTemporary } from '../../test/support/temporary.ts';
import { makeView } from '../../test/support/view.ts';
import type { Check, JudgeContext, RuleDoc } from '../model/check.ts';
import { judgeByRules, type Rule, type Undecided } from './rule.ts';

const now = new Date('2026-01-01T00:00:00Z');
const docOf = (id: string): RuleDoc => ({
  id,
  kind: 'configuration',
  title: id,
  severity: 'low',
  why: 'It does.',
  remediation: 'Do not.',
});
const rule = (id: string, judged: string[] = []): Rule => ({
  doc: docOf(id),
  *judge() {
    judged.push(id);
    yield { evidence: id };
  },
});

async function said(rules: readonly Rule[], pause?: JudgeContext['pause']): Promise<string[]> {
  const list: string[] = [];
  for await (const one of judgeByRules(rules, 'some', makeView(), { now, ...(pause && { pause }) }))
    list.push('message' in one ? `${one.code}: ${one.message}` : (one.evidence ?? ''));
  return list;
}

describe('judgeByRules', () => {
  const rules = ['a', 'b', 'c'].map((id) => rule(id));

  it('judges by all rules where there is time', async () => {
    expect(await said(rules)).toEqual(['a', 'b', 'c']);
    expect(await said(rules, async () => true)).toEqual(['a', 'b', 'c']);
  });

  it('tells the rules that the time limit left out', async () => {
    expect(await said(rules, async () => false)).toEqual([
      'a',
      'scan.timeout: some: the time limit was reached; 2 of 3 rules were left out',
    ]);
  });

  it('tells the reason before the rules that it keeps from judging, and limits of ours as something that is missing', async () => {
    const undecided = (id: string, ...seen: readonly Undecided[]): Rule => ({ doc: docOf(id), judge: () => seen });
    const cut: Undecided = { undecided: 'cannot be decided of all: it is long', isLimit: true };
    const blind: Undecided = { undecided: 'cannot be decided: nothing tells' };
    expect(await said([undecided('a', blind, blind), undecided('b', blind, cut), undecided('c', cut)])).toEqual([
      'check.undecided: some: 2 rules cannot be decided: nothing tells (a, b)',
      'image.limit: some: 2 rules cannot be decided of all: it is long (b, c)',
    ]);
    expect(await said([undecided('a', blind)])).toEqual(['check.undecided: some: a cannot be decided: nothing tells']);
  });

  it('ends where it is interrupted', async () => {
    const interrupted = async (): Promise<boolean> => {
      throw new Error('interrupted');
    };
    await expect(said(rules, interrupted)).rejects.toThrow('interrupted');
  });
});

describe('a scan', () => {
  const image = (): string => writeTemporary('image.tar', dockerArchive({ layers: [layer([{ path: 'a' }])] }));
  const checkOf = (id: string, rules: readonly Rule[]): Check => ({
    id,
    displayName: id,
    analyzers: [],
    rules: rules.map(({ doc }) => doc),
    judge: { name: id, judge: (view, context) => judgeByRules(rules, id, view, context) },
  });
  const stopping = (controller: AbortController, reason: Error): Rule => ({
    doc: docOf('stop'),
    // Nothing to see.
    judge() {
      controller.abort(reason);
      return [];
    },
  });

  it('is interrupted between two rules', async () => {
    const controller = new AbortController();
    const judged: string[] = [];
    const checks = [checkOf('one', [stopping(controller, new Error('interrupted')), rule('late', judged)])];
    await expect(scanOne(image(), { checks }, { signal: controller.signal })).rejects.toThrow('interrupted');
    expect(judged).toEqual([]);
  });

  it('goes on for a while where the time limit is reached while it judges', async () => {
    const controller = new AbortController();
    const judged: string[] = [];
    const late = new DOMException('late', 'TimeoutError');
    const checks = [
      checkOf('one', [stopping(controller, late), rule('next', judged)]),
      checkOf('two', [rule('last', judged)]),
    ];
    await scanOne(image(), { checks }, { signal: controller.signal });
    expect(judged).toEqual(['next', 'last']);
  });
});
