import { isRuleKind, type RuleKind } from './rule-file.ts';

/** Files of one kind in a set: what one engine loads. */
export interface SetPart {
  readonly kind: RuleKind;
  /** Below the folder of the generation, with slashes. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** `sha256:...` of names and contents of the files. */
  readonly digest: string;
  readonly counts: RuleCounts;
}

/** What became of the rules of a part when it came. */
export interface RuleCounts {
  readonly loaded: number;
  /** Wrong, or of a form that is not read here. */
  readonly lost: number;
  /** Why, and how many: the most frequent reasons first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
}

/** A state of a set, as it came at once. Its files never change. */
export interface Generation {
  /** Name of its folder. */
  readonly folder: string;
  /** RFC 3339: when it came here. */
  readonly updatedAt: string;
  /** SHA-256 of what was fetched, hex. */
  readonly sha256?: string;
  /** How the files themselves prove whose they are: `signed by the ClamAV project`. */
  readonly proof?: string;
  /** Versions of containers of ClamAV, by file. */
  readonly versions?: Readonly<Record<string, number>>;
  readonly parts: readonly SetPart[];
}

/** What is known of a set: the file whose renaming is the switch from one generation to the next. */
export interface SetRecord {
  readonly version: 1;
  readonly name: string;
  /** RFC 3339: when its source was last asked. */
  readonly checkedAt: string;
  readonly licence?: string;
  /** Whom findings are owed to. */
  readonly author?: string;
  readonly note?: string;
  /** Where it can be fetched again; absent of what was imported. */
  readonly url?: string;
  /** What servers said that tells whether something changed, by address. */
  readonly validators?: Readonly<Record<string, string>>;
  readonly current: Generation;
  readonly previous?: Generation;
}

/** Names of sets: nothing that could lead anywhere as a path. */
export function isSetName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) && !reserved.has(name);
}

/** Words of `--rules`, what comes with Drydock, and the lock beside the sets. */
const reserved: ReadonlySet<string> = new Set(['starter', 'none', 'all', 'installed', 'lock']);

/** Reads what was written of a set. Undefined where it is not what we write: by another version, or damaged. */
export function parseRecord(text: string, name: string): SetRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) && value.name === name ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecord(value: unknown): value is SetRecord {
  if (!isObject(value) || value['version'] !== 1) return false;
  const { name, checkedAt, licence, author, note, url, validators, current, previous } = value;
  return (
    [name, checkedAt].every((one) => typeof one === 'string') &&
    [licence, author, note, url].every((one) => one === undefined || typeof one === 'string') &&
    (validators === undefined ||
      (isObject(validators) && Object.values(validators).every((one) => typeof one === 'string'))) &&
    isGeneration(current) &&
    (previous === undefined || isGeneration(previous))
  );
}

function isGeneration(value: unknown): value is Generation {
  if (!isObject(value)) return false;
  const { folder, updatedAt, parts, versions } = value;
  return (
    (versions === undefined ||
      (isObject(versions) && Object.values(versions).every((one) => typeof one === 'number'))) &&
    typeof folder === 'string' &&
    isGenerationName(folder) &&
    typeof updatedAt === 'string' &&
    Array.isArray(parts) &&
    parts.every(isPart)
  );
}

function isPart(value: unknown): value is SetPart {
  if (!isObject(value)) return false;
  const { kind, files, digest, bytes, counts } = value;
  return (
    isRuleKind(kind) &&
    Array.isArray(files) &&
    files.every((file) => typeof file === 'string' && isInnerPath(file)) &&
    typeof digest === 'string' &&
    /^sha256:[0-9a-f]{64}$/.test(digest) &&
    typeof bytes === 'number' &&
    isCounts(counts)
  );
}

function isCounts(value: unknown): value is RuleCounts {
  if (!isObject(value)) return false;
  const { loaded, lost, reasons } = value;
  return typeof loaded === 'number' && typeof lost === 'number' && Array.isArray(reasons);
}

export function isGenerationName(name: string): boolean {
  return /^g\d{1,9}$/.test(name);
}

const LONGEST_PART = 255;
const LONGEST_PATH = 2000;

/** Whether a path can stand below a folder of ours on any file system: it leads nowhere else, and shows as it is. */
export function isInnerPath(path: string): boolean {
  if (path.length > LONGEST_PATH || /[\u0000-\u001f\u007f\\]/.test(path) || !path.isWellFormed()) return false;
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= LONGEST_PART);
}
