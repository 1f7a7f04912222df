import { type ReactNode, useEffect, useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { Button } from '../ui/button.tsx';
import { SearchField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { ImageText } from '../ui/image-text.tsx';
import type { MapAddress } from './address-state.ts';
import { queryOf } from './use-map.ts';

/** How often what fits is asked for again while it is looked for, ms. */
const ASKING = 4000;

/** What a search found. */
export interface Found {
  /** Ids of what is shown of it; absent: nothing is looked for. */
  readonly matches?: ReadonlySet<string>;
  readonly count: number;
  readonly error?: Error;
}

/** Looks for what all the terms fit, those that are pinned and the one that is typed. */
export function useSearch(address: MapAddress): Found {
  const q = [...address.terms, (address.find ?? '').trim()].filter((term) => term !== '').join(' ');
  const { at } = address;
  const asked = useAnswer(
    'GET /api/map/search',
    { query: { q, ...queryOf(address), ...(at !== undefined && { at }) } },
    { off: q === '', ...(at === undefined && { every: ASKING }) },
  );
  const [matches, setMatches] = useState<ReadonlySet<string>>();
  const shown = q === '' ? undefined : asked.data?.shown;
  useEffect(() => setMatches(shown === undefined ? undefined : new Set(shown)), [shown]);
  if (q === '') return { count: 0 };
  return {
    count: (asked.data?.nodes.length ?? 0) + (asked.data?.leftOut ?? 0),
    ...(matches !== undefined && { matches }),
    ...(asked.error !== undefined && { error: asked.error }),
  };
}

/** The field of the search. Enter pins a term, so that the next one narrows it. */
export function SearchBox({
  typed,
  onType,
  onPin,
}: {
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly onPin: (term: string) => void;
}): ReactNode {
  return (
    <search className="map-search">
      {' '}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const term = typed.trim();
          if (term === '') return;
          onPin(term);
          onType('');
        }}
      >
        <SearchField
          label="Search the map"
          placeholder="nginx  port:443"
          title="Words, field:word (image:nginx, label.tier:web, port:443, severity:critical, drift:written). Enter pins a term; all pinned terms have to fit."
          value={typed}
          maxLength={500}
          onChange={(event) => onType(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            if (typed === '') event.currentTarget.blur();
            else onType('');
          }}
        />
      </form>
    </search>
  );
}

/** What is looked for and what is left out, each to be taken away. */
export function PinnedTerms({
  address,
  found,
  onChange,
}: {
  readonly address: MapAddress;
  readonly found: Found;
  readonly onChange: (change: Partial<MapAddress>) => void;
}): ReactNode {
  const { terms, filters } = address;
  const narrowed = Object.entries(filters).filter(([, value]) => value !== undefined);
  const searching = found.matches !== undefined || found.error !== undefined;
  if (terms.length === 0 && narrowed.length === 0 && !searching) return null;
  return (
    <div className="map-pinned">
      {terms.map((term) => (
        <Chip
          key={`q ${term}`}
          text={term}
          onRemove={() => onChange({ terms: terms.filter((other) => other !== term) })}
        />
      ))}
      {narrowed.map(([name, value]) => (
        <Chip
          key={`f ${name}`}
          text={`${FILTERS[name] ?? name}: ${WORDS[`${name} ${value}`] ?? value}`}
          onRemove={() => {
            const { [name as keyof typeof filters]: _, ...rest } = filters;
            onChange({ filters: rest });
          }}
        />
      ))}
      <span role="status" className="soft">
        {found.error !== undefined ? (
          <span className="map-wrong">
            <ImageText text={found.error.message} />
          </span>
        ) : (
          searching &&
          `${found.count.toLocaleString('en')} ${found.count === 1 ? 'fits' : 'fit'}, ${found.matches?.size ?? 0} shown here`
        )}
      </span>
      {(terms.length > 0 || narrowed.length > 0) && (
        <Button small kind="quiet" onClick={() => onChange({ terms: [], filters: {} })}>
          Clear
        </Button>
      )}
    </div>
  );
}

const FILTERS: Readonly<Record<string, string>> = {
  system: 'System',
  unconnected: 'Unconnected',
  state: 'State',
  host: 'Host',
  network: 'Network',
  label: 'Label',
};
const WORDS: Readonly<Record<string, string>> = {
  'system hide': 'left out',
  'system only': 'alone',
  'unconnected hide': 'left out',
};

function Chip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }): ReactNode {
  return (
    <span className="map-chip">
      <ImageText text={text} className="clamp" />
      <button type="button" className="plain-button" aria-label={`Remove ${text.slice(0, 100)}`} onClick={onRemove}>
        <Icon name="close" size={11} />
      </button>
    </span>
  );
}
