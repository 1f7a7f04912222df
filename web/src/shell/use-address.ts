import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

/**
 * A part of the view that stands in the query of the address, so that it can be shared and gone back to.
 * @returns its value, `''` where the address has none, and what changes it; `push` makes a step that Back undoes
 */
export function useAddress(key: string): readonly [string, (value: string, push?: boolean) => void] {
  const [words, setWords] = useSearchParams();
  const change = useCallback(
    (value: string, push = false) =>
      setWords(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === '') next.delete(key);
          else next.set(key, value);
          return next;
        },
        { replace: !push },
      ),
    [key, setWords],
  );
  return [words.get(key) ?? '', change];
}
