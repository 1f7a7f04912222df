import type { ReactNode } from 'react';
import { ImageText } from '../ui/image-text.tsx';
import { drawable, type HeldMap } from './held-map.ts';

/** What is shown and what is not, and whether somebody does not tell what should be here. */
export function StatusLine({
  held,
  onReporters,
}: {
  readonly held: HeldMap;
  readonly onReporters: () => void;
}): ReactNode {
  const { reporters, leftOut, nodes, edges, grouped } = held;
  const troubled = reporters.filter(({ state }) => state !== 'live');
  const blind = reporters.filter(({ blindSpots }) => blindSpots.length > 0);
  const { over } = drawable(held);
  return (
    <div className="map-status">
      <button type="button" className="plain-button map-link" onClick={onReporters}>
        {reporters.length} {reporters.length === 1 ? 'host' : 'hosts'}
        {troubled.length > 0 && (
          <strong className="map-wrong">
            , {troubled.length} {troubled.length === 1 ? troubled[0]!.state : 'late, gone or skewed'}
          </strong>
        )}
        {blind.length > 0 && `, ${blind.length} with blind spots`}
      </button>
      <span>
        {nodes.size} nodes, {edges.size} edges
      </span>
      {grouped && leftOut.why === '' && <span>containers of one image are one node</span>}
      {leftOut.why !== '' && <ImageText text={leftOut.why} />}
      {over > 0 && <span className="map-wrong">{over} more are not drawn</span>}
    </div>
  );
}
