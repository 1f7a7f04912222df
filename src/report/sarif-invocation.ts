import { compareText } from '../model/order.ts';
import { isIncomplete, type Problem, type ProblemCode, problemCodes } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { SarifLocations } from './sarif-locations.ts';
import type { SarifLevel } from './sarif-severity.ts';
import { plainLine } from './sarif-text.ts';
import { countWords, numberWords } from './words.ts';

/** Notifications that a run has room for. */
const NOTIFICATIONS = 1000;

/** Runs of a file that GitHub takes. None is left out, since none is less urgent. */
const RUNS = 20;

/** What of the findings is not among the results, and why. */
export interface LeftOut {
  /** Of the document. */
  readonly runs: number;
  /** By filters: `--severity`, `--ignore-unfixed`. */
  readonly hidden: number;
  /** Accepted by a policy, or ruled out by VEX. */
  readonly accepted: number;
  /** More than code hosts take. */
  readonly surplus: number;
}

/**
 * Problems after which findings may be missing in great number. A code host that takes such a run closes alerts that
 * only were not looked for; where the run says that it failed, it leaves them open.
 */
const failures: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'advisories.missing',
  'advisories.starter',
  'analyzer.failed',
  'image.layer-missing',
  'image.layer-unreadable',
  'image.no-layers',
  'judge.failed',
  'layer.damaged',
  'layer.limit',
  'layer.truncated',
  'scan.timeout',
]);

interface Notification {
  readonly id: string;
  readonly level: SarifLevel;
  readonly text: string;
  readonly path?: string | undefined;
}

/** How a scan went (SARIF 2.1.0, 3.20), and the descriptions of what it notifies of (3.19.26). */
export interface SarifInvocation {
  readonly invocation: object;
  readonly descriptors: readonly object[];
}

export function invocationOf(report: Report, leftOut: LeftOut): SarifInvocation {
  const locations = new SarifLocations(report);
  const problems = report.problems.map(notificationOf);
  const surplus = problems.length - NOTIFICATIONS;
  const notifications = [
    ...leftOutNotifications(leftOut),
    ...problems.slice(0, NOTIFICATIONS),
    ...(surplus > 0
      ? [
          {
            id: 'problems.more',
            level: 'warning' as const,
            text: `${countWords(surplus, 'more problem')} are not named.`,
          },
        ]
      : []),
  ];
  const ids = [...new Set(notifications.map(({ id }) => id))].sort(compareText);
  return {
    invocation: {
      executionSuccessful: !report.problems.some(({ code }) => failures.has(code)),
      endTimeUtc: report.createdAt,
      ...(notifications.length > 0 && {
        toolExecutionNotifications: notifications.map(({ id, level, text, path }) => {
          const location = path === undefined ? undefined : locations.ofPath(path);
          return {
            descriptor: { id, index: ids.indexOf(id) },
            level,
            message: { text },
            ...(location !== undefined && { locations: [location] }),
          };
        }),
      }),
    },
    // GitHub's validator wants all three of notifications, too.
    descriptors: ids.map((id) => {
      const text = meanings.get(id)!;
      return { id, shortDescription: { text }, fullDescription: { text }, help: { text } };
    }),
  };
}

function notificationOf(problem: Problem): Notification {
  const { code, message, layer, path } = problem;
  const place = [...(layer === undefined ? [] : [`layer ${layer}`]), ...(path === undefined ? [] : [path])];
  return {
    id: code,
    level: failures.has(code) ? 'error' : isIncomplete(problem) ? 'warning' : 'note',
    text: plainLine(`${message}${place.length === 0 ? '' : ` (${place.join(', ')})`}`),
    path,
  };
}

function leftOutNotifications({ runs, hidden, accepted, surplus }: LeftOut): readonly Notification[] {
  const say = (count: number, id: string, level: SarifLevel, which: string, why: string): readonly Notification[] => {
    const text = `${countWords(count, `${which} finding`)} ${count === 1 ? 'is' : 'are'} left out: ${why}.`;
    return count === 0 ? [] : [{ id, level, text }];
  };
  return [
    ...(runs > RUNS ? [{ id: 'runs.surplus', level: 'warning' as const, text: runsText(runs) }] : []),
    ...say(surplus, 'results.surplus', 'warning', 'less urgent', 'code hosts take no more'),
    ...say(accepted, 'results.accepted', 'note', 'accepted', '--show-suppressed adds what is accepted'),
    ...say(hidden, 'results.hidden', 'note', 'further', '--severity or --ignore-unfixed did not ask for more'),
  ];
}

function runsText(runs: number): string {
  return `The file has ${numberWords(runs)} runs, and GitHub takes no more than ${RUNS} of one file: scan fewer images at a time.`;
}

const meanings: ReadonlyMap<string, string> = new Map([
  ...Object.entries(problemCodes).map(([code, { meaning }]) => [code, meaning] as const),
  ['problems.more', 'There are more problems than this run has room for.'],
  ['runs.surplus', 'There are more runs in the file than code hosts take.'],
  ['results.surplus', 'There are more findings than code hosts take.'],
  ['results.accepted', 'Findings that a policy accepts or VEX rules out are no results.'],
  ['results.hidden', 'Findings that were not asked for are no results.'],
]);
