import { useEffect, useState } from 'react';
import { useAddress } from './use-address.ts';

/** How long nothing has to be typed before it counts, in milliseconds. */
const CALM = 200;

/**
 * A field whose text stands in the address once nothing was typed for a moment.
 * @returns what is in the field, what counts, and what changes the field
 */
export function useTyped(key: string): readonly [typed: string, calm: string, type: (text: string) => void] {
  const [calm, setCalm] = useAddress(key);
  const [typed, setTyped] = useState(calm);
  const [shown, setShown] = useState(calm);
  // Back and Forward change the address, and with it what the field says.
  if (shown !== calm) {
    setShown(calm);
    setTyped(calm);
  }
  useEffect(() => {
    if (typed === calm) return;
    const timer = setTimeout(() => {
      setShown(typed);
      setCalm(typed);
    }, CALM);
    return () => clearTimeout(timer);
  }, [typed, calm, setCalm]);
  return [typed, calm, setTyped];
}
