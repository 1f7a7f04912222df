import {
  type AnswerOf,
  ApiProblem,
  type CallParts,
  call,
  type OperationName,
  type RequestOf,
  Unreachable,
} from './client.ts';
import { foundService, missService, onReturn } from './connection.ts';
import { loseSession } from './session.ts';

/** What is known of an answer. */
export interface Known<Answer> {
  readonly data?: Answer;
  /** Why the last try gave none; `data` may be there from an earlier one. */
  readonly error?: Error;
  readonly loading: boolean;
}

interface Entry {
  readonly name: OperationName;
  readonly parts: object;
  known: Known<unknown>;
  asked: number;
  readonly listeners: Set<() => void>;
  abort: AbortController | undefined;
}

/** So that going back shows at once what was there; the oldest that nobody looks at is forgotten. */
const MOST_KEPT = 60;
/** An answer that old is asked for again when the page is looked at again, in milliseconds. */
const OLD = 10_000;

const nothing: Known<never> = { loading: true };
const entries = new Map<string, Entry>();

export const keyOf = (name: OperationName, parts: object): string => `${name} ${JSON.stringify(parts)}`;

export function knownOf(key: string): Known<unknown> {
  return entries.get(key)?.known ?? nothing;
}

/** Looks at an answer from now on, and asks for it. Returns what ends that. */
export function look(name: OperationName, parts: object, listener: () => void): () => void {
  const key = keyOf(name, parts);
  let entry = entries.get(key);
  if (entry === undefined) {
    entry = { name, parts, known: nothing, asked: 0, listeners: new Set(), abort: undefined };
    entries.set(key, entry);
    forgetOldest();
  }
  entry.listeners.add(listener);
  const own = entry;
  // Two parts of a page that ask for the same get one answer: what somebody looks at is kept up to date.
  const isKept = own.listeners.size > 1 && own.known.data !== undefined && own.known.error === undefined;
  if (!isKept && own.abort === undefined && Date.now() - own.asked > 500) ask(own);
  return () => {
    own.listeners.delete(listener);
    // React looks away and back again when it starts; what is still wanted then goes on.
    setTimeout(() => {
      if (own.listeners.size === 0) own.abort?.abort();
    }, 50);
  };
}

function forgetOldest(): void {
  for (const [key, entry] of entries) {
    if (entries.size <= MOST_KEPT) return;
    if (entry.listeners.size === 0) entries.delete(key);
  }
}

function tell(entry: Entry, known: Known<unknown>): void {
  entry.known = known;
  for (const listener of entry.listeners) listener();
}

function ask(entry: Entry): void {
  entry.abort?.abort();
  const abort = new AbortController();
  entry.abort = abort;
  entry.asked = Date.now();
  if (!entry.known.loading) tell(entry, { ...entry.known, loading: true });
  // The name and its parts were given together by `useAnswer`, which holds their types.
  const request = { ...entry.parts, signal: abort.signal } as unknown as RequestOf<'GET /api/version'>;
  call(entry.name as 'GET /api/version', request).then(
    (data) => {
      if (entry.abort !== abort) return;
      entry.abort = undefined;
      foundService();
      tell(entry, { data, loading: false });
    },
    (error: unknown) => {
      if (entry.abort !== abort) return;
      entry.abort = undefined;
      if (abort.signal.aborted) {
        entry.asked = 0;
        return;
      }
      noteFailure(error);
      tell(entry, { ...entry.known, error: error as Error, loading: false });
    },
  );
}

const isUnready = (code: string | undefined): boolean => code === undefined || code === 'store.unavailable';

/** What a failed call means for the whole page: the service is gone, or wants to know who asks. */
export function noteFailure(error: unknown): void {
  if (error instanceof Unreachable) missService();
  else if (error instanceof ApiProblem && error.status === 502) missService();
  // Of a code of its own is what it cannot do just now: too many requests.
  else if (error instanceof ApiProblem && error.status === 503 && isUnready(error.code)) missService(true);
  else if (error instanceof ApiProblem && error.status === 401) loseSession();
}

/** Asks again for what is looked at and begins so, and forgets the rest: after something was changed. */
export function askAgain(...beginnings: readonly string[]): void {
  for (const [key, entry] of entries) {
    if (beginnings.length > 0 && !beginnings.some((beginning) => key.startsWith(beginning))) continue;
    if (entry.listeners.size > 0) ask(entry);
    else entries.delete(key);
  }
}

/** Asks again for one answer. */
export function askOnceMore(name: OperationName, parts: object): void {
  const entry = entries.get(keyOf(name, parts));
  if (entry !== undefined) ask(entry);
}

/** Forgets everything: somebody else looks now. */
export function forgetAnswers(): void {
  for (const [key, entry] of entries) {
    entry.abort?.abort();
    if (entry.listeners.size === 0) entries.delete(key);
    else {
      entry.known = nothing;
      ask(entry);
    }
  }
}

/**
 * Calls something that changes, for a button.
 * @throws as `call` does
 */
export async function act<Name extends OperationName>(name: Name, ...parts: CallParts<Name>): Promise<AnswerOf<Name>> {
  try {
    const answer = await call(name, ...parts);
    foundService();
    return answer;
  } catch (error) {
    noteFailure(error);
    throw error;
  }
}

onReturn(() => askAgain());
const refresh = (): void => {
  if (document.visibilityState !== 'visible') return;
  for (const entry of entries.values()) {
    if (entry.listeners.size > 0 && entry.abort === undefined && Date.now() - entry.asked > OLD) ask(entry);
  }
};
document.addEventListener('visibilitychange', refresh);
addEventListener('focus', refresh);
