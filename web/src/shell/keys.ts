import { useEffect, useRef } from 'react';
import { places } from './places.ts';

export interface KeyActions {
  readonly go: (path: string) => void;
  readonly palette: () => void;
  readonly help: () => void;
}

/** How long a second key is waited for after `g`, in milliseconds. */
const PAIR = 1500;

/** Whether keys are typed into something. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** The keys that hold on every page. They are listed by the help that `?` opens. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let pairUntil = 0;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      const paired = event.timeStamp < pairUntil;
      pairUntil = 0;
      if (paired) {
        const place = places.find(({ key }) => key === event.key);
        if (place !== undefined) {
          event.preventDefault();
          latest.current.go(place.path);
        }
        return;
      }
      if (event.key === 'g') pairUntil = event.timeStamp + PAIR;
      else if (event.key === '?') latest.current.help();
      else if (event.key === 'u') latest.current.go('/submit');
      else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('main [data-search]');
        event.preventDefault();
        if (field === null) latest.current.palette();
        else {
          field.focus();
          field.select();
        }
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
