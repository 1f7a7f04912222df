import { listedOnly } from '../listed-only.ts';
import { flatpakMetadata } from './metadata.ts';

/** Applications of Flatpak. Nobody publishes advisories on them. */
export const flatpak = listedOnly({
  id: 'flatpak',
  displayName: 'Flatpak',
  types: ['flatpak'],
  analyzers: [flatpakMetadata],
});
