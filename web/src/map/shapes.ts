import type { MapNode, MapSnapshot } from '../api/schema.ts';

/** The shapes of the map as the service tells them (`src/server/map/map-schema.ts`), by short names. */
export type { MapChange, MapEdge, MapNode, MapReporter, MapSnapshot } from '../api/schema.ts';

export type MapView = MapSnapshot['view'];
export type Severity = NonNullable<MapNode['installed']>;
