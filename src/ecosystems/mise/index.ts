import { listedOnly } from '../listed-only.ts';
import { miseTools } from './tools.ts';

/** Tools that projects ask mise for. Nobody publishes advisories on them. */
export const mise = listedOnly({
  id: 'mise',
  displayName: 'mise',
  types: ['mise'],
  analyzers: [miseTools],
});
