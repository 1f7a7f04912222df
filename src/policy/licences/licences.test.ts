import { describe, expect, it } from 'vitest';
import { makeReport } from '../../../test/support/report.ts';
import { makePackage } from '../../../test/support/view.ts';
import type { Package } from '../../model/package.ts';
import { applyPolicy } from '../apply.ts';
import { lintPolicy } from '../lint.ts';
import { readPolicy } from '../read.ts';
import { licencesOf } from './words.ts';

const now = new Date('2026-08-21T12:00:00Z');
const pkg = (name: string, licences: readonly string[], more: Partial<Package> = {}): Package =>
  makePackage(name, '1.0', { licences, type: 'npm', purl: `pkg:npm/${name}@1.0`, ...more });

async function found(text: string, packages: readonly Package[]) {
  const policy = await readPolicy(text, 'p.yaml', now);
  return applyPolicy({ ...makeReport(), packages, findings: [] }, policy, now);
}

describe('a policy of licences', () => {
  it('makes findings of what it does not allow, with where it was read and who says so', async () => {
    const { findings } = await found('licences:\n  allow: [permissive]\n  deny:\n    - copyleft-strong\n', [
      pkg('good', ['MIT']),
      pkg('chosen', ['(MIT OR GPL-3.0)']),
      pkg('bad', ['GPLv3+'], { locations: ['srv/bad/package.json'] }),
      pkg('weak', ['LGPL-2.1-only']),
      pkg('none', []),
      pkg('odd', ['SEE LICENSE IN x']),
    ]);

    expect(findings.map(({ id, package: one, severity, confidence }) => [one?.name, id, severity, confidence])).toEqual(
      [
        ['bad', 'licence-denied', 'high', 'high'],
        ['weak', 'licence-not-allowed', 'medium', 'certain'],
        ['none', 'licence-unknown', 'low', 'high'],
        ['odd', 'licence-unknown', 'low', 'certain'],
      ],
    );
    expect(findings[0]).toMatchObject({
      kind: 'licence',
      title: 'The policy denies GPL-3.0-or-later',
      evidence: 'bad 1.0 states "GPLv3+", which is GPL-3.0-or-later; denied by "copyleft-strong" (p.yaml:4)',
      location: { path: 'srv/bad/package.json' },
      licence: { expression: 'GPL-3.0-or-later', refused: 'GPL-3.0-or-later' },
      source: { name: 'p.yaml:2' },
    });
  });

  it('judges what is installed, is not made here, and is no part of a package whose licence is known', async () => {
    const { findings } = await found('licences: {deny: [GPL-3.0-only], unknown: deny}', [
      pkg('wanted', ['GPL-3.0'], { evidence: 'lockfile' }),
      pkg('own', ['GPL-3.0'], { application: true }),
      pkg('python3-x', ['MIT'], { type: 'deb' }),
      pkg('x', ['GPL-3.0'], { ownedBy: 'python3-x' }),
      pkg('y', ['GPL-3.0'], { ownedBy: 'python3-y' }),
    ]);

    expect(findings.map(({ package: one }) => one?.name)).toEqual(['y']);
  });

  it('has severities of its own', async () => {
    const packages = [pkg('bad', ['GPL-3.0']), pkg('none', [])];
    const of = async (severity: string) =>
      (await found(`licences: {allow: [MIT], severity: ${severity}}`, packages)).findings.map((one) => one.severity);

    expect(await of('critical')).toEqual(['critical', 'critical']);
    expect(await of('{unknown: negligible}')).toEqual(['medium', 'negligible']);
  });

  it('has exceptions, which suppress until they end, and for all that is refused or nothing', async () => {
    const text = `
licences:
  deny: [copyleft-strong, copyleft-network]
  exceptions:
    - {package: "pkg:npm/both", licence: GPL-3.0-only, reason: in the builder, expires: 2026-12-31, owner: me}
    - {package: old, reason: was so, expires: 2026-08-01}
    - {licence: AGPL-3.0-only, reason: asked, expires: 2026-12-31}
`;
    const { findings, problems } = await found(text, [
      pkg('both', ['GPL-3.0-only OR AGPL-3.0-only']),
      pkg('both', ['GPL-3.0-only AND GPL-2.0-only']),
      pkg('old', ['GPL-3.0-only']),
      pkg('agpl', ['AGPL-3.0']),
    ]);

    expect(findings.map(({ suppressed }) => suppressed?.by)).toEqual([
      'policy:p.yaml:5',
      undefined,
      undefined,
      'policy:p.yaml:7',
    ]);
    expect(problems).toMatchObject([{ code: 'policy.expired' }]);
    expect(
      lintPolicy(await readPolicy(text, 'p.yaml', now), now, [{ ...makeReport(), packages: [pkg('a', ['MIT'])] }]),
    ).toMatchObject([
      { line: 5, code: 'unused' },
      { line: 6, code: 'expired' },
      { line: 6, code: 'unused' },
      { line: 7, code: 'broad' },
      { line: 7, code: 'unused' },
    ]);
  });

  it.each<[string, readonly string[], string, boolean]>([
    ['another one that holds, too', ['MIT AND GPL-3.0-only'], 'MIT', false],
    ['another one of a list', ['MIT, GPL-3.0-only'], 'MIT', false],
    ['another one of several statements', ['MIT', 'GPL-3.0-only'], 'MIT', false],
    ['what is refused of them', ['MIT AND GPL-3.0-only'], 'GPL-3.0-only', true],
    ['what is refused, by another name', ['GNU General Public License v3 (GPLv3)'], 'GPLv3', true],
    ['a choice that the policy allows anyway', ['GPL-3.0-only OR MIT'], 'ISC', true],
    ['a choice of what is refused', ['(GPL-3.0-only OR AGPL-3.0-only) AND MIT'], 'AGPL-3.0-only', true],
    // Joined to one text these would be "(GPL-3.0-only AND x) OR MIT".
    ['halves of two statements', ['(GPL-3.0-only', 'x) OR MIT'], 'MIT', false],
    ['what is no parenthesis', ['GPL-3.0-only', 'x) OR (MIT'], 'MIT', false],
    ['the beginning of a long text', [`MIT${' OR MIT'.repeat(300)} AND GPL-3.0-only`], 'MIT', false],
    ['words that name it and another', ['MIT (parts GPL-3.0-only)'], 'MIT', false],
    ['a pattern of words that name another', ['MIT-like, parts GPL-3.0-only'], 'MIT*', false],
    ['these very words', ['GPL-3.0-only (see COPYING)'], 'text:GPL-3.0-only (see COPYING)', true],
    ['these words of several', ['GPL-3.0-only', 'see a/b or c'], 'GPL-3.0-only, text:see a/b or c', true],
    ['another licence by these words', ['GPL-3.0-only', 'see a/b or c'], 'text:see a/b or c', false],
  ])('has no exception for one licence that lets another pass: %s', async (_, licences, words, expected) => {
    const list = words.split(', ').map((word) => `'${word}'`);
    const text = `licences:\n  deny: [copyleft-strong, copyleft-network]\n  unknown: deny\n  exceptions:\n  - {package: a, licence: [${list.join(', ')}], reason: x, expires: 2026-12-31}`;
    const { findings } = await found(text, [pkg('a', licences)]);
    // As it is read from a report.
    const again = applyPolicy(
      { ...makeReport(), packages: [], findings: structuredClone(findings.map(({ suppressed: __, ...one }) => one)) },
      { ...(await readPolicy(text, 'p.yaml', now)), licences: undefined } as never,
      now,
    );

    expect(findings.every(({ suppressed }) => suppressed !== undefined)).toBe(expected);
    if (!expected) expect(again.findings.some(({ suppressed }) => suppressed !== undefined)).toBe(false);
  });

  it('takes the place of what another policy said of licences, and a policy without licences leaves it', async () => {
    const first = await found('licences: {deny: [GPL-3.0-only]}', [pkg('bad', ['GPL-3.0'])]);
    const report = { ...makeReport(), packages: [pkg('bad', ['GPL-3.0'])], findings: first.findings };
    const again = applyPolicy(report, await readPolicy('licences: {deny: [MIT]}', 'q.yaml', now), now);
    const without = applyPolicy(report, await readPolicy('accept: []', 'q.yaml', now), now);

    expect([first.findings.length, again.findings.length, without.findings.length]).toEqual([1, 0, 1]);
  });

  it.each([
    ['licences: [MIT]', 'p.yaml:1: licences: allow, deny, unknown'],
    ['licences: {}', '"allow", "deny" or "unknown" is expected'],
    ['licences:\n  allow: [Apache2]', 'p.yaml:2: allow: "Apache2" is no licence of SPDX'],
    ['licences:\n  allow: []', 'the list is empty'],
    ['licences: {deny: [MIT], unknown: maybe}', 'is not one of allow, deny'],
    ['licences: {deny: [MIT], severity: grave}', 'is not one of'],
    ['licences: {deny: [MIT], severity: {all: low}}', 'unknown key'],
    ['licences: {deny: [MIT], allowed: [MIT]}', 'unknown key'],
    ['licences: {deny: [MIT], exceptions: {package: a}}', 'a list is expected'],
    ['licences: {deny: [MIT], exceptions: [{package: a, expires: 2026-12-31}]}', 'has no "reason"'],
    ['licences: {deny: [MIT], exceptions: [{package: a, reason: x}]}', 'has no "expires"'],
    ['licences: {deny: [MIT], exceptions: [{reason: x, expires: 2026-12-31}]}', 'package or licence is expected'],
    ['licences: {deny: [MIT], exceptions: [{licence: Foo, reason: x, expires: 2026-12-31}]}', 'is no licence of SPDX'],
    ['accept: [{licence: MIT OR ISC, reason: x, expires: 2026-12-31}]', 'write each by itself'],
  ])('%s is refused: %s', async (text, message) => {
    await expect(readPolicy(text, 'p.yaml', now)).rejects.toThrow(message);
  });
});

describe('licences of a command line', () => {
  it('stand in place of those of the policy, and bring its severities along', async () => {
    const { licences } = await readPolicy('licences: {allow: [MIT], deny: [ISC], severity: low}', 'p.yaml', now);

    expect(licencesOf(['MIT'], [], undefined)).toMatchObject({ place: '--allow-licences', unknownPasses: false });
    expect(licencesOf([], ['MIT'], undefined)).toMatchObject({ place: '--deny-licences', unknownPasses: true });
    expect(licencesOf(['Zlib'], [], licences)).toMatchObject({
      allow: [{ word: 'Zlib' }],
      deny: [{ word: 'ISC' }],
      severity: { denied: 'low' },
    });
    expect(licencesOf(['Zlibb'], [], undefined)).toMatch(/^allow-licences: "Zlibb" is no licence/);
  });
});
