import { createHash } from 'node:crypto';
import type { LockOptions } from '../advisories/lock.ts';
import { noProgress, type Progress } from '../context.ts';
import { type DrydockError, FeedError, FormatError, LimitError } from '../errors.ts';
import { type Dialer, isLoopback } from '../net/dial.ts';
import { download } from '../net/download.ts';
import type { DownloadLimits } from '../net/download-limits.ts';
import { archiveFiles, isArchive } from './archive-files.ts';
import { type ContainerOptions, containerProof } from './container-proof.ts';
import { readRuleFile } from './folder-files.ts';
import { type InstalledSet, type InstallOptions, installSet } from './install.ts';
import { defaultRuleLimits, isLicence, kindOfFile, type RuleFile, type RuleLimits } from './rule-file.ts';
import { currentFolder, type RuleStore, withRuleStore } from './rule-store.ts';
import type { SetRecord } from './set-record.ts';
import { CLAMAV, clamavContainers, type RuleSource } from './sources.ts';

/** A set that is to be fetched. */
export interface UpdateTarget {
  readonly name: string;
  /** Of an archive or a file of rules; of ClamAV the folder of its containers. */
  readonly url: string;
  /** A public set that is known. */
  readonly source?: RuleSource;
  /** SHA-256 that what is fetched must have, hex. */
  readonly sha256?: string;
}

export interface RuleUpdateOptions extends LockOptions {
  /** `ruleSetFolder()` */
  readonly folder: string;
  /** Where what is compiled is kept. */
  readonly compiled?: string;
  readonly targets: readonly UpdateTarget[];
  readonly dialer: Dialer;
  readonly now: Date;
  readonly force?: boolean;
  readonly limits?: RuleLimits;
  readonly downloadLimits?: Partial<DownloadLimits>;
  readonly keys?: ContainerOptions['keys'];
  readonly progress?: Progress;
}

/** What became of a set. */
export interface SetOutcome {
  readonly name: string;
  readonly status: InstalledSet['status'] | 'failed';
  /** As it is now; absent where there is none. */
  readonly record?: SetRecord;
  readonly notes: readonly string[];
  /** Why it failed. What was there before stays. */
  readonly error?: DrydockError;
}

/**
 * Fetches sets one by one, if they changed. One that fails does not stop the others, and stays as it was.
 * @throws UsageError where nothing can be written
 */
export async function updateRuleSets(options: RuleUpdateOptions): Promise<readonly SetOutcome[]> {
  const { folder, targets, signal } = options;
  return await withRuleStore(folder, options, async (store) => {
    const outcomes: SetOutcome[] = [];
    for (const target of targets) {
      signal?.throwIfAborted();
      outcomes.push(await outcomeOf(target.name, store, () => updateSet(store, target, options)));
    }
    return outcomes;
  });
}

/** Errors that are about this set alone are its outcome. */
export async function outcomeOf(
  name: string,
  store: RuleStore,
  work: () => Promise<InstalledSet>,
): Promise<SetOutcome> {
  try {
    return { name, ...(await work()) };
  } catch (error) {
    const about =
      error instanceof FormatError || error instanceof LimitError
        ? new FeedError('feed.refused', `${name} cannot be used: ${error.message}`, { cause: error })
        : error;
    if (!(about instanceof FeedError)) throw about;
    const record = store.find(name);
    return { name, status: 'failed', notes: [], error: about, ...(record !== undefined && { record }) };
  }
}

/** What every way to a set needs. */
export function installOptions(
  options: Pick<RuleUpdateOptions, 'now' | 'force' | 'limits' | 'compiled' | 'keys' | 'signal' | 'progress'>,
  name: string,
): InstallOptions {
  const { now, force = false, limits = defaultRuleLimits, compiled, keys, signal, progress = noProgress } = options;
  const stop = signal === undefined ? {} : { signal };
  const containers = { ...stop, ...(keys !== undefined && { keys }) };
  return {
    now,
    force,
    limits,
    counting: { ...containers, ...(compiled !== undefined && { compiled }) },
    verify: containerProof(containers),
    ...stop,
    onLoad: () => progress.report(`${name}: loading the rules`),
  };
}

async function updateSet(store: RuleStore, target: UpdateTarget, options: RuleUpdateOptions): Promise<InstalledSet> {
  const { name, url, source } = target;
  // Of another address nothing that is known is of use.
  const found = store.find(name);
  const before = found?.url === url ? found : undefined;
  const fetched =
    name === CLAMAV
      ? await fetchContainers(store, target, before, options)
      : await fetchArchive(target, before, options);
  const install = installOptions(options, name);
  if (fetched === undefined) {
    const record: SetRecord = { ...(before as SetRecord), checkedAt: options.now.toISOString() };
    store.commit(record);
    return { status: 'unchanged', record, notes: [] };
  }
  const { files, validators, sha256, notes } = fetched;
  const about = {
    url,
    validators,
    ...(source !== undefined && {
      licence: source.licence,
      author: source.author,
      ...(source.note !== undefined && { note: source.note }),
    }),
  };
  const installed = await installSet(store, { name, files, about, ...(sha256 !== undefined && { sha256 }) }, install);
  return { ...installed, notes: [...notes, ...installed.notes] };
}

