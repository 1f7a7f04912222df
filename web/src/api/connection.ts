import { useSyncExternalStore } from 'react';

/**
 * Whether the service answers. It is asked by what loads; once it is gone, one probe at a time finds out when it is back,
 * later and later, and at once when the page is looked at again.
 */
export interface Connection {
  readonly gone: boolean;
  /** It answers, and cannot serve yet: its store is not there. */
  readonly unready: boolean;
  /** When it was missed first, as `Date.now()`. */
  readonly since: number;
}

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 20_000;

let state: Connection = { gone: false, unready: false, since: 0 };
let pause = FIRST_PAUSE;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
const returns = new Set<() => void>();

function become(next: Connection): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Something could not be asked. */
export function missService(unready = false): void {
  if (!state.gone) {
    pause = FIRST_PAUSE;
    become({ gone: true, unready, since: Date.now() });
  } else if (state.unready !== unready) become({ ...state, unready });
  timer ??= setTimeout(probe, pause);
}

function probe(): void {
  timer = undefined;
  // Whatever it says, it is there; what it cannot do yet is a 502 or 503, of itself or of what stands before it.
  fetch('/api/version', { credentials: 'same-origin', cache: 'no-store' }).then(
    (answer) => {
      if (answer.status === 502 || answer.status === 503) tryLater(answer.status === 503);
      else foundService();
    },
    () => tryLater(false),
  );
}

function tryLater(unready: boolean): void {
  pause = Math.min(pause * 1.7, LONGEST_PAUSE);
  missService(unready);
}

/** Tries now instead of later. */
export function probeNow(): void {
  if (!state.gone) return;
  clearTimeout(timer);
  probe();
}

/** It answered. */
export function foundService(): void {
  if (!state.gone) return;
  clearTimeout(timer);
  timer = undefined;
  become({ gone: false, unready: false, since: 0 });
  for (const back of returns) back();
}

/** Calls back whenever the service is there again. */
export function onReturn(back: () => void): () => void {
  returns.add(back);
  return () => returns.delete(back);
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

addEventListener('online', probeNow);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') probeNow();
});
