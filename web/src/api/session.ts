import { useSyncExternalStore } from 'react';

/** Whether somebody has to say who they are. */
type SessionState = 'open' | 'lost' | 'left';

let state: SessionState = 'open';
const listeners = new Set<() => void>();

function become(next: SessionState): void {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

/** The service answered that it does not know who asks: the session ended, or there was none. */
export const loseSession = (): void => become('lost');

/** Whoever was signed in signed out. */
export const leaveSession = (): void => become('left');

export const beginSession = (): void => become('open');

export function useSessionState(): SessionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
