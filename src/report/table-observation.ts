import type { Observation, ObservedPort, RunAttempt, RunOutcome } from '../model/observation.ts';
import { packageUses } from '../model/package-use.ts';
import type { Report } from '../model/report.ts';
import { columnLines } from './columns.ts';
import type { Page } from './page.ts';
import { countWords, listWords, numberWords, sizeWords } from './words.ts';

/** Items of one sort that are named. */
const NAMED = 12;

/** Ports that are named. */
const MOST_PORTS = 40;

/** What a run came to, and which ports it has: what is read first. Nothing where it did not run. */
export function runningLines({ observation }: Report, page: Page): string[] {
  if (observation === undefined) return [];
  return [...runLines(observation, page), ...portLines(observation.ports, page)];
}

/** What else a run told: what it used, called and changed, what further runs proved, and who watched. */
export function observationLines({ observation, packages }: Report, page: Page): string[] {
  if (observation === undefined) return [];
  return [
    ...usedLines(observation, packages.length, page),
    ...contactLines(observation, page),
    ...driftLines(observation, page),
    ...proofLines(observation, page),
    ...watchedLines(observation, page),
  ];
}

const outcomeWords: Readonly<Record<RunOutcome, string>> = {
  listening: 'it listens',
  healthy: 'it is healthy',
  running: 'it runs',
  exited: 'IT ENDED',
  failed: 'IT DID NOT START',
};

function runLines({ cage, attempts, engine, milliseconds, processes }: Observation, page: Page): string[] {
  const last = attempts.at(-1);
  const came = last === undefined ? '' : `  ${outcomeWords[last.outcome]} after ${seconds(last.milliseconds)}`;
  const where = cage.profile === 'none' ? 'not in a cage' : `in the cage "${cage.profile}"`;
  const lines = [
    `${page.paint('heading', 'RUN')}${came}`,
    ...page.paragraph('  ', `watched for ${seconds(milliseconds)} ${where}, at ${engine.name}`),
  ];
  const programs = [...new Set(processes.map(({ name, executable }) => executable?.split('/').at(-1) ?? name))];
  if (programs.length > 0) lines.push(...page.paragraph('  programs: ', listWords(programs, NAMED), { lines: 3 }));
  const isPlain = attempts.length === 1 && last?.changes.length === 0 && cameUp(last);
  for (const attempt of isPlain ? [] : attempts) {
    lines.push(...page.paragraph('  - ', attemptWords(attempt), { lines: 4 }));
  }
  if (last !== undefined && !cameUp(last)) {
    for (const line of last.log.slice(-NAMED))
      lines.push(...page.paragraph('    | ', line, { lines: 2, tone: 'quiet' }));
    const hint = 'What it needs (variables, files, a command) is given in a run profile: --run-profile FILE.';
    lines.push(...page.paragraph('  -> ', hint));
  }
  return [...lines, ''];
}

function cameUp({ outcome }: RunAttempt): boolean {
  return outcome !== 'exited' && outcome !== 'failed';
}

