import { createContext, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Whether what is drawn goes to paper, where nothing can be opened: lists are whole, up to a bound that is said. */
export const IsPrinted = createContext(false);

/** Rows of one list on paper. */
export const MOST_PRINTED = 1000;

/** Whether the page is being printed. What is drawn for paper is there before the browser takes it. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(() => matchMedia('print').matches);
  useEffect(() => {
    const change = (printing: boolean) => (): void => flushSync(() => setPrinting(printing));
    const before = change(true);
    const after = change(false);
    const media = matchMedia('print');
    const follow = ({ matches }: MediaQueryListEvent): void => setPrinting(matches);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    media.addEventListener('change', follow);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
      media.removeEventListener('change', follow);
    };
  }, []);
  return isPrinting;
}
