import { type ReactNode, useMemo } from 'react';
import { gravestFirst, SeverityShape } from '../ui/severity.tsx';
import { isFrame } from './grouping.ts';
import type { HeldMap } from './held-map.ts';
import type { MapNode, Severity } from './shapes.ts';

/** How many of what is shown have what as their gravest vulnerability in use. */
export interface Counts {
  readonly severities: ReadonlyMap<Severity, number>;
  /** Known, and nothing of it in use. */
  readonly calm: number;
  /** Not scanned, or not yet, or what of it is in use cannot be told: nothing can be said. */
  readonly notKnown: number;
}

/** Hosts and what stands around others have no colour of their own, and what is gone does not count. */
export function countsOf({ nodes }: Pick<HeldMap, 'nodes'>): Counts {
  const severities = new Map<Severity, number>();
  let [calm, notKnown] = [0, 0];
  for (const node of nodes.values()) {
    if (!counts(node)) continue;
    // A group stands for its members, each with its own colour.
    for (const { severity, count } of node.tally?.severities ?? [])
      severities.set(severity, (severities.get(severity) ?? 0) + count);
    if (node.tally !== undefined) {
      calm += node.tally.calm;
      notKnown += node.tally.notKnown;
    } else if (node.worst !== undefined) {
      severities.set(node.worst.severity, (severities.get(node.worst.severity) ?? 0) + 1);
    } else if (node.knowledge === 'known' && node.useUnknown !== true) calm++;
    else if (node.knowledge !== 'none') notKnown++;
  }
  return { severities, calm, notKnown };
}

function counts({ id, kind, gone }: MapNode): boolean {
  return gone === undefined && kind !== 'host' && kind !== 'internet' && kind !== 'outside' && !isFrame(id);
}

/** The colours of the map in figures; each severity is found on the map by its figure. */
export function Tally({
  held,
  terms,
  onTerms,
}: {
  readonly held: HeldMap;
  readonly terms: readonly string[];
  readonly onTerms: (terms: readonly string[]) => void;
}): ReactNode {
  const { severities, calm, notKnown } = useMemo(() => countsOf(held), [held]);
  return (
    <ul className="map-tally" aria-label="Gravest vulnerability in use">
      {gravestFirst.map((severity) => {
        const count = severities.get(severity) ?? 0;
        const term = `severity:${severity}`;
        const pinned = terms.includes(term);
        if (count === 0 && !pinned) return null;
        return (
          <li key={severity}>
            <button
              type="button"
              className={`plain-button severity of-${severity}`}
              aria-pressed={pinned}
              title={`Gravest in use: ${severity}. Press to find them.`}
              onClick={() => onTerms(pinned ? terms.filter((other) => other !== term) : [...terms, term].slice(-10))}
            >
              <SeverityShape severity={severity} />
              <strong>{count.toLocaleString('en')}</strong> <span className="map-word-late">{severity}</span>
            </button>
          </li>
        );
      })}
      {calm > 0 && (
        <li title="Scanned, and no vulnerability is known in what runs">
          <strong>{calm.toLocaleString('en')}</strong> <span className="map-word-late">nothing in use</span>
          <span className="map-word-early">calm</span>
        </li>
      )}
      {notKnown > 0 && (
        <li title="Not scanned, or not yet, or whether what runs uses what is vulnerable is not known">
          <strong>{notKnown.toLocaleString('en')}</strong> not known
        </li>
      )}
    </ul>
  );
}
