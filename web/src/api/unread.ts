import { useEffect, useSyncExternalStore } from 'react';
import { call } from './client.ts';

let unread: number | undefined;
const listeners = new Set<() => void>();

function become(next: number): void {
  if (unread === next) return;
  unread = next;
  for (const listener of listeners) listener();
}

/** Takes what the event `notifications` says; what it does not say changes nothing. */
export function noteUnread(data: unknown): void {
  if (typeof data === 'object' && data !== null && 'unread' in data && typeof data.unread === 'number') {
    become(data.unread);
  }
}

/** Asks: at the beginning, and where an event may have been missed. */
export function askUnread(): void {
  // One that is refused is asked for again with what the page shows.
  call('GET /api/overview').then(noteUnread, () => undefined);
}

/**
 * Notifications that nobody has read; undefined: not known yet. Events tell of each change, so that no tab adds up the whole
 * overview for this number.
 */
export function useUnread(on: boolean): number | undefined {
  useEffect(() => {
    if (on && unread === undefined) askUnread();
  }, [on]);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => unread,
  );
}
