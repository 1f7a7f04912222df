import { listedOnly } from '../listed-only.ts';
import { spackSpecs } from './specs.ts';

/** Packages of Spack. Nobody publishes advisories on them. */
export const spack = listedOnly({
  id: 'spack',
  displayName: 'Spack',
  types: ['spack'],
  analyzers: [spackSpecs],
});
