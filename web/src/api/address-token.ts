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
const listeners = new Set<() => void>();

function become(next: Arrival): void {
  state = next;
  for (const listener of listeners) listener();
}

/**
 * Takes a token out of the address (`drydock map` prints one), so that no history and no bookmark has it, and signs in with it
 * where nobody is: whoever made the address must not choose as whom somebody goes on. One that is not known is no error: the page
 * asks for another.
 */
export function takeAddressToken(): void {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(MARK)) return;
  history.replaceState(history.state, '', pathname + search);
  become('tried');
  signIn(hash.slice(MARK.length)).then(become, () => become('over'));
}

async function signIn(written: string): Promise<Arrival> {
  const { needed, signedIn } = await call('GET /api/session');
  if (signedIn) return needed ? 'unused' : 'over';
  await call('POST /api/session', { body: { token: decodeURIComponent(written) } });
  forgetAnswers();
  return 'over';
}

/** What was to be said of it was read. */
export const forgetAddressToken = (): void => become('over');

export function useAddressToken(): Arrival {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
