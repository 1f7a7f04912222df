import { createContext, useCallback, useContext, useRef, useSyncExternalStore } from 'react';

/** Where the state of a view is kept so that a link shows the same: words by key, as a query string has them. */
export interface AddressStore {
  /** What stands before the words in a link. */
  readonly mark: '?' | '#';
  read(): string;
  /** `push`: the way back in the browser leads to what was there before. */
  write(query: string, how: 'push' | 'replace'): void;
  subscribe(listener: () => void): () => void;
}

/** More than that no browser takes in an address; state that is longer stays where it is, and is not in the link. */
const LONGEST = 4000;

/** Names of the events by which routers tell of a new entry of the history, besides what browsers have. */
const CHANGES = ['popstate', 'hashchange', 'pushState', 'replaceState'];

/** State in the query string (`search`: the page), or behind `#` (`hash`: a file, whose query string is nobody's). */
export function locationStore(part: 'search' | 'hash'): AddressStore {
  const listeners = new Set<() => void>();
  const told = (): void => {
    for (const listener of listeners) listener();
  };
  const mark = part === 'search' ? '?' : '#';
  return {
    mark,
    read: () => location[part].slice(1),
    write(query, how) {
      if (query.length > LONGEST) return;
      const rest = part === 'search' ? location.hash : '';
      const address =
        query === '' ? location.pathname + (part === 'hash' ? location.search : '') + rest : mark + query + rest;
      try {
        history[how === 'push' ? 'pushState' : 'replaceState'](history.state, '', address);
      } catch {
        // Browsers refuse too many changes in a short time; the next one brings the address up to date.
      }
      told();
    },
    subscribe(listener) {
      if (listeners.size === 0) for (const name of CHANGES) addEventListener(name, told);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) for (const name of CHANGES) removeEventListener(name, told);
      };
    },
  };
}

const Store = createContext<AddressStore>(locationStore('search'));

/** Says where the state of what is below is kept; without it, in the query string. */
export const AddressProvider = Store.Provider;

/** Changes several words of the address at once: one step of the history. */
export type ChangeAddress = (changes: Readonly<Record<string, string | undefined>>, how?: 'push' | 'replace') => void;

export function useChangeAddress(): ChangeAddress {
  const store = useContext(Store);
  return useCallback(
    (changes, how = 'push') => {
      const query = changed(store.read(), changes);
      if (query !== new URLSearchParams(store.read()).toString()) store.write(query, how);
    },
    [store],
  );
}

/** The address with some of its words changed, for links. */
export function useAddressLink(): (changes: Readonly<Record<string, string | undefined>>) => string {
  const store = useContext(Store);
  const query = useSyncExternalStore(store.subscribe, store.read);
  return (changes) => store.mark + changed(query, changes);
}

function changed(query: string, changes: Readonly<Record<string, string | undefined>>): string {
  const words = new URLSearchParams(query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') words.delete(key);
    else words.set(key, value);
  }
  return words.toString();
}

/**
 * One word of the address and how to change it; an empty one is left out of the address.
 * @param key the same in every view that means the same by it
 */
export function useAddressState(key: string): readonly [string, (value: string, how?: 'push' | 'replace') => void] {
  const store = useContext(Store);
  const value = useSyncExternalStore(store.subscribe, () => new URLSearchParams(store.read()).get(key) ?? '');
  const change = useChangeAddress();
  return [value, useCallback((next, how) => change({ [key]: next }, how), [change, key])];
}

/** Several words of the address by their keys. The list of keys is the same at every call. */
export function useAddressWords<Key extends string>(keys: readonly Key[]): Readonly<Record<Key, string>> {
  const store = useContext(Store);
  const last = useRef<{ readonly text: string; readonly words: Readonly<Record<Key, string>> }>(undefined);
  return useSyncExternalStore(store.subscribe, () => {
    const read = new URLSearchParams(store.read());
    const words = Object.fromEntries(keys.map((key) => [key, read.get(key) ?? ''])) as Record<Key, string>;
    const text = JSON.stringify(words);
    if (last.current?.text !== text) last.current = { text, words };
    return last.current.words;
  });
}
