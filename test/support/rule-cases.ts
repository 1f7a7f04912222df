import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/checks/rule.ts';
import { idsOf } from './judged-history.ts';

/** By rule: build files of which it speaks, and such of which it must not, besides the example of its documentation. */
export type RuleCases = Readonly<
  Record<string, { readonly fires?: readonly string[]; readonly quiet?: readonly string[] }>
>;

/**
 * Holds rules about instructions to their cases, and to the example of their own documentation.
 * @param others rules that look at files, times or packages, which have tests of their own
 */
export function testRules(rules: readonly Rule[], cases: RuleCases, others: readonly string[] = []): void {
  const examples = new Map(rules.map(({ doc: { id, example } }) => [id, example]));

  describe('rules about instructions', () => {
    it('all have cases', () => {
      expect([...Object.keys(cases), ...others].sort()).toEqual([...examples.keys()].sort());
    });

    it.each(Object.keys(cases))('%s says what its documentation says', async (id) => {
      const example = examples.get(id);
      expect(example).toBeDefined();
      expect(await idsOf(example?.wrong ?? '')).toContain(id);
      expect(await idsOf(example?.right ?? '')).not.toContain(id);
    });

    it.each(Object.entries(cases))(
      '%s speaks where it should, and nowhere else',
      async (id, { fires = [], quiet = [] }) => {
        for (const file of fires) expect(await idsOf(file), file).toContain(id);
        for (const file of quiet) expect(await idsOf(file), file).not.toContain(id);
      },
    );
  });
}
