import type { ReactNode } from 'react';
import type { MapNodeLink } from '../api/schema.ts';
import { ImageText } from '../ui/image-text.tsx';

/** Another node, which is told about when it is chosen. */
export function NodeButton({
  node,
  onSelect,
}: {
  readonly node: Pick<MapNodeLink, 'id' | 'label'>;
  readonly onSelect: (id: string) => void;
}): ReactNode {
  return (
    <button type="button" className="plain-button map-link" onClick={() => onSelect(node.id)}>
      <ImageText text={node.label} className="clamp" />
    </button>
  );
}
