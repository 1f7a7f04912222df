import type { ApiContext } from '../api/api-context.ts';
import type { Manifests } from './manifests.ts';

/** What the routes of Clair v4 work with. */
export interface ClairV4Context extends ApiContext {
  readonly manifests: Manifests;
}
