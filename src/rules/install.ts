import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FeedError } from '../errors.ts';
import type { ContainerProof, VerifyContainer } from './container-proof.ts';
import { type CountOptions, countRules } from './count-rules.ts';
import { GenerationWriter, type UncountedPart } from './generation.ts';
import { isContainer, isLicence, kindOfFile, type RuleFile, type RuleKind, type RuleLimits } from './rule-file.ts';
import { type RuleStore, writing } from './rule-store.ts';
import type { Generation, SetPart, SetRecord } from './set-record.ts';

/** A state of a set that is to be taken in. */
export interface IncomingSet {
  readonly name: string;
  /** In the order in which they come; each is written before the next one is asked for. */
  readonly files: Iterable<RuleFile> | AsyncIterable<RuleFile>;
  /** All files are of this kind, whatever they are called; absent: the ending tells. */
  readonly kind?: RuleKind;
  /** What is known of it besides. */
  readonly about: Pick<SetRecord, 'licence' | 'author' | 'note' | 'url' | 'validators'>;
  /** SHA-256 of what was fetched, hex. */
  readonly sha256?: string;
}

export interface InstallOptions {
  readonly now: Date;
  /** Takes a set that lost much. */
  readonly force: boolean;
  readonly limits: RuleLimits;
  /** How rules are loaded. */
  readonly counting: CountOptions;
  readonly verify: VerifyContainer;
  readonly signal?: AbortSignal;
  /** Rules are loaded now, which takes a while. */
  onLoad?(): void;
}

export interface InstalledSet {
  readonly status: 'unchanged' | 'updated';
  readonly record: SetRecord;
  /** What whoever runs it should know. */
  readonly notes: readonly string[];
}

/** Of the rules of an update no more may be wrong. */
const MOST_LOST = 0.1;
/** Authors that are named. */
const MOST_AUTHORS = 3;

/**
 * Writes a generation of a set and makes it the one in use, if it is of use. Whatever goes wrong, the one before stays.
 * @throws FeedError `feed.refused` for one without rules, or of which too much is wrong
 * @throws FormatError, LimitError for files that cannot be kept
 */
export async function installSet(
  store: RuleStore,
  incoming: IncomingSet,
  options: InstallOptions,
): Promise<InstalledSet> {
  const { name, about } = incoming;
  const { now, signal } = options;
  const before = store.find(name);
  const { folder, generation } = store.begin(name);
  let isKept = false;
  try {
    const { parts, proofs } = await write(folder, incoming, options, store);
    const versions = Object.fromEntries([...proofs].map(([file, { version }]) => [file, version]));
    if (!options.force) refuseOlder(name, versions, before);
    if (parts.length === 0) throw refused(`${name} has no files of rules`);
    const checkedAt = now.toISOString();
    if (before !== undefined && isSame(before.current.parts, parts)) {
      const record: SetRecord = { ...before, ...about, checkedAt };
      store.commit(record);
      return { status: 'unchanged', record, notes: [] };
    }
    options.onLoad?.();
    await turn(signal);
    const counted: SetPart[] = [];
    for (const part of parts) {
      counted.push({ ...part, counts: await countRules(part, absolute(folder, part), options.counting) });
      await turn(signal);
    }
    const notes = judge(name, counted, before, options.force);
    const current: Generation = {
      folder: generation,
      updatedAt: checkedAt,
      ...(incoming.sha256 !== undefined && { sha256: incoming.sha256 }),
      ...(proofs.size > 0 && { versions, proof: [...proofs.values()].map(({ words }) => words).join('; ') }),
      parts: counted,
    };
    const author = about.author ?? authorsOf(counted, folder);
    const record: SetRecord = {
      version: 1,
      name,
      checkedAt,
      ...about,
      ...(author !== undefined && { author }),
      current,
      ...(before !== undefined && { previous: before.current }),
    };
    store.commit(record);
    isKept = true;
    return { status: 'updated', record, notes };
  } finally {
    if (!isKept) store.discard(name, generation);
  }
}

