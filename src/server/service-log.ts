import { isSecretKey, redactText } from '../config/service-redact.ts';
import { HIDDEN, Secret } from '../config/service-secret.ts';
import type { LogLevel } from '../config/service-settings.ts';
import type { Logger } from '../log.ts';

/** The logger of the service: lines of JSON for machines, with Clair's members. */
export interface ServiceLog extends Logger {
  /** What is less severe is not written. */
  setLevel(level: LogLevel): void;
  /** Never writes this text again, wherever it turns up. */
  hide(secret: string): void;
  /** The same log, with another `Location` and more members in every line. */
  within(location: string, members?: object): ServiceLog;
}

export interface ServiceLogOptions {
  /** Gets whole lines with their line breaks. */
  write(line: string): void;
  readonly level: LogLevel;
  readonly now?: () => Date;
}

const levels: readonly LogLevel[] = ['panic', 'fatal', 'error', 'warn', 'info', 'debug'];

/** As Clair calls them. */
const names: Readonly<Record<'error' | 'warn' | 'info' | 'debug', string>> = {
  error: 'error',
  warn: 'warning',
  info: 'info',
  debug: 'debug',
};

/** A shorter one would blot out half the log. */
const SHORTEST_SECRET = 6;

interface Shared {
  readonly write: (line: string) => void;
  readonly now: () => Date;
  readonly secrets: Set<string>;
  level: LogLevel;
}

/**
 * Makes a log of JSON lines: `Event`, `Level`, `Location`, `Time` as Clair has them (specification 1.2), then the members
 * of the line. Location is the part of the service, since lines of source say nothing of a bundle; Time is UTC. What is
 * secret by its name, its type, its look or because `hide` was told of it is never written.
 */
export function createServiceLog({ write, level, now = () => new Date() }: ServiceLogOptions): ServiceLog {
  return logOf({ write, now, level, secrets: new Set() }, 'service', {});
}

function logOf(shared: Shared, location: string, members: object): ServiceLog {
  const log =
    (level: keyof typeof names) =>
    (data: object, message: string): void => {
      if (levels.indexOf(level) > levels.indexOf(shared.level)) return;
      const clean = (value: unknown): unknown => toPlain(value, shared.secrets, 0);
      const line = {
        ...(clean({ ...members, ...data }) as object),
        Event: clean(message),
        Level: names[level],
        Location: location,
        Time: timeOf(shared.now()),
      };
      shared.write(`${escapeControls(JSON.stringify(line))}\n`);
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    setLevel: (level) => {
      shared.level = level;
    },
    hide: (secret) => {
      if (secret.length >= SHORTEST_SECRET) shared.secrets.add(secret);
    },
    within: (part, more = {}) => logOf(shared, part, { ...members, ...more }),
  };
}

/** `2026-11-25 09:15:24.974000` */
function timeOf(time: Date): string {
  return `${time.toISOString().replace('T', ' ').slice(0, -1)}000`;
}

/** What a log line holds at most, so that no request can fill a disk with one. */
const most = { looked: 65_536, text: 4096, depth: 4, members: 64 };

function toText(text: string, secrets: ReadonlySet<string>): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, HIDDEN);
  // What is cut off first is far behind what is kept: a secret that was cut in two would not be known any more.
  clean = redactText(clean.slice(0, most.looked));
  return clean.length > most.text ? `${clean.slice(0, most.text)}...` : clean;
}

/** A value as JSON may have it: bounded, without secrets, and without running code of the value. */
function toPlain(value: unknown, secrets: ReadonlySet<string>, depth: number): unknown {
  if (typeof value === 'string') return toText(value, secrets);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (value instanceof Secret) return HIDDEN;
  if (value instanceof Error) return errorOf(value, secrets, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL) return toText(value.href, secrets);
  if (depth >= most.depth) return '...';
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (value instanceof Map) return membersOf(value.entries(), secrets, depth);
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, most.members).map((member) => toPlain(member, secrets, depth + 1));
  }
  return membersOf(Object.entries(value), secrets, depth);
}

function membersOf(
  entries: Iterable<readonly [unknown, unknown]>,
  secrets: ReadonlySet<string>,
  depth: number,
): object {
  const plain = new Map<string, unknown>();
  for (const [key, member] of entries) {
    if (plain.size >= most.members) break;
    const name = String(key);
    plain.set(toText(name, secrets), isSecretKey(name) ? HIDDEN : toPlain(member, secrets, depth + 1));
  }
  return Object.fromEntries(plain);
}

/** No stack: it quotes the message, and paths of the machine. */
function errorOf(error: Error, secrets: ReadonlySet<string>, depth: number): unknown {
  const { code } = error as { readonly code?: unknown };
  return {
    message: toText(error.message, secrets),
    ...(typeof code === 'string' && { code: toText(code, secrets) }),
    ...(error.cause instanceof Error && depth < most.depth && { cause: errorOf(error.cause, secrets, depth + 1) }),
  };
}

/** JSON itself escapes only the first 32; a terminal obeys more, and editors break lines at others. */
const controls = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

function escapeControls(json: string): string {
  if (/^[\x20-\x7e]*$/.test(json)) return json;
  return json.replaceAll(controls, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
