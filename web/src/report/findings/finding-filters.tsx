import type { ReactNode } from 'react';
import type { Image } from '../../api/schema.ts';
import { SeverityShape } from '../../ui/severity.tsx';
import { useChangeAddress } from '../address-state.ts';
import { facetTitles, facetWord } from './facet-words.ts';
import { type Facet, facets } from './finding-facets.ts';
import type { ListedFindings } from './use-findings.ts';

/** Values of one facet that are offered at once; the others come by the search. */
const OFFERED = 60;

/** What the list can be narrowed by, each with how many there would be. Kinds stand above the list. */
export function FindingFilters({
  listed,
  image,
}: {
  readonly listed: ListedFindings;
  readonly image: Image;
}): ReactNode {
  const { index, chosen } = listed;
  const offered = facets.filter((facet) => {
    // One value that all have narrows nothing; that of exploitation and use is not one that all have.
    const least = facet === 'exploited' || facet === 'use' ? 1 : 2;
    return facet !== 'kind' && (index.values[facet].length >= least || isNarrowed(facet, chosen[facet]));
  });
  return (
    <div className="finding-filters">
      {offered.map((facet) => (
        <FacetChoices key={facet} facet={facet} listed={listed} image={image} />
      ))}
    </div>
  );
}

/** Whether somebody chose something of a facet, beyond what is chosen where nobody did. */
function isNarrowed(facet: Facet, chosen: ReadonlySet<string> | undefined): boolean {
  return facet !== 'accepted' && (chosen?.size ?? 0) > 0;
}

function FacetChoices(props: {
  readonly facet: Facet;
  readonly listed: ListedFindings;
  readonly image: Image;
}): ReactNode {
  const { facet, listed, image } = props;
  const change = useChangeAddress();
  const chosen = listed.chosen[facet] ?? new Set<string>();
  const counts = listed.matches.counts[facet];
  const known = listed.index.values[facet];
  // What was chosen in another report may not occur in this one: it stays, since it is why nothing is found.
  const values = [...known.slice(0, OFFERED), ...[...chosen].filter((value) => !known.includes(value))];
  const toggle = (value: string): void => {
    const next = new Set(chosen);
    if (!next.delete(value)) next.add(value);
    change({ [facet]: wordOf(facet, next) });
  };
  return (
    <fieldset className="facet">
      <legend>{facetTitles[facet]}</legend>
      {values.map((value) => {
        const count = counts[known.indexOf(value)] ?? 0;
        return (
          <label key={value} className={count === 0 ? 'facet-choice none' : 'facet-choice'}>
            <input type="checkbox" checked={chosen.has(value)} onChange={() => toggle(value)} />
            {facet === 'severity' && (
              <span className={`severity of-${value}`}>
                <SeverityShape severity={value as never} />
              </span>
            )}
            <span className="cut" title={facetWord(facet, value, image)}>
              {facetWord(facet, value, image)}
            </span>
            <span className="facet-count">{count.toLocaleString('en')}</span>
          </label>
        );
      })}
      {known.length > OFFERED && <p className="faint">and {known.length - OFFERED} more</p>}
    </fieldset>
  );
}

/** How the address says what is chosen. Of what is accepted, nothing in the address means what is not. */
export function wordOf(facet: Facet, chosen: ReadonlySet<string>): string {
  if (facet !== 'accepted') return [...chosen].join(',');
  if (chosen.size === 0 || chosen.size === 2) return 'all';
  return chosen.has('open') ? '' : 'accepted';
}

/** The kinds that occur, as one line of switches above the list. */
export function KindSwitches({ listed }: { readonly listed: ListedFindings }): ReactNode {
  const { index, chosen, matches } = listed;
  const change = useChangeAddress();
  const kinds = index.values.kind;
  const selected = chosen.kind ?? new Set<string>();
  if (kinds.length < 2 && selected.size === 0) return null;
  const all = matches.counts.kind.reduce((sum, count) => sum + count, 0);
  return (
    <fieldset className="kind-switches">
      <legend className="unseen">Kind</legend>
      <button type="button" aria-pressed={selected.size === 0} onClick={() => change({ kind: undefined })}>
        All <span className="count">{all.toLocaleString('en')}</span>
      </button>
      {kinds.map((kind, place) => (
        <button
          key={kind}
          type="button"
          aria-pressed={selected.has(kind)}
          onClick={() => change({ kind: selected.has(kind) && selected.size === 1 ? undefined : kind })}
        >
          {facetWord('kind', kind, { layers: [], history: [], reference: '' })}{' '}
          <span className="count">{(matches.counts.kind[place] ?? 0).toLocaleString('en')}</span>
        </button>
      ))}
    </fieldset>
  );
}
