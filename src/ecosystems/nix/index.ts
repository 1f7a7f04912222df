import { listedOnly } from '../listed-only.ts';
import { nixStore } from './store.ts';

/** Nix: paths of a store. Nobody publishes advisories by the names of Nixpkgs in a form that is free to read. */
export const nix = listedOnly({
  id: 'nix',
  displayName: 'Nix',
  types: ['nix'],
  analyzers: [nixStore],
});