/** What a source has now; undefined where that is what we have. */
interface Fetched {
  readonly files: readonly RuleFile[];
  readonly validators: Readonly<Record<string, string>>;
  readonly sha256?: string;
  readonly notes: readonly string[];
}

async function fetchArchive(
  target: UpdateTarget,
  before: SetRecord | undefined,
  options: RuleUpdateOptions,
): Promise<Fetched | undefined> {
  const { name, url, source, sha256: pinned } = target;
  const validator = before?.validators?.[url];
  const answer = await fetchBody(url, `fetching ${name}`, validator, options);
  if (answer.status === 'absent') throw new FeedError('feed.refused', `${shownAddress(url)} is not there`);
  const sha256 = answer.status === 'changed' ? createHash('sha256').update(answer.body).digest('hex') : undefined;
  const actual = sha256 ?? before?.current.sha256;
  if (pinned !== undefined && actual !== pinned) {
    throw new FeedError('feed.refused', `${name} has the digest sha256:${actual ?? '?'}, not sha256:${pinned}`);
  }
  if (answer.status === 'unchanged') return undefined;
  const { limits = defaultRuleLimits, signal } = options;
  const file = fileName(url);
  const body = bufferOf(answer.body);
  const wants = (path: string): boolean =>
    isLicence(path) || (kindOfFile(path) !== undefined && (source?.wanted?.test(path) ?? true));
  const files = isArchive(file, body)
    ? await archiveFiles(body, wants, { limits, ...(signal !== undefined && { signal }) })
    : [{ path: file, bytes: body }];
  return {
    files,
    validators: { [url]: answer.validator },
    sha256: sha256 as string,
    notes: [...licenceNotes(source, files), ...(pinned === undefined ? wayNotes(url) : [])],
  };
}

/** Nobody signed these: only the connection shows where they come from. */
function wayNotes(url: string): readonly string[] {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || isLoopback(hostname)) return [];
  return ['it came without TLS, so that anybody on the way could change it: name an https address or its digest'];
}

/** A licence that is another one than when it was looked at is said, and no reason to fail: people decide on it. */
function licenceNotes(source: RuleSource | undefined, files: readonly RuleFile[]): readonly string[] {
  const { licence, licenceMark } = source ?? {};
  if (licenceMark === undefined) return [];
  const texts = files.filter(({ path }) => isLicence(path)).map(({ bytes }) => bytes.toString('utf8', 0, 4096));
  if (texts.some((text) => licenceMark.test(text))) return [];
  return [`its licence was ${licence}, and the archive does not say so any more: read it before you use it`];
}

async function fetchContainers(
  store: RuleStore,
  { name, url }: UpdateTarget,
  before: SetRecord | undefined,
  options: RuleUpdateOptions,
): Promise<Fetched | undefined> {
  const { limits = defaultRuleLimits } = options;
  const files: RuleFile[] = [];
  const validators: Record<string, string> = {};
  const kept = new Set(before?.current.parts.flatMap((part) => part.files));
  let isChanged = false;
  for (const container of clamavContainers) {
    const address = new URL(container, url.endsWith('/') ? url : `${url}/`).href;
    const validator = kept.has(container) ? before?.validators?.[address] : undefined;
    const answer = await fetchBody(address, `fetching ${name}: ${container}`, validator, options);
    if (answer.status === 'absent') {
      isChanged ||= kept.has(container);
      continue;
    }
    isChanged ||= answer.status === 'changed';
    if (answer.status === 'changed') files.push({ path: container, bytes: bufferOf(answer.body) });
    else files.push(readRuleFile(currentFolder(store.folder, before as SetRecord), container, limits));
    validators[address] = answer.validator ?? (validator as string);
  }
  if (files.length === 0) {
    throw new FeedError('feed.refused', `${shownAddress(url)} has none of ${clamavContainers.join(', ')}`);
  }
  return isChanged ? { files, validators, notes: [] } : undefined;
}

async function fetchBody(url: string, step: string, validator: string | undefined, options: RuleUpdateOptions) {
  const { dialer, downloadLimits, signal, progress = noProgress } = options;
  progress.report(step);
  return await download(dialer, url, {
    ...(validator !== undefined && { validator }),
    ...(downloadLimits !== undefined && { limits: downloadLimits }),
    ...(signal !== undefined && { signal }),
    onProgress: (received, total) => progress.report(step, received, total, 'bytes'),
    onRetry: (words) => progress.report(`${step}: ${words}`),
  });
}

function bufferOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function fileName(url: string): string {
  const { pathname } = new URL(url);
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last) || 'rules';
  } catch {
    return last;
  }
}

/** Without what may be secret in it. */
function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
