import { describe, expect, it } from 'vitest';
import { checks } from '../checks/index.ts';
import { selectChecks } from './select-checks.ts';

const ids = checks.map(({ id }) => id);

describe('selectChecks', () => {
  it.each([
    [['all'], true, ids],
    [['none'], false, []],
    [['vulnerability'], true, []],
    [['End-Of-Life'], false, ['end-of-life']],
    [['end-of-life', 'vulnerability'], true, ['end-of-life']],
  ])('%j', (words, vulnerability, expected) => {
    const selection = selectChecks({ checks: words, 'skip-checks': [] }, checks);
    expect([selection.vulnerability, selection.checks.map(({ id }) => id)]).toEqual([vulnerability, expected]);
  });

  it.each([
    [['evasoin'], /^--checks: "evasoin" is no check\. Known are all, none, vulnerability, .* Did you mean evasion\?$/],
    [['vulnerabilities'], /Did you mean vulnerability\?$/],
    [['config'], /Did you mean configuration,history\?$/],
    [['vuln', 'secrets'], /Did you mean vulnerability\?$/],
    [['secret'], /Did you mean secrets\?$/],
    [['all', 'evasion'], /^--checks: "all" stands alone\.$/],
  ])('refuses %j', (words, message) => {
    expect(() => selectChecks({ checks: words, 'skip-checks': [] }, checks)).toThrow(message);
  });
});
