import { describe, expect, it } from 'vitest';
import { exitStatusOf, type Outcome, type ReportOutcome } from './exit-status.ts';

const clean: ReportOutcome = { shown: [], incomplete: false, advisoriesMissing: false, endOfLife: false };
const medium: ReportOutcome = { ...clean, shown: ['low', 'medium'] };
const incomplete: ReportOutcome = { ...clean, incomplete: true };
const unadvised: ReportOutcome = { ...clean, incomplete: true, advisoriesMissing: true };
const old: ReportOutcome = { ...medium, endOfLife: true };

describe('exitStatusOf', () => {
  it.each<[string, Outcome, number]>([
    ['nothing happened', {}, 0],
    ['a clean report', { reports: [clean] }, 0],
    ['findings that nobody asked to fail on', { reports: [medium] }, 0],
    ['findings above --fail-on', { reports: [medium], policy: { failOn: 'low' } }, 1],
    ['findings at --fail-on', { reports: [medium], policy: { failOn: 'medium' } }, 1],
    ['findings below --fail-on', { reports: [medium], policy: { failOn: 'high' } }, 0],
    [
      'unknown severity is below all others',
      { reports: [{ ...clean, shown: ['unknown'] }], policy: { failOn: 'negligible' } },
      0,
    ],
    [
      '--fail-on unknown takes every finding',
      { reports: [{ ...clean, shown: ['unknown'] }], policy: { failOn: 'unknown' } },
      1,
    ],
    ['--exit-code replaces the 1 of --fail-on', { reports: [medium], policy: { failOn: 'medium', exitCode: 17 } }, 17],
    [
      '--exit-code with --fail-on that does not apply',
      { reports: [medium], policy: { failOn: 'high', exitCode: 17 } },
      0,
    ],
    ['--exit-code alone: a finding that is shown', { reports: [medium], policy: { exitCode: 17 } }, 17],
    [
      '--exit-code alone: a finding of unknown severity',
      { reports: [{ ...clean, shown: ['unknown'] }], policy: { exitCode: 17 } },
      17,
    ],
    [
      '--exit-code alone with findings that are negligible',
      { reports: [{ ...clean, shown: ['negligible', 'negligible'] }], policy: { exitCode: 17 } },
      0,
    ],
    [
      '--exit-code with --fail-on negligible',
      { reports: [{ ...clean, shown: ['negligible'] }], policy: { failOn: 'negligible', exitCode: 17 } },
      17,
    ],
    ['--exit-code alone without findings', { reports: [clean], policy: { exitCode: 17 } }, 0],
    ['--exit-code 0 never fails', { reports: [medium], policy: { failOn: 'low', exitCode: 0 } }, 0],
    ['the second of two images has the finding', { reports: [clean, medium], policy: { failOn: 'low' } }, 1],
    ['end of life that nobody asked about', { reports: [old] }, 0],
    ['--exit-on-eol', { reports: [old], policy: { exitOnEol: 9 } }, 9],
    ['--exit-on-eol on a supported distribution', { reports: [medium], policy: { exitOnEol: 9 } }, 0],
    ['--exit-on-eol before findings', { reports: [old], policy: { exitOnEol: 9, failOn: 'low' } }, 9],
    ['incomplete without --require-complete', { reports: [incomplete] }, 0],
    ['incomplete with --require-complete', { reports: [incomplete], policy: { requireComplete: true } }, 4],
    ['complete with --require-complete', { reports: [clean], policy: { requireComplete: true } }, 0],
    [
      'incomplete before findings',
      { reports: [incomplete, medium], policy: { requireComplete: true, failOn: 'low' } },
      4,
    ],
    [
      'incomplete before end of life',
      { reports: [incomplete, old], policy: { requireComplete: true, exitOnEol: 9 } },
      4,
    ],
    ['no advisories without --require-complete', { reports: [unadvised] }, 0],
    ['no advisories with --fail-on', { reports: [clean, unadvised], policy: { failOn: 'critical' } }, 5],
    ['no advisories with --exit-code', { reports: [unadvised], policy: { exitCode: 17 } }, 5],
    ['no advisories with --exit-code 0', { reports: [unadvised], policy: { failOn: 'low', exitCode: 0 } }, 0],
    ['no advisories with --baseline', { reports: [unadvised], policy: { baseline: true } }, 5],
    ['no advisories before findings', { reports: [unadvised, medium], policy: { failOn: 'low' } }, 5],
    [
      'no advisories with --allow-incomplete: findings',
      { reports: [unadvised, medium], policy: { failOn: 'low', allowIncomplete: true } },
      1,
    ],
    [
      'no advisories with --allow-incomplete: nothing found',
      { reports: [unadvised], policy: { failOn: 'low', baseline: true, allowIncomplete: true } },
      0,
    ],
    [
      '--require-complete before --allow-incomplete',
      { reports: [unadvised], policy: { requireComplete: true, allowIncomplete: true } },
      5,
    ],
    ['no advisories before incomplete', { reports: [unadvised], policy: { requireComplete: true } }, 5],
    ['a db command without a usable database', { errors: ['advisories.unusable'] }, 5],
    ['a feed that cannot be reached', { errors: ['feed.unreachable'] }, 5],
    ['one of two images not found', { errors: ['source.not-found'], reports: [medium], policy: { failOn: 'low' } }, 3],
    [
      'source before advisories',
      { errors: ['source.unreadable'], reports: [unadvised], policy: { requireComplete: true } },
      3,
    ],
    ['usage before source', { errors: ['source.not-found', 'output.not-writable'] }, 2],
    ['a bad flag', { errors: ['usage.option'] }, 2],
    ['fault before usage', { errors: ['usage.option', 'fault'] }, 70],
    ['SIGINT before everything', { signal: 'SIGINT', errors: ['fault'] }, 130],
    ['SIGTERM before everything', { signal: 'SIGTERM', errors: ['fault'], reports: [medium] }, 143],
    ['an interruption that came as an error', { errors: ['interrupted', 'fault'] }, 130],
  ])('%s', (_, outcome, status) => {
    expect(exitStatusOf(outcome)).toBe(status);
  });
});
