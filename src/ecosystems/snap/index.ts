import { listedOnly } from '../listed-only.ts';
import { snapMetadata } from './metadata.ts';

/** Snaps that are unpacked in an image. Nobody publishes advisories on them. */
export const snap = listedOnly({
  id: 'snap',
  displayName: 'Snap',
  types: ['snap'],
  analyzers: [snapMetadata],
});
