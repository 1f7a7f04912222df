import { useSyncExternalStore } from 'react';
import { forgetAnswers } from './answers.ts';
import { call } from './client.ts';

const MARK = '#token=';

/**
 * What became of a token that the address brought: it is tried; nothing is to be said of it; or somebody was signed in already,
 * and still is.
 */
type Arrival = 'tried' | 'over' | 'unused';

let state: Arrival = 'over';
let failure: Error | undefined;
const listeners = new Set<() => void>();

function become(next: Arrival, error?: Error): void {
  state = next;
  failure = error;
  for (const listener of listeners) listener();
}

/**
 * Takes a token out of the address (`drydock map` prints one), so that no history and no bookmark has it, and signs in with it
 * where nobody is: whoever made the address must not choose as whom somebody goes on. Where that fails the page asks for a token,
 * and says why.
 */
export function takeAddressToken(): void {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(MARK)) return;
  history.replaceState(history.state, '', pathname + search);
  become('tried');
  signIn(hash.slice(MARK.length)).then(become, (error: Error) => become('over', error));
}

async function signIn(written: string): Promise<Arrival> {
  const { needed, signedIn } = await call('GET /api/session');
  if (signedIn) return needed ? 'unused' : 'over';
  await call('POST /api/session', { body: { token: decoded(written) } });
  forgetAnswers();
  return 'over';
}

function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    throw new Error('What the address has after #token= is no token: it was cut off or changed.');
  }
}

/** What was to be said of it was read. */
export const forgetAddressToken = (): void => become('over');

/** Somebody goes on without it. */
export function forgetAddressFailure(): void {
  if (failure !== undefined) become('over');
}

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useAddressToken = (): Arrival => useSyncExternalStore(follow, () => state);

/** Why nobody was signed in with the token that the address brought; until somebody is, or tries another. */
export const useAddressFailure = (): Error | undefined => useSyncExternalStore(follow, () => failure);
