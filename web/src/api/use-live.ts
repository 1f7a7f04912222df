import { useRef } from 'react';
import { askAgain } from './answers.ts';
import { addressOf } from './client.ts';
import { askUnread, noteUnread } from './unread.ts';
import { useEvents } from './use-events.ts';

/** Events that come thicker than that are answered together, in milliseconds. */
const TOGETHER = 1500;

/** What an event makes old; an answer is named by the beginning of its key. */
const ofImages = [
  'GET /api/images {',
  'GET /api/overview',
  'GET /api/trends',
  'GET /api/vulnerabilities',
  'GET /api/jobs',
];
const ofNotifications = ['GET /api/notifications', 'GET /api/overview'];

/** Keeps what is shown up to date by what the service tells, so that no page asks in vain. */
export function useLive(on: boolean): void {
  const wanted = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const begun = useRef(false);
  const soon = (beginnings: readonly string[]): void => {
    for (const beginning of beginnings) wanted.current.add(beginning);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const all = [...wanted.current];
      wanted.current.clear();
      // Whoever does not look is not told; `focus` asks then.
      if (document.visibilityState === 'visible') askAgain(...all);
    }, TOGETHER);
  };
  useEvents(on ? addressOf('GET /api/events') : undefined, {
    // What was shown before the stream began anew may be old.
    hello: () => {
      if (begun.current) {
        soon(['GET ']);
        askUnread();
      }
      begun.current = true;
    },
    missed: () => {
      soon(['GET ']);
      askUnread();
    },
    image: (data) => soon([...ofImages, ...keysOfImage(data)]),
    removed: (data) => soon([...ofImages, ...keysOfImage(data)]),
    images: () => soon([...ofImages, 'GET /api/images/{id} ']),
    advisories: () => soon(['GET ']),
    notifications: (data) => {
      noteUnread(data);
      soon(ofNotifications);
    },
  });
}

function keysOfImage(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null || !('id' in data)) return [];
  return [`GET /api/images/{id} ${JSON.stringify({ path: { id: data.id } })}`];
}