function attemptWords({ outcome, reason, changes, exitCode, killedBy, milliseconds }: RunAttempt): string {
  const ended = [
    ...(exitCode === undefined ? [] : [`exit status ${exitCode}`]),
    ...(killedBy === undefined ? [] : [`killed: ${killedBy}`]),
  ];
  const with_ = changes.length === 0 ? '' : ` (${changes.join('; ')})`;
  return `${outcome} after ${seconds(milliseconds)}: ${[reason, ...ended].join(', ')}${with_}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function portLines(ports: readonly ObservedPort[], page: Page): string[] {
  if (ports.length === 0) return [page.paint('heading', 'PORTS'), '  nobody listens, and none is declared', ''];
  const shown = ports.slice(0, MOST_PORTS);
  const rows = shown.map((port) => [
    `  ${page.fit(`${port.port}/${port.protocol}`, page.width)}`,
    stateWords(port),
    page.fit(ownerWords(port), page.width),
    page.fit(programWords(port), page.width),
  ]);
  const listening = ports.filter(({ state }) => state === 'listening').length;
  const head = `${numberWords(listening)} listening${listening === ports.length ? '' : ` of ${numberWords(ports.length)}`}`;
  return [
    `${page.paint('heading', 'PORTS')}  ${head}`,
    ...columnLines(rows, page.width),
    ...(ports.length > shown.length ? [`  ${numberWords(ports.length - shown.length)} more: -f json`] : []),
    '',
  ];
}

function stateWords({ state, declared, localOnly, seenBy }: ObservedPort): string {
  if (state === 'dead') return 'declared, nobody listens';
  if (state === 'unknown') return 'declared, nobody could look';
  return `${seenBy === 'trace' ? 'listened for a moment' : 'listens'}${localOnly ? ' (local only)' : ''}${declared ? '' : ', not declared'}`;
}

function programWords({ process, pid, user, uid, service }: ObservedPort): string {
  if (process === undefined && pid === undefined) return service?.name ?? '';
  const who = whoWords(user, uid);
  const speaks = service === undefined ? '' : ` [${service.name}${service.encrypted === true ? ' over TLS' : ''}]`;
  return `${process ?? pid}${who === undefined ? '' : ` as ${who}`}${speaks}`;
}

/** Names are the image's: root by another name is told as what it is. */
function whoWords(user: string | undefined, uid: number | undefined): string | undefined {
  if (uid === 0 && user !== 'root') return user === undefined ? 'root' : `root (uid 0, named ${user})`;
  if (uid !== undefined && uid !== 0 && user === 'root') return `uid ${uid} (named root)`;
  return user ?? (uid === undefined ? undefined : `uid ${uid}`);
}

function ownerWords({ package: owner, executable, state }: ObservedPort): string {
  if (owner !== undefined) return `${owner.name} ${owner.version}`;
  return state !== 'listening' ? '' : `${executable ?? 'program unknown'}, of no package`;
}

function usedLines({ packagesInUse, untouched, coverage }: Observation, all: number, page: Page): string[] {
  // Without a tracer only what was looked at now and then is known: nothing that is not there is unused.
  const isWhole = coverage.tracer === 'strace';
  if (all === 0 || (!isWhole && packagesInUse.length === 0)) return [];
  const count = `${isWhole ? '' : 'at least '}${numberWords(packagesInUse.length)} of ${numberWords(all)}`;
  const lines = packageUses.flatMap((use) => {
    const names = packagesInUse.filter((one) => one.use === use).map(({ name, version }) => `${name} ${version}`);
    return names.length === 0 ? [] : page.paragraph(`  ${use.padEnd(10)}`, listWords(names, NAMED));
  });
  const heavy = untouched.map(({ name, version, bytes }) => `${name} ${version} (${sizeWords(bytes)})`);
  if (isWhole && heavy.length > 0) lines.push(...page.paragraph('  untouched ', listWords(heavy, 5)));
  return [
    `${page.paint('heading', 'PACKAGES IN USE')}  ${count}`,
    ...lines,
    ...page.paragraph('  ', 'Others may be used another time: not seen never means safe.', { tone: 'quiet' }),
    '',
  ];
}

function contactLines({ contacts }: Observation, page: Page): string[] {
  if (contacts.length === 0) return [];
  const words = contacts.map(({ name, address, port }) => {
    const place = address === undefined ? '' : `${address}${port === undefined ? '' : `:${port}`}`;
    return name === undefined ? place : place === '' ? name : `${name} (${place})`;
  });
  return [
    `${page.paint('heading', 'CONTACTS')}  ${numberWords(contacts.length)}`,
    ...page.paragraph('  ', listWords(words, NAMED), { lines: 6 }),
    '',
  ];
}

function driftLines({ drift }: Observation, page: Page): string[] {
  if (drift.length === 0) return [];
  const programs = drift.filter(({ executable }) => executable === true);
  const ran = (['added', 'changed', 'removed'] as const).flatMap((change) => {
    const paths = programs.filter((one) => one.change === change).map(({ path }) => path);
    const kind = change === 'added' ? 'new program' : `${change} program`;
    return paths.length === 0 ? [] : [`${countWords(paths.length, kind)}: ${listWords(paths, NAMED)}`];
  });
  const what =
    ran.length > 0
      ? ran.join('; ')
      : listWords(
          drift.map(({ path }) => path),
          NAMED,
        );
  return [
    `${page.paint('heading', 'FILES CHANGED')}  ${numberWords(drift.length)}`,
    ...page.paragraph('  ', what, { lines: 6 }),
    '',
  ];
}

function proofLines({ proofs }: Observation, page: Page): string[] {
  if (proofs === undefined) return [];
  const { seccomp, advice, runs } = proofs;
  const profile = `a seccomp profile of ${countWords(seccomp.calls.length, 'call')} is ${seccomp.proven ? 'proven' : 'NOT proven'}: ${seccomp.reason}`;
  const lines = [profile, ...advice.map(({ text, flags }) => `${text} ${flags.join(' ')}`.trim())];
  return [
    `${page.paint('heading', 'PROVEN')}  by ${countWords(runs, 'run')}`,
    ...lines.flatMap((line) => page.paragraph('  - ', line, { lines: 4 })),
    '',
  ];
}

/** The most that it used, and what happened to it. */
function usageLines({ resources, engineEvents = [] }: Observation, page: Page): string[] {
  const { memoryPeakBytes, memoryLimitBytes, processesPeak, cpuPeak, cpuSeconds } = resources ?? {};
  const limit = memoryLimitBytes === undefined ? '' : ` of ${sizeWords(memoryLimitBytes)}`;
  const words = [
    ...(memoryPeakBytes === undefined ? [] : [`memory ${sizeWords(memoryPeakBytes)}${limit}`]),
    ...(processesPeak === undefined ? [] : [countWords(processesPeak, 'thread')]),
    ...(cpuPeak === undefined ? [] : [`${cpuPeak.toFixed(2)} processors`]),
    ...(cpuSeconds === undefined ? [] : [`${cpuSeconds.toFixed(1)} s of processor in all`]),
  ];
  const events = engineEvents.map(
    ({ kind, text, count }) =>
      `${eventWords[kind]}${text === undefined ? '' : `: ${text}`}${count === 1 ? '' : ` (${numberWords(count)} times)`}`,
  );
  return [
    ...(words.length === 0 ? [] : page.paragraph('  ', `used at the most: ${words.join(', ')}`)),
    ...events.slice(0, NAMED).flatMap((event) => page.paragraph('  - ', event, { lines: 2 })),
  ];
}

const eventWords = {
  exec: 'started from outside',
  end: 'it ended',
  memory: 'a process was ended for lack of memory',
  health: 'health',
} as const;

function watchedLines(observation: Observation, page: Page): string[] {
  const { coverage, processes, calls, cage, attempts, proofs } = observation;
  const { tracer, version, reason, lost, undecoded, blindSpots, sockets } = coverage;
  const names = Object.keys(calls).length;
  const by =
    tracer === 'none'
      ? `no calls were watched: ${reason ?? 'the reason is not known'}`
      : `${countWords(coverage.calls, 'call')} of ${countWords(names, 'name')} by ${[tracer, version].join(' ').trim()}, ${numberWords(lost)} lost, ${numberWords(undecoded)} not decoded`;
  const text = `${by}; ${countWords(processes.length, 'process', 'processes')}; sockets read by ${sockets === 'none' ? 'nobody' : sockets}`;
  const last = attempts.at(-1);
  const isProvable = last !== undefined && cameUp(last) && tracer !== 'none' && proofs === undefined;
  return [
    page.paint('heading', 'WATCHED'),
    ...page.paragraph('  ', text),
    ...usageLines(observation, page),
    ...page.paragraph('  not seen: ', sentences(blindSpots), { tone: 'quiet' }),
    ...page.paragraph('  the cage: ', sentences(cage.allows), { tone: 'quiet' }),
    ...page.paragraph(
      '  -> ',
      `-f json has all of it.${isProvable ? ' --prove finds out which rights it needs.' : ''}`,
    ),
    '',
  ];
}

/** One text of several, each of which may lack its end. */
function sentences(parts: readonly string[]): string {
  return parts.map((part) => (/[.!?]$/.test(part) ? part : `${part}.`)).join(' ');
}
