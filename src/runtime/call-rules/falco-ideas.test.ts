import { describe, expect, it } from 'vitest';
import { falcoIdeaMacros, falcoIdeas } from '../../../test/support/falco-ideas.ts';
import { judgeTrace } from '../../../test/support/judged-calls.ts';

// test/soak/falco-rules.ts puts the same traces to Falco's own rules.
describe('ideas of rules of Falco', () => {
  it('are twenty-three', () => {
    expect(new Set(falcoIdeas.map(({ name }) => name)).size).toBe(23);
  });

  describe.each(falcoIdeas.map((idea) => [idea.name, idea] as const))('%s', (name, { condition, fires, silent }) => {
    const text = `${falcoIdeaMacros}\n- rule: ${JSON.stringify(name)}\n  desc: x\n  output: x\n  priority: WARNING\n  condition: >\n    ${condition}\n`;
    const titles = async (write: typeof fires): Promise<readonly string[]> =>
      (await judgeTrace([{ file: 'x.yaml', text }], (trace) => write(trace.process(1, '/usr/bin/entry')))).map(
        ({ rule }) => rule.title,
      );

    it('is told where it happens', async () => {
      expect(await titles(fires)).toEqual([name]);
    });

    it('is not told where something like it happens', async () => {
      expect(await titles(silent)).toEqual([]);
    });
  });
});
