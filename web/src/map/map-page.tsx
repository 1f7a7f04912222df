import type { ReactNode } from 'react';
import { Empty } from '../ui/states.tsx';

/** The live map. */
export function MapPage(): ReactNode {
  return <Empty title="The map is not here yet" />;
}
