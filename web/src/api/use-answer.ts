import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { askOnceMore, type Known, keyOf, knownOf, look } from './answers.ts';
import type { AnswerOf, OperationName, RequestOf } from './client.ts';

export interface Asked<Answer> extends Known<Answer> {
  /** `data` is that of what was asked before: the new answer is not here yet. */
  readonly stale: boolean;
  /** Asks once more. */
  readonly again: () => void;
}

export interface AskOptions {
  /** Nothing is asked. */
  readonly off?: boolean;
  /** Asks again every so many milliseconds while the page is seen; for what no event tells of. */
  readonly every?: number;
}

/**
 * Asks the service and follows the answer. What was there before stays while a new answer is on its way, also where other
 * parts are asked for. It is asked again when the page is looked at after a while and when the service is back.
 */
export function useAnswer<Name extends OperationName>(
  name: Name,
  parts: Omit<RequestOf<Name>, 'signal'> | Record<never, never> = {},
  { off = false, every }: AskOptions = {},
): Asked<AnswerOf<Name>> {
  const key = keyOf(name, parts);
  const asked = useRef(parts);
  asked.current = parts;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for name and parts
  const subscribe = useCallback(
    (listener: () => void) => (off ? () => undefined : look(name, asked.current, listener)),
    [key, off],
  );
  const known = useSyncExternalStore(subscribe, () => knownOf(key)) as Known<AnswerOf<Name>>;
  const before = useRef<AnswerOf<Name> | undefined>(undefined);
  if (known.data !== undefined) before.current = known.data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for name and parts
  const again = useCallback(() => askOnceMore(name, asked.current), [key]);
  useEffect(() => {
    if (off || every === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') again();
    }, every);
    return () => clearInterval(timer);
  }, [again, off, every]);
  const stale = known.data === undefined && before.current !== undefined && known.error === undefined;
  const data = known.data ?? (stale ? before.current : undefined);
  return {
    loading: known.loading && !off,
    stale,
    again,
    ...(data !== undefined && { data }),
    ...(known.error !== undefined && { error: known.error }),
  };
}
