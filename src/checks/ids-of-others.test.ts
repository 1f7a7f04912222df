import { describe, expect, it } from 'vitest';
import { idsOf, idsWithoutRule, otherTools, whyNoRule } from './ids-of-others.ts';
import { checks } from './index.ts';

/**
 * What other tools ask of the history and the configuration of an image, or of the build file that it was made from, by
 * their own lists of rules; what is asked of an image in a row of its own stands in one here.
 */
const askedByOthers: Readonly<Record<string, readonly string[]>> = {
  dockle: [
    ...['CIS-DI-0001', 'CIS-DI-0005', 'CIS-DI-0006', 'CIS-DI-0007', 'CIS-DI-0008', 'CIS-DI-0009', 'CIS-DI-0010'],
    ...['DKL-DI-0001', 'DKL-DI-0002', 'DKL-DI-0003', 'DKL-DI-0004', 'DKL-DI-0005', 'DKL-DI-0006'],
    ...['DKL-LI-0001', 'DKL-LI-0002', 'DKL-LI-0003'],
  ],
  trivy: [
    ...['DS-0001', 'DS-0002', 'DS-0004', 'DS-0005', 'DS-0006', 'DS-0007', 'DS-0008', 'DS-0009', 'DS-0010', 'DS-0011'],
    ...['DS-0012', 'DS-0013', 'DS-0014', 'DS-0015', 'DS-0016', 'DS-0017', 'DS-0019', 'DS-0020', 'DS-0021', 'DS-0022'],
    ...['DS-0023', 'DS-0024', 'DS-0025', 'DS-0026', 'DS-0027', 'DS-0029', 'DS-0030', 'DS-0031', 'secret'],
  ],
  hadolint: [
    ...['DL3000', 'DL3001', 'DL3002', 'DL3003', 'DL3004', 'DL3006 DL3007', 'DL3008', 'DL3009', 'DL3010', 'DL3011'],
    ...['DL3012', 'DL3013', 'DL3014', 'DL3015', 'DL3016', 'DL3018 DL3019', 'DL3020', 'DL3021 DL3022 DL3023 DL3024'],
    ...['DL3025', 'DL3026', 'DL3027', 'DL3028', 'DL3030 DL3032 DL3033', 'DL3034 DL3035 DL3036 DL3037'],
    ...['DL3038 DL3040 DL3041', 'DL3042', 'DL3043', 'DL3044', 'DL3046', 'DL3047'],
    'DL3048 DL3049 DL3050 DL3051 DL3052 DL3053 DL3054 DL3055 DL3056 DL3058',
    ...['DL3057', 'DL3059', 'DL3060', 'DL3062', 'DL3064', 'DL3066', 'DL3067'],
    ...['DL4000', 'DL4001', 'DL4003 DL4004', 'DL4005', 'DL4006', 'SC'],
  ],
  'cis-docker': ['4.1', '4.2', '4.3', '4.4', '4.5', '4.6', '4.7', '4.8', '4.9', '4.10', '4.11', '4.12'],
  veinmind: [
    ...['history:miner-repo', 'history:unsafe-path', 'basic', 'escape:mount', 'escape:cap', 'escape:cve'],
    ...['escape:priv', 'escape:dockerapi', 'privilege-escalation', 'unsafe-mount'],
    'backdoor:bashrc backdoor:cron backdoor:inetd backdoor:xinetd backdoor:startup backdoor:ld.so.preload backdoor:tcpwrapper',
    ...['backdoor:sshd', 'backdoor:rootkit', 'sensitive', 'weakpass', 'trace'],
  ],
  dagda: ['static', 'runtime'],
  whaler: ['dockerfile'],
  dive: ['efficiency'],
};

const rows = Object.entries(askedByOthers).flatMap(([tool, ids]) => ids.map((row) => [tool, row] as const));

describe('what others ask', () => {
  it('is all of it', () => {
    expect(rows).toHaveLength(121);
    expect(Object.keys(askedByOthers).toSorted()).toEqual([...otherTools.keys()].toSorted());
  });

  it.each(rows)('%s %s has a rule here, or a reason why not', (tool, row) => {
    for (const id of row.split(' ')) {
      const why = whyNoRule(tool, id, checks);
      expect(why, id).not.toBe('no rule here asks that');
      if (why === undefined) expect(idsOf(tool, checks).find((other) => other.id === id)?.rules).not.toEqual([]);
    }
  });
});

describe('idsWithoutRule', () => {
  it('has a known tool, an id and a sentence each, and none twice', () => {
    for (const { id, why } of idsWithoutRule) {
      expect([...otherTools.keys()]).toContain(id.slice(0, id.indexOf(':')));
      expect(why).toMatch(/^[A-Z`].{10,}\.$/);
    }
    expect(new Set(idsWithoutRule.map(({ id }) => id)).size).toBe(idsWithoutRule.length);
  });

  it('has none that a rule names as its alias: then the line here is out of date', () => {
    const aliases = new Set(checks.flatMap(({ rules }) => rules.flatMap((rule) => rule.aliases ?? [])));
    const answered = idsWithoutRule.filter(
      ({ id }) => aliases.has(id) || [...aliases].some((alias) => alias.startsWith(`${id}:`)),
    );

    expect(answered).toEqual([]);
  });

  it('names checks and rules that there are', () => {
    const known = checks.flatMap(({ id, rules }) => [id, ...rules.map((rule) => rule.id)]);
    const named = idsWithoutRule.flatMap(({ why }) =>
      [...why.matchAll(/(?:check|rule) `([a-z-]+)`/g)].map(([, name]) => name),
    );

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.includes(name!))).toEqual([]);
  });
});

describe('aliases of rules', () => {
  it('name a tool that the table of ids knows', () => {
    const tools = checks.flatMap(({ rules }) =>
      rules.flatMap(({ aliases = [] }) => aliases.map((alias) => alias.slice(0, alias.indexOf(':')))),
    );

    expect([...new Set(tools)].filter((tool) => !otherTools.has(tool))).toEqual([]);
  });
});

describe('whyNoRule', () => {
  it.each([
    ['trivy', 'DS-0002'],
    ['trivy', 'AVD-DS-0002'],
    ['trivy', 'DS002'],
    ['hadolint', 'dl3002'],
    ['dockle', 'CIS-DI-0001'],
    ['cis-docker', '4.1'],
  ])('has nothing to say where a rule asks the same: %s %s', (tool, id) => {
    expect(whyNoRule(tool, id, checks)).toBeUndefined();
  });

  it.each([
    ['trivy', 'AVD-DS-0006', /^Stages/],
    ['hadolint', 'DL3044', /variables/],
    ['hadolint', 'SC2086', /^ShellCheck/],
    ['hadolint', 'SCREEN', /^no rule/],
    ['hadolint', 'DL9999', /^no rule/],
    ['dockle', 'CIS-DI-0005', /^Content trust/],
    ['dockle', 'DS-0002', /^no rule/],
    ['nobody', 'X-1', /^no rule/],
  ])('says why none does: %s %s', (tool, id, words) => {
    expect(whyNoRule(tool, id, checks)).toMatch(words);
  });
});
