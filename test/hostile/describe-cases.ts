import { rmSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { errorCodes, exitStatus } from '../../src/errors.ts';
import { isIncomplete, type Problem, type ProblemCode } from '../../src/model/problem.ts';
import type { Report } from '../../src/model/report.ts';
import { reportJsonSchema } from '../../src/report/json-schema.ts';
import { type ExpectedProblem, faults, type HostileCase, type HostileGroup } from './hostile-case.ts';
import { allowed, type Cost, endScans, type MeasuredOutcome, measuredScan } from './measured-scan.ts';
import { orderOf } from './scan-case.ts';

const isReport = new Ajv2020({ strict: false }).compile(reportJsonSchema());

/** Problems about judging, not about the bytes: they may stand beside any others. */
const judging = /^(?:advisories|version|judge|packages\.unwatched|packages\.none)/;

function listed<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function answers(expected: ExpectedProblem, problem: Problem): boolean {
  return (
    listed(expected.code).includes(problem.code) &&
    (expected.says === undefined || matches(expected.says, problem.message)) &&
    (expected.layer === undefined || problem.layer === expected.layer) &&
    (expected.path === undefined || problem.path === expected.path)
  );
}

function matches(expected: string | RegExp, text: string): boolean {
  return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
}

function brief(problems: readonly Problem[]): string {
  return (
    problems.map((p) => `${p.code} [${p.layer ?? ''}] ${p.path ?? ''}: ${p.message}`.slice(0, 200)).join('\n') ||
    'no problems'
  );
}

function checkError(hostile: HostileCase, { code, message, stack }: NonNullable<MeasuredOutcome['error']>): void {
  if (code === undefined) throw new Error(`the scan failed with no code: ${stack}`);
  expect(message).not.toMatch(faults);
  expect(hostile.error, `unexpected ${code}: ${message}`).toBeDefined();
  expect(listed(hostile.error!.code), message).toContain(code);
  expect(errorCodes[code].exit).toBe(exitStatus.source);
  if (hostile.error!.says !== undefined) expect(matches(hostile.error!.says, message), message).toBe(true);
}

function checkReport(hostile: HostileCase, report: Report): void {
  const { problems, packages, coverage } = report;
  for (const problem of problems) expect(`${problem.code}: ${problem.message}`).not.toMatch(faults);
  const found = packages.map((pkg) => `${pkg.name}@${pkg.version}`);
  const isHarmless = hostile.harmless?.every((name) => found.includes(name)) === true;
  for (const expected of isHarmless ? [] : (hostile.problems ?? [])) {
    expect(
      problems.some((problem) => answers(expected, problem)),
      `wanted ${JSON.stringify(expected)}, got\n${brief(problems)}`,
    ).toBe(true);
  }
  for (const name of hostile.packages ?? []) expect(found, brief(problems)).toContain(name);
  if (hostile.exactly) expect([...found].sort(), brief(problems)).toEqual([...hostile.packages!].sort());
  for (const name of hostile.absent ?? []) expect(packages.map((pkg) => pkg.name)).not.toContain(name);
  if (hostile.files !== undefined) expect(coverage.files).toBe(hostile.files);
  // What rules cannot decide hides nothing, and is said of every source that tells little of itself.
  const unwanted = problems.filter((problem) => problem.code !== 'check.undecided' && isUnwanted(hostile, problem));
  expect(brief(unwanted)).toBe('no problems');
  expect(isReport(JSON.parse(JSON.stringify(report))), JSON.stringify(isReport.errors)).toBe(true);
  expect(coverage.complete).toBe(!problems.some(isIncomplete));
}

function isUnwanted(hostile: HostileCase, problem: Problem): boolean {
  if (hostile.silent === undefined) return false;
  if (hostile.silent !== 'all') return (hostile.silent as readonly ProblemCode[]).includes(problem.code);
  return !judging.test(problem.code) && !(hostile.problems ?? []).some((expected) => answers(expected, problem));
}

function check(hostile: HostileCase, { reports, error }: MeasuredOutcome): void {
  if (error !== undefined) {
    checkError(hostile, error);
    return;
  }
  expect(hostile.error === undefined || hostile.problems !== undefined, 'an error was expected').toBe(true);
  expect(reports.length).toBeGreaterThan(0);
  for (const report of reports) checkReport(hostile, report);
}

/** Makes tests of cases: each is scanned in a process that measures itself, and must end as the case says within its costs. */
export function describeCases(groups: readonly HostileGroup[]): void {
  /** What the cases cost, for the line at the end. */
  const costs: { readonly name: string; readonly cost: Cost }[] = [];

  describe.each(groups)('hostile input: $title', ({ cases }) => {
    it.for(cases)('$name', { timeout: 400_000 }, async (hostile, { skip }) => {
      skip(hostile.why !== undefined, hostile.why);

      const order = orderOf(hostile);
      const outcome = await measuredScan(order, hostile.openFiles).finally(hostile.after);
      // Together they would fill a disk.
      rmSync(order.stdin ?? order.reference.slice(hostile.scheme?.length ?? 0), { recursive: true, force: true });

      costs.push({ name: hostile.name, cost: outcome.cost });
      check(hostile, outcome);
      expect(outcome.cost.milliseconds).toBeLessThanOrEqual(allowed.milliseconds);
      expect(outcome.cost.peakBytes).toBeLessThanOrEqual(hostile.known?.peakBytes ?? allowed.peakBytes);
    });
  });

  afterAll(() => {
    endScans();
    for (const [what, unit, scale] of [
      ['milliseconds', 's', 1e3],
      ['peakBytes', 'MB', 1e6],
    ] as const) {
      const worst = [...costs].sort((a, b) => b.cost[what] - a.cost[what]).slice(0, 3);
      const texts = worst.map(({ name, cost }) => `${(cost[what] / scale).toFixed(1)} ${unit} (${name})`);
      process.stderr.write(`worst of ${costs.length} hostile cases: ${texts.join(', ')}\n`);
    }
  });
}
