import { useCallback } from 'react';
import { useLocation, useSearchParams } from 'wouter';

/**
 * A part of the view that stands in the query of the address, so that it can be shared and gone back to.
 * @returns its value, `''` where the address has none, and what changes it; `push` makes a step that Back undoes
 */
export function useAddress(key: string): readonly [string, (value: string, push?: boolean) => void] {
  const [words] = useSearchParams();
  const [, navigate] = useLocation();
  const change = useCallback(
    (value: string, push = false) => {
      // Read from the address itself: two parts may change before anything is drawn.
      const next = new URLSearchParams(location.search);
      if (value === '') next.delete(key);
      else next.set(key, value);
      navigate(next.size === 0 ? location.pathname : `${location.pathname}?${next}`, { replace: !push });
    },
    [key, navigate],
  );
  return [words.get(key) ?? '', change];
}
