import { useEffect, useRef, useState } from 'react';
import { useAddressState } from './address-state.ts';

/** Milliseconds after the last key until the address has what is searched for. */
const DELAY = 300;

/** What a field of a search has: ahead of the address, which changes when nobody types. */
export function useSearchText(key: string): readonly [string, (text: string) => void] {
  const [inAddress, setInAddress] = useAddressState(key);
  const [text, setText] = useState(inAddress);
  const written = useRef(inAddress);
  useEffect(() => {
    // Somebody went back, or followed a link.
    if (inAddress !== written.current) {
      written.current = inAddress;
      setText(inAddress);
    }
  }, [inAddress]);
  useEffect(() => {
    if (text === written.current) return;
    const timer = setTimeout(() => {
      written.current = text;
      setInAddress(text, 'replace');
    }, DELAY);
    return () => clearTimeout(timer);
  }, [text, setInAddress]);
  return [text, setText];
}
