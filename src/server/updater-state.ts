import { randomUUID } from 'node:crypto';
import type { ValueShelf } from '../store/value-shelf.ts';

/** What became of one feed in the last run, and what there is of it. */
export interface UpdatedFeed {
  readonly name: string;
  /** `unkept`: nobody brings it up to date any more, and what was known of it is still used. */
  readonly status: 'changed' | 'unchanged' | 'failed' | 'not asked' | 'unkept';
  /** When it was last known to be up to date: RFC 3339. */
  readonly updatedAt?: string;
  readonly records: number;
  /** True of a feed that says what vulnerabilities are worth, not which packages have them. */
  readonly enriches?: boolean;
  /** Records that were left out, and the first of the reasons. */
  readonly notes: { readonly count: number; readonly first: readonly string[] };
  readonly failure?: string;
}

/** What is known of the last run of whichever process updated last. */
export interface UpdaterState {
  /** RFC 3339. */
  readonly started: string;
  readonly seconds: number;
  /** Every feed was read, and what it said is in the store. */
  readonly complete: boolean;
  readonly feeds: readonly UpdatedFeed[];
  /** What went wrong besides feeds. */
  readonly problems: readonly string[];
  /** The last request for an update that was known when it began. */
  readonly request?: string;
}

/** Clair's: Unix seconds of the last complete update. Programs read it from the database. */
export const LAST_KEY = 'updater/last';
const STATE_KEY = 'updater/state';
const REQUEST_KEY = 'updater/requested';

/** Of the last run, by this process or another one; undefined before the first. */
export async function readUpdaterState(values: ValueShelf): Promise<UpdaterState | undefined> {
  const text = await values.get(STATE_KEY);
  if (text === undefined) return undefined;
  try {
    const state = JSON.parse(text) as UpdaterState;
    return Array.isArray(state.feeds) ? state : undefined;
  } catch {
    return undefined;
  }
}

export async function writeUpdaterState(values: ValueShelf, state: UpdaterState): Promise<void> {
  await values.set(STATE_KEY, JSON.stringify(state));
}

/** Asks whichever process updates to do so soon. A request is a name, not a time: clocks of processes differ. */
export async function requestUpdate(values: ValueShelf): Promise<void> {
  await values.set(REQUEST_KEY, randomUUID());
}

/** The last request, answered or not. */
export async function lastRequest(values: ValueShelf): Promise<string | undefined> {
  return await values.get(REQUEST_KEY);
}

/** Tells whether an update was asked for, and none that began since then has ended. */
export async function isUpdateRequested(values: ValueShelf): Promise<boolean> {
  const request = await lastRequest(values);
  return request !== undefined && request !== (await readUpdaterState(values))?.request;
}

/** When the feed that was not read for the longest time was read; undefined where one never was. */
export function oldestData({ feeds }: Pick<UpdaterState, 'feeds'>): string | undefined {
  const times = feeds.map(({ updatedAt }) => updatedAt);
  if (times.length === 0 || times.includes(undefined)) return undefined;
  return (times as string[]).toSorted()[0];
}
