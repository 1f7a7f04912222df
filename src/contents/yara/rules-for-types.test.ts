import { describe, expect, it } from 'vitest';
import { rulesForTypes } from './rules-for-types.ts';

const text = `private rule shared { condition: true }
rule programs {
  meta:
    types = "elf, pe"
  condition: shared
}
rule all { strings: $a = "types = \\"no\\"" condition: $a }
rule scripts { meta: types = "script" condition: true }
`;

describe('rulesForTypes', () => {
  it('keeps what is about a type, what is about all, and what others need', () => {
    const names = (kept: string) => [...kept.matchAll(/^(?:private )?rule (\w+)/gm)].map(([, name]) => name);
    expect(names(rulesForTypes(text, ['pe']))).toEqual(['shared', 'programs', 'all']);
    expect(names(rulesForTypes(text, ['script', 'web']))).toEqual(['shared', 'all', 'scripts']);
    expect(names(rulesForTypes(text, ['picture']))).toEqual(['shared', 'all']);
  });

  it('leaves every rule on its line', () => {
    expect(
      rulesForTypes(text, ['script']).split('\n').indexOf('rule scripts { meta: types = "script" condition: true }'),
    ).toBe(7);
  });
});
