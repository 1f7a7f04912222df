import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, statfsSync, unlinkSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { readProvenance } from '../../advisories/artefact/installed.ts';
import { type AdvisoryDatabase, openAdvisories } from '../../advisories/database.ts';
import { AdvisoriesError, UsageError } from '../../errors.ts';
import type { AdvisoryStatus } from '../../model/advisory.ts';
import type { CheckSettings } from '../../model/check.ts';
import type { EngineKind } from '../../net/container-engine/addresses.ts';
import { connectEngine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { whyNotOwn } from '../../reading/own-folder.ts';
import { countWords, daysBetween, dayWords, listWords, sizeWords } from '../../report/words.ts';
import type { CommandIo } from '../command.ts';
import type { DoctorLine } from './doctor-line.ts';

type Result = Pick<DoctorLine, 'state' | 'detail' | 'advice'>;

/** Days after which a scan says that advisories are old. */
const OLD_ADVISORIES = 7;
/** Days after which rules that somebody installed are worth an update: their publishers change them every month or oftener. */
const OLD_RULES = 60;
/** Names of what is wrong that are told one by one. */
const NAMED = 3;

export function lookAtNode(): DoctorLine {
  const { versions, platform, arch } = process;
  const detail = `${versions.node}, ${platform}-${arch}, ${availableParallelism()} processors, ${sizeWords(totalmem())} of memory`;
  return { id: 'node', title: 'Node.js', state: 'ok', detail };
}

/** The advisory database at `file`: its age, and where it came from. */
export async function lookAtAdvisories(file: string, now: Date): Promise<readonly DoctorLine[]> {
  const line = { id: 'advisories', title: 'Advisory database' };
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
    const origin = await readProvenance(file);
    return [
      { ...line, ...ageOf(database.status(), now, file) },
      ...(origin === undefined ? [] : [originLine(origin, now)]),
    ];
  } finally {
    database.close();
  }
}

function ageOf({ feeds }: AdvisoryStatus, now: Date, file: string): Result {
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
  const line = { id: 'advisories-artefact', title: 'Where the advisory database is from' };
  const { version, created, expires, key, updatedSince } = origin;
  const signed = key === undefined ? 'not signed' : `signed by ${key}`;
  const detail = `artefact, version ${version} of ${dayWords(created)}, ${signed}${updatedSince ? ', updated from feeds since' : ''}`;
  if (Date.parse(expires) > now.getTime()) return { ...line, state: 'ok', detail };
  const advice =
    'Its publisher should have a newer one ("drydock db pull REFERENCE"); that there is none may be an attack.';
  return { ...line, state: 'attention', detail: `${detail}; to be believed until ${dayWords(expires)}`, advice };
}

/** Every set of rules that a scan would use and how old it is, and those that it cannot use. */
export function lookAtRules({ ruleSets, ruleProblems = [] }: CheckSettings, now: Date): readonly DoctorLine[] {
  const lines = ruleSets.map(({ name, kind, files, updatedAt }): DoctorLine => {
    const line = { id: `rules-${name}`, title: `Rules ${name}` };
    const what = `${kind}, ${countWords(files.length, 'file')}${updatedAt === undefined ? '' : ` of ${dayWords(updatedAt)}`}`;
    const days = updatedAt === undefined ? 0 : (daysBetween(updatedAt, now.toISOString()) ?? 0);
    if (days < OLD_RULES) return { ...line, state: 'ok', detail: what };
    const advice = 'Run "drydock rules update".';
    return { ...line, state: 'attention', detail: `${what}: ${days} days old`, advice };
  });
  const lost = ruleProblems.map((problem, i): DoctorLine => {
    const advice = 'Remove the set, or have it anew: "drydock rules status".';
    return { id: `rules-lost-${i}`, title: 'Rules', state: 'failed', detail: problem, advice };
  });
  if (lines.length + lost.length > 0) return [...lines, ...lost];
  return [{ id: 'rules', title: 'Rules', state: 'absent', detail: 'no set of them is used' }];
}

/** Bytes of room below which work will fail soon, and below which it may. */
const HARDLY_ROOM = 100_000_000;
const LITTLE_ROOM = 2_000_000_000;

/** Whether the cache can be written, is believed, and has room. */
export function lookAtCache(folder: string): DoctorLine {
  const line = { id: 'cache', title: 'Cache folder' };
  const advice = 'Name another one: --cache-dir.';
  // What is not there yet is made in the nearest folder that is.
  let existing = path.resolve(folder);
  while (!existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  const why = existing === path.resolve(folder) ? whyNotOwn(folder) : undefined;
  if (why !== undefined) return { ...line, state: 'failed', detail: `${folder} is not believed: ${why}`, advice };
  const probe = path.join(existing, `.drydock-doctor-${process.pid}-${randomBytes(6).toString('hex')}`);
  let free: number;
  try {
    closeSync(openSync(probe, 'wx', 0o600));
    unlinkSync(probe);
    const { bavail, bsize } = statfsSync(existing);
    free = bavail * bsize;
  } catch (error) {
    return { ...line, state: 'failed', detail: `${folder} cannot be written: ${(error as Error).message}`, advice };
  }
  const detail = `${folder}, ${sizeWords(free)} free`;
  if (free >= LITTLE_ROOM) return { ...line, state: 'ok', detail };
  const state = free < HARDLY_ROOM ? 'failed' : 'attention';
  return { ...line, state, detail, advice: 'Make room, or take another folder.' };
}

/** Docker and Podman: neither is needed to scan files and registries. */
export async function lookAtEngine(
  kind: EngineKind,
  { environment, signal }: Pick<CommandIo, 'environment' | 'signal'>,
  offline: boolean,
): Promise<DoctorLine> {
  const line = { id: `engine-${kind}`, title: kind === 'docker' ? 'Docker' : 'Podman' };
  // One that does not answer is not waited for as long as a scan would.
  const timeouts = { connectMs: 3000, headersMs: 5000, idleMs: 5000 };
  try {
    const { name, version, apiVersion } = await connectEngine(kind, { environment, offline, signal, timeouts });
    const detail = `${name}${version === undefined ? '' : `, version ${version}`}, API ${apiVersion}`;
    return { ...line, state: 'ok', detail };
  } catch (error) {
    if (error instanceof UsageError) {
      return { ...line, state: 'failed', detail: error.message, advice: 'Mend the setting that it names.' };
    }
    if (!(error instanceof EngineError)) throw error;
    const named = kind === 'docker' ? environment['DOCKER_HOST'] : environment['CONTAINER_HOST'];
    if (error.failure === 'no-engine' && (named === undefined || named === '')) {
      const advice = 'Nothing to do, unless images that an engine has are to be scanned or run.';
      return { ...line, state: 'absent', detail: 'none answers in the usual places', advice };
    }
    if (error.failure === 'offline') return { ...line, state: 'absent', detail: error.message };
    const advice = 'Images of this engine cannot be scanned until it answers.';
    return { ...line, state: 'attention', detail: error.message, advice };
  }
}
