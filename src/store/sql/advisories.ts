import { StoreError } from '../../errors.ts';
import type { AdvisoryShelf } from '../advisory-shelf.ts';
import type { SqlConnection } from './connection.ts';
import type { Judging } from './judging.ts';

/** The advisories of the feeds. Placeholder until they are kept. */
export function createAdvisoryShelf(_connection: SqlConnection, _judging: Judging): AdvisoryShelf {
  return {
    generation: async () => await Promise.resolve(0),
    apply: async () => await Promise.reject(new StoreError('fault', 'Advisories cannot be taken over yet.')),
  };
}
