import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { isAt, type Place, places } from './places.ts';

/** Where one can go. On a narrow screen it is behind a button. */
export function Navigation({ counts }: { readonly counts: Readonly<Record<string, number>> }): ReactNode {
  const [location] = useLocation();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(location);
  if (at !== location) {
    setAt(location);
    setOpen(false);
  }
  return (
    <nav className="navigation no-print" aria-label="Pages" data-open={open}>
      <div className="brand">
        <Link href="/" aria-label="Drydock: overview">
          <Mark />
          <span>Drydock</span>
        </Link>
        <span className="menu-toggle">
          <IconButton
            label={open ? 'Close the navigation' : 'Open the navigation'}
            icon={open ? 'close' : 'menu'}
            aria-expanded={open}
            aria-controls="places"
            onClick={() => setOpen(!open)}
          />
        </span>
      </div>
      <div id="places" className="nav-places">
        {(['look', 'tend'] as const).map((group) => (
          <ul key={group}>
            {places
              .filter((place) => place.group === group)
              .map((place) => (
                <li key={place.path}>
                  <PlaceLink place={place} current={isAt(location, place)} count={counts[place.path] ?? 0} />
                </li>
              ))}
          </ul>
        ))}
      </div>
    </nav>
  );
}

function PlaceLink({
  place,
  current,
  count,
}: {
  readonly place: Place;
  readonly current: boolean;
  readonly count: number;
}): ReactNode {
  return (
    <Link href={place.path} className="place" {...(current && { 'aria-current': 'page' as const })}>
      <Icon name={place.icon} />
      <span className="grow">{place.label}</span>
      {count > 0 && <span className="badge accent">{count > 99 ? '99+' : count}</span>}
    </Link>
  );
}

/** A ship in a dock, from ahead. */
function Mark(): ReactNode {
  return (
    <svg aria-hidden="true" focusable="false" width="24" height="24" viewBox="0 0 24 24" fill="none">
      <path d="M2 4v16h20V4" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" strokeLinecap="round" />
      <path d="M6.5 7h11l-1.5 8.5h-8z" fill="currentColor" />
      <path d="M12 2v5" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
