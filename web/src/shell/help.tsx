import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { Dialog } from '../ui/dialog.tsx';
import { MAP_KEYS } from '../ui/map-keys.ts';
import { places } from './places.ts';

/** The keys. */
export function Help({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [location] = useLocation();
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keys-list">
        <Key keys={['Ctrl', 'K']}>Find a page, an image, a vulnerability, or something to do</Key>
        <Key keys={['/']}>Search on this page</Key>
        <Key keys={['u']}>Submit an image</Key>
        <Key keys={['?']}>These keys</Key>
        <Key keys={['Esc']}>Close what is open</Key>
        {places.map(({ key, label }) => (
          <Key key={key} keys={['g', key]}>
            {label}
          </Key>
        ))}
        <Key keys={['↑', '↓']}>Walk a list; Enter opens</Key>
      </dl>
      {location === '/map' && (
        <>
          <h3>On the map</h3>
          <dl className="keys-list">
            {MAP_KEYS.map(([key, words]) => (
              <Key key={key} keys={[key]}>
                {words}
              </Key>
            ))}
          </dl>
        </>
      )}
    </Dialog>
  );
}

function Key({ keys, children }: { readonly keys: readonly string[]; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </>
  );
}
