import { readProvenance } from '../../advisories/artefact/installed.ts';
import { type AdvisoryDatabase, openAdvisories } from '../../advisories/database.ts';
import { openRules } from '../../contents/yara/open-rules.ts';
import { readTexts } from '../../contents/yara/shared-rules.ts';
import type { ScanContext } from '../../context.ts';
import { AdvisoriesError } from '../../errors.ts';
import type { AdvisoryStatus } from '../../model/advisory.ts';
import { type CheckSettings, STARTER } from '../../model/check.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { countWords, daysBetween, dayWords, listWords, numberWords } from '../../report/words.ts';
import type { DoctorLine } from './doctor-line.ts';
import { type CanaryScans, scanWith } from './scan-canaries.ts';

/** Days after which a scan says that advisories are old. */
const OLD_ADVISORIES = 7;
/** Days after which rules that somebody installed are worth an update: their publishers change them every month or oftener. */
const OLD_RULES = 60;
/** Names of what is wrong that are told one by one. */
const NAMED = 3;

/** The advisory database at `file`: its age, where it came from, and whether it judges what it should. */
export async function lookAtAdvisories(
  file: string,
  ecosystems: readonly Ecosystem[],
  context: ScanContext,
): Promise<readonly DoctorLine[]> {
  const line = { id: 'advisories', group: 'data', title: 'Advisory database' } as const;
  let database: AdvisoryDatabase;
  try {
    database = await openAdvisories(file);
  } catch (error) {
    if (!(error instanceof AdvisoriesError)) throw error;
    if (error.code === 'advisories.missing') {
      const advice =
        'Run "drydock db update", or without a network "drydock db import FOLDER". A scan fetches what it needs, where it may.';
      return [{ ...line, state: 'absent', detail: `there is none at ${file}`, advice }];
    }
    return [
      { ...line, state: 'failed', detail: error.message, advice: 'Remove the file, then run "drydock db update".' },
    ];
  }
  try {
    const status = database.status();
    const origin = await readProvenance(file);
    const lines: DoctorLine[] = [{ ...line, ...ageOf(status, context.now, file) }];
    if (origin !== undefined) lines.push(originLine(origin, context.now));
    lines.push(clockLine(status, origin?.created, context.now), await ownMatching(database, ecosystems, context));
    return lines;
  } finally {
    database.close();
  }
}

function ageOf({ feeds }: AdvisoryStatus, now: Date, file: string): Pick<DoctorLine, 'state' | 'detail' | 'advice'> {
  const read = feeds.flatMap(({ name, updatedAt }) => (updatedAt === undefined ? [] : [{ name, updatedAt }]));
  const update = 'Run "drydock db update".';
  if (read.length === 0) return { state: 'absent', detail: `${file} has no feed yet`, advice: update };
  const old = read.filter(({ updatedAt }) => (daysBetween(updatedAt, now.toISOString()) ?? 0) >= OLD_ADVISORIES);
  const failed = feeds.filter(({ failure }) => failure !== undefined);
  const newest = read
    .map(({ updatedAt }) => updatedAt)
    .toSorted()
    .at(-1)!;
  const what = `${countWords(read.length, 'feed')}, the youngest of ${dayWords(newest)}, in ${file}`;
  const names = (list: readonly { readonly name: string }[]) =>
    listWords(
      list.map(({ name }) => name),
      NAMED,
    );
  const wrong = [
    ...(old.length > 0 ? [`older than ${OLD_ADVISORIES} days: ${names(old)}`] : []),
    ...(failed.length > 0 ? [`could not be fetched the last time: ${names(failed)}`] : []),
  ];
  if (wrong.length === 0) return { state: 'ok', detail: what };
  return { state: 'attention', detail: [what, ...wrong].join('; '), advice: update };
}

function originLine(origin: NonNullable<Awaited<ReturnType<typeof readProvenance>>>, now: Date): DoctorLine {
  const line = { id: 'advisories-artefact', group: 'data', title: 'Where the advisory database is from' } as const;
  const { version, created, expires, key, updatedSince } = origin;
  const signed = key === undefined ? 'not signed' : `signed by ${key}`;
  const detail = `artefact, version ${version} of ${dayWords(created)}, ${signed}${updatedSince ? ', updated from feeds since' : ''}`;
  if (Date.parse(expires) > now.getTime()) return { ...line, state: 'ok', detail };
  const advice =
    'Its publisher should have a newer one ("drydock db pull REFERENCE"); that there is none may be an attack.';
  return { ...line, state: 'attention', detail: `${detail}; to be believed until ${dayWords(expires)}`, advice };
}

/** A minute is no reason to worry: clocks of two machines differ. */
const SLACK = 60_000;

function clockLine({ feeds }: AdvisoryStatus, created: string | undefined, now: Date): DoctorLine {
  const line = { id: 'clock', group: 'machine', title: 'Clock' } as const;
  const moments = [...feeds.map(({ updatedAt }) => updatedAt), created].flatMap((moment) => moment ?? []);
  const latest = moments.reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b), moments[0] ?? now.toISOString());
  if (Date.parse(latest) <= now.getTime() + SLACK) {
    return { ...line, state: 'ok', detail: `${now.toISOString()}, after all dates of the advisory database` };
  }
  const advice = 'Set the clock: by a wrong one, signatures, expiries and end of life are judged wrongly.';
  return {
    ...line,
    state: 'failed',
    detail: `it says ${now.toISOString()}, but advisories were read at ${latest}`,
    advice,
  };
}

