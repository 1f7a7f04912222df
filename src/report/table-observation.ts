import type { Observation, ObservedPort } from '../model/observation.ts';
import { packageUses } from '../model/package-use.ts';
import type { Report } from '../model/report.ts';
import { columnLines } from './columns.ts';
import type { Page } from './page.ts';
import { countWords, listWords, numberWords, sizeWords } from './words.ts';

/** Items of one sort that are named. */
const NAMED = 12;

/** What a run of the image told. Nothing where it did not run. */
export function observationLines({ observation, packages }: Report, page: Page): string[] {
  if (observation === undefined) return [];
  return [
    ...runLines(observation, page),
    ...portLines(observation.ports, page),
    ...usedLines(observation, packages.length, page),
    ...contactLines(observation, page),
    ...driftLines(observation, page),
    ...proofLines(observation, page),
    ...watchedLines(observation, page),
  ];
}

function runLines({ cage, attempts, engine, milliseconds }: Observation, page: Page): string[] {
  const last = attempts.at(-1);
  const where = `${engine.name}; cage ${cage.profile}; watched for ${(milliseconds / 1000).toFixed(1)} s`;
  const lines = [page.paint('heading', 'RUN'), ...page.paragraph('  ', where)];
  for (const { outcome, reason, changes, exitCode, killedBy, milliseconds: after } of attempts) {
    const ended = [
      ...(exitCode === undefined ? [] : [`exit status ${exitCode}`]),
      ...(killedBy === undefined ? [] : [`killed: ${killedBy}`]),
    ];
    const with_ = changes.length === 0 ? '' : ` (${changes.join('; ')})`;
    const text = `${outcome} after ${(after / 1000).toFixed(1)} s: ${[reason, ...ended].join(', ')}${with_}`;
    lines.push(...page.paragraph('  - ', text, { lines: 4 }));
  }
  if (last !== undefined && (last.outcome === 'exited' || last.outcome === 'failed')) {
    for (const line of last.log.slice(-NAMED))
      lines.push(...page.paragraph('    | ', line, { lines: 2, tone: 'quiet' }));
  }
  return [...lines, ''];
}

function portLines(ports: readonly ObservedPort[], page: Page): string[] {
  if (ports.length === 0) return [page.paint('heading', 'PORTS'), '  nobody listens, and none is declared', ''];
  const rows = ports.map((port) => [
    page.fit(`  ${port.port}/${port.protocol}`, page.width),
    stateWords(port),
    page.fit(programWords(port), page.width),
    page.fit(ownerWords(port), page.width),
  ]);
  return [`${page.paint('heading', 'PORTS')}  ${numberWords(ports.length)}`, ...columnLines(rows, page.width), ''];
}

function stateWords({ state, declared, localOnly }: ObservedPort): string {
  if (state === 'dead') return 'declared, nobody listens';
  return `listens${localOnly ? ' (local only)' : ''}${declared ? '' : ', not declared'}`;
}

function programWords({ process, pid, user, uid, service }: ObservedPort): string {
  if (process === undefined && pid === undefined) return service?.name ?? '';
  const who = user ?? (uid === undefined ? undefined : `uid ${uid}`);
  const speaks = service === undefined ? '' : ` [${service.name}${service.encrypted === true ? ' over TLS' : ''}]`;
  return `${process ?? pid}${who === undefined ? '' : ` as ${who}`}${speaks}`;
}

function ownerWords({ package: owner, executable, state }: ObservedPort): string {
  if (owner !== undefined) return `${owner.name} ${owner.version}`;
  return state === 'dead' ? '' : `${executable ?? 'program unknown'}, of no package`;
}

function usedLines({ packagesInUse, untouched, coverage }: Observation, all: number, page: Page): string[] {
  if (coverage.tracer === 'none') return [];
  const head = `${page.paint('heading', 'PACKAGES IN USE')}  ${numberWords(packagesInUse.length)} of ${numberWords(all)}`;
  const lines = packageUses.flatMap((use) => {
    const names = packagesInUse.filter((one) => one.use === use).map(({ name, version }) => `${name} ${version}`);
    return names.length === 0 ? [] : page.paragraph(`  ${use.padEnd(10)}`, listWords(names, NAMED));
  });
  const heavy = untouched.map(({ name, version, bytes }) => `${name} ${version} (${sizeWords(bytes)})`);
  if (heavy.length > 0) lines.push(...page.paragraph('  untouched ', listWords(heavy, 5)));
  return [
    head,
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
  const programs = drift.filter(({ executable }) => executable === true).map(({ path }) => path);
  if (drift.length === 0) return [];
  const named = listWords(programs.length > 0 ? programs : drift.map(({ path }) => path), NAMED);
  const what = programs.length > 0 ? `${countWords(programs.length, 'new program')}: ` : '';
  return [
    `${page.paint('heading', 'FILES CHANGED')}  ${numberWords(drift.length)}`,
    ...page.paragraph('  ', `${what}${named}`, { lines: 6 }),
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
  const { coverage, processes, calls } = observation;
  const { tracer, version, reason, lost, undecoded, blindSpots, sockets } = coverage;
  const names = Object.keys(calls).length;
  const by =
    tracer === 'none'
      ? `no calls were watched: ${reason ?? 'the reason is not known'}`
      : `${numberWords(coverage.calls)} calls of ${countWords(names, 'name')} by ${tracer} ${version ?? ''}, ${numberWords(lost)} lost, ${numberWords(undecoded)} not decoded`;
  const text = `${by}; ${countWords(processes.length, 'process', 'processes')}; sockets read by ${sockets === 'none' ? 'nobody' : sockets}`;
  return [
    page.paint('heading', 'WATCHED'),
    ...page.paragraph('  ', text),
    ...usageLines(observation, page),
    ...blindSpots.flatMap((spot) => page.paragraph('  - ', spot, { lines: 3, tone: 'quiet' })),
    '',
  ];
}
