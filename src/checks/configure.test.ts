import { describe, expect, it } from 'vitest';
import type { Check } from '../model/check.ts';
import { withConfiguredChecks } from './configure.ts';

const settings = { ruleSets: [], deep: false, unwanted: false };

function rulesCheck(told: string[]): Check {
  const check = { id: 'x', displayName: 'X', analyzers: [], judge: { name: 'x', judge: () => [] }, rules: [] };
  return { ...check, configure: () => ({ ...check, id: 'with rules', close: () => told.push('closed') }) };
}

describe('withConfiguredChecks', () => {
  it('lets go of what was loaded after the last use', async () => {
    const told: string[] = [];
    const use = async ([check]: readonly Check[]): Promise<void> => {
      told.push(check!.id);
    };
    for (const _ of [1, 2]) await withConfiguredChecks([rulesCheck(told)], settings, use);
    expect(told).toEqual(['with rules', 'closed', 'with rules', 'closed']);
  });

  it('lets go where the scan fails, too', async () => {
    const told: string[] = [];
    const failing = withConfiguredChecks([rulesCheck(told)], settings, async () => {
      throw new Error('no such image');
    });
    await expect(failing).rejects.toThrow('no such image');
    expect(told).toEqual(['closed']);
  });
});
