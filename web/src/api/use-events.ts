import { useEffect, useRef, useState } from 'react';
import { call } from './client.ts';
import { loseSession } from './session.ts';

/** Calls back for each event of a stream, by its name; `data` is what its JSON says. */
export type EventHandlers = Readonly<Record<string, (data: unknown) => void>>;

/** After `end`, or where the service refuses, a stream is not opened again. */
export type StreamState = 'opening' | 'open' | 'broken' | 'ended';

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/**
 * Follows a stream of events for as long as it is drawn. The browser comes back by itself with `Last-Event-ID` where the
 * connection breaks; where it gives up (an answer that is no stream), the stream is opened anew, later and later.
 * @param address where it is; undefined: nothing is followed
 */
export function useEvents(address: string | undefined, handlers: EventHandlers): StreamState {
  const latest = useRef(handlers);
  latest.current = handlers;
  const [state, setState] = useState<StreamState>('opening');
  useEffect(() => {
    if (address === undefined) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pause = FIRST_PAUSE;
    let ended = false;
    const open = (): void => {
      const own = new EventSource(address);
      source = own;
      own.onopen = () => {
        pause = FIRST_PAUSE;
        setState('open');
      };
      own.onerror = () => {
        if (ended) return;
        setState('broken');
        if (own.readyState !== EventSource.CLOSED) return;
        askWhy();
        timer = setTimeout(open, pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      };
      for (const name of Object.keys(latest.current)) {
        own.addEventListener(name, (event: MessageEvent<string>) => {
          if (name === 'end') {
            ended = true;
            own.close();
            setState('ended');
          }
          latest.current[name]?.(parse(event.data));
        });
      }
    };
    setState('opening');
    open();
    return () => {
      ended = true;
      clearTimeout(timer);
      source?.close();
    };
  }, [address]);
  return state;
}

/** Why a stream was refused is not told to its page; that nobody is signed in any more is found out. */
function askWhy(): void {
  call('GET /api/session').then(
    ({ needed, signedIn }) => {
      if (needed && !signedIn) loseSession();
    },
    // That the service is gone is told by what else is asked.
    () => undefined,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