/** Old lodash, which whoever knows npm must know: the database is asked as a scan asks it. */
async function ownMatching(
  database: AdvisoryDatabase,
  ecosystems: readonly Ecosystem[],
  context: ScanContext,
): Promise<DoctorLine> {
  const line = {
    id: 'matching-npm',
    group: 'data',
    title: 'Vulnerabilities of npm, by the advisory database',
  } as const;
  if (!database.hasNamespace('npm')) {
    const advice = 'Run "drydock db update", or let a scan of an image with such packages fetch it.';
    return { ...line, state: 'absent', detail: 'it has no feed that knows npm', advice };
  }
  const scan = await scanWith(database, ecosystems, context);
  const found = 'report' in scan ? scan.report.findings.find(({ package: pkg }) => pkg?.name === 'lodash') : undefined;
  if (found !== undefined) return { ...line, state: 'ok', detail: `${found.id} of ${found.package?.purl ?? ''}` };
  const why = 'failure' in scan ? scan.failure : 'it knows nothing of lodash 4.17.20, which has vulnerabilities';
  const advice = 'Make the database anew: "drydock db build".';
  return { ...line, state: 'failed', detail: why, advice };
}

/** Every set of rules that a scan would use: how old it is, and whether the engines could use it. */
export function lookAtRules(
  { ruleSets, ruleProblems = [], compiled }: CheckSettings,
  { alpine }: Pick<CanaryScans, 'alpine'>,
  now: Date,
): readonly DoctorLine[] {
  const problems = 'report' in alpine ? alpine.report.problems : [];
  const unusable = problems.filter(({ code }) => code === 'rules.unusable' || code === 'content.unjudged');
  const lines = ruleSets.map((set): DoctorLine => {
    const line = { id: `rules-${set.name}`, group: 'data', title: `Rules ${set.name}` } as const;
    const wrong = unusable.find(({ message }) => message.includes(set.name));
    if (wrong !== undefined) {
      const advice = `Have it anew ("drydock rules update ${set.name}"), or leave it out (--rules).`;
      return { ...line, state: 'failed', detail: wrong.message, advice };
    }
    const what = `${set.kind}, ${countWords(set.files.length, 'file')}${set.updatedAt === undefined ? '' : ` of ${dayWords(set.updatedAt)}`}`;
    const lost = yaraLosses(set, compiled);
    if (lost !== undefined) return { ...line, ...lost };
    const days = set.updatedAt === undefined ? undefined : daysBetween(set.updatedAt, now.toISOString());
    if (set.name !== STARTER && days !== undefined && days >= OLD_RULES) {
      return {
        ...line,
        state: 'attention',
        detail: `${what}: ${days} days old`,
        advice: 'Run "drydock rules update".',
      };
    }
    return { ...line, state: 'ok', detail: `${what}${clamavWords(set, alpine)}` };
  });
  const lost = ruleProblems.map((problem, i): DoctorLine => {
    const advice = 'Remove the set, or have it anew: "drydock rules status".';
    return { id: `rules-lost-${i}`, group: 'data', title: 'Rules', state: 'failed', detail: problem, advice };
  });
  const clamav = ruleSets.some(({ kind }) => kind === 'clamav');
  const hint: DoctorLine = {
    id: 'rules-clamav',
    group: 'data',
    title: 'Signatures of ClamAV',
    state: 'absent',
    detail: 'no set of them is used',
    advice: 'If you want them: "drydock rules import FOLDER" takes those of freshclam, --clamd asks a running ClamAV.',
  };
  return [...lines, ...lost, ...(clamav ? [] : [hint])];
}

/** What does not compile of somebody's own rules; those that come with Drydock had to speak of the canaries. */
function yaraLosses(
  { name, kind, files, digest }: CheckSettings['ruleSets'][number],
  compiled: string | undefined,
): Pick<DoctorLine, 'state' | 'detail' | 'advice'> | undefined {
  if (kind !== 'yara' || name === STARTER) return undefined;
  try {
    const { rules, count, lost, losses } = openRules({ digest, read: () => readTexts(files) }, {}, compiled);
    rules.close();
    if (count > 0 && lost === 0) return undefined;
    const [first] = losses;
    const why = first === undefined ? '' : `: ${first.file}, line ${first.line}: ${first.reason}`;
    const detail = `${countWords(count, 'rule')} of use, ${numberWords(lost)} lost${why}`;
    return {
      state: count === 0 ? 'failed' : 'attention',
      detail,
      advice: 'Mend them, or leave the set out (--rules).',
    };
  } catch (error) {
    return {
      state: 'failed',
      detail: (error as Error).message,
      advice: 'Have the set anew, or leave it out (--rules).',
    };
  }
}

/** Whether signatures found the test file, which the main set of ClamAV has; those of others need not. */
function clamavWords({ name, kind }: CheckSettings['ruleSets'][number], alpine: CanaryScans['alpine']): string {
  if (kind !== 'clamav') return '';
  const witnesses = 'report' in alpine ? alpine.report.findings.flatMap(({ witnesses: all = [] }) => all) : [];
  const found = witnesses.find(({ engine, set }) => engine === 'clamav' && set === name);
  return found === undefined ? '; says nothing of the test file of EICAR' : `; finds ${found.rule}`;
}
