import type { ReactNode } from 'react';
import type { MapAuditEntry } from '../api/schema.ts';
import { useAnswer } from '../api/use-answer.ts';
import { ImageText } from '../ui/image-text.tsx';
import { Time } from '../ui/time.tsx';

/** As many entries of one container are shown. */
const ROWS = 5;

const OUTCOMES: Readonly<Record<MapAuditEntry['outcome'], string>> = {
  asked: 'asked for',
  done: 'done',
  refused: 'refused',
  failed: 'failed',
};

/** What was done to a container by the map, and by whom. Nothing where nothing was. */
export function ControlRecord({ node }: { readonly node: string }): ReactNode {
  const { data } = useAnswer('GET /api/map/audit', {});
  const entries = (data?.entries ?? []).filter((entry) => entry.node === node && entry.outcome !== 'asked');
  if (entries.length === 0) return null;
  return (
    <section className="map-section" aria-label="What was done to it">
      <h3>What was done to it</h3>
      <ul>
        {entries.slice(0, ROWS).map(({ at, client, control, outcome, message }) => (
          <li key={`${at} ${control} ${outcome}`} className="map-row">
            <span>
              {control} {OUTCOMES[outcome]}
            </span>
            <span className="soft">
              <Time at={at} /> by <ImageText text={client} />
            </span>
            {outcome !== 'done' && <ImageText text={message} className="faint" />}
          </li>
        ))}
      </ul>
    </section>
  );
}