/** Compiling holds everything else up: what asked to stop meanwhile is heard here. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise(setImmediate);
  signal?.throwIfAborted();
}

async function write(
  folder: string,
  { files, kind }: IncomingSet,
  { limits, verify, signal }: InstallOptions,
  store: RuleStore,
): Promise<{ readonly parts: readonly UncountedPart[]; readonly proofs: ReadonlyMap<string, ContainerProof> }> {
  const writer = new GenerationWriter(folder, limits);
  const proofs = new Map<string, ContainerProof>();
  for await (const file of files) {
    signal?.throwIfAborted();
    const own = isLicence(file.path) ? undefined : (kind ?? kindOfFile(file.path));
    if (own === 'clamav' && isContainer(file.path)) proofs.set(file.path, await verify(file));
    writing(store.folder, () => writer.add(file, own));
  }
  return { parts: writer.parts(), proofs };
}

function absolute(folder: string, { files }: UncountedPart): string[] {
  return files.map((file) => path.join(folder, file));
}

function isSame(a: readonly UncountedPart[], b: readonly UncountedPart[]): boolean {
  const words = (parts: readonly UncountedPart[]): string =>
    parts.map(({ kind, digest }) => `${kind} ${digest}`).join('\n');
  return words(a) === words(b);
}

/** What is signed stays signed when it has grown old: a mirror could hand out databases that lack the signatures of today. */
function refuseOlder(name: string, versions: Readonly<Record<string, number>>, before: SetRecord | undefined): void {
  for (const [file, known] of Object.entries(before?.current.versions ?? {})) {
    const version = versions[file];
    if (version === undefined || version >= known) continue;
    throw refused(`${file} of ${name} has version ${version}, and ${known} is here already. --force takes it`);
  }
}

/** What is to be said of an update. @throws FeedError where it would be a loss */
function judge(
  name: string,
  parts: readonly SetPart[],
  before: SetRecord | undefined,
  force: boolean,
): readonly string[] {
  const now = totals(parts);
  const then = totals(before?.current.parts ?? []);
  const shrunk = then.loaded > 0 && now.loaded < then.loaded / 2;
  const isWorse = now.share > MOST_LOST && (before === undefined || now.share > then.share);
  const [first] = parts.flatMap(({ counts }) => counts.reasons).sort((a, b) => b[1] - a[1]);
  const mostly = first === undefined ? '' : `, mostly because: ${first[0]}`;
  const lost = `${now.lost} of ${now.lost + now.loaded} rules of ${name} cannot be used${mostly}`;
  if (now.loaded === 0) throw refused(`${name} has no rules that can be used${mostly}`);
  if (!force && isWorse) throw refused(`${lost}. --force takes the others`);
  if (!force && shrunk) {
    throw refused(`${name} has ${now.loaded} rules, and had ${then.loaded}. --force takes them`);
  }
  return now.lost > 0 ? [lost] : [];
}

function totals(parts: readonly SetPart[]) {
  const loaded = parts.reduce((sum, { counts }) => sum + counts.loaded, 0);
  const lost = parts.reduce((sum, { counts }) => sum + counts.lost, 0);
  return { loaded, lost, share: lost === 0 ? 0 : lost / (loaded + lost) };
}

/** Who wrote the most rules, by what these say. */
function authorsOf(parts: readonly SetPart[], folder: string): string | undefined {
  const counts = new Map<string, number>();
  for (const part of parts) {
    if (part.kind !== 'yara') continue;
    for (const file of absolute(folder, part)) {
      for (const [, author = ''] of readFileSync(file, 'utf8').matchAll(
        /^[ \t]*author[ \t]*=[ \t]*"([^"\n]{1,200})"/gm,
      )) {
        counts.set(author, (counts.get(author) ?? 0) + 1);
      }
    }
  }
  const names = [...counts].sort((a, b) => b[1] - a[1]).map(([author]) => author);
  if (names.length === 0) return undefined;
  const others = names.length - MOST_AUTHORS;
  return `${names.slice(0, MOST_AUTHORS).join(', ')}${others > 0 ? ` and ${others} others` : ''}`;
}

function refused(message: string): FeedError {
  return new FeedError('feed.refused', message);
}
