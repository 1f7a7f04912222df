import type { VersionScheme } from '../../model/version-scheme.ts';
import { numbersOnly, readNumbers } from './numbers.ts';
import { partwise, tokenwise } from './partwise.ts';

/**
 * Versions of Haskell packages: numbers with dots between, the shorter version first (Haskell Package Versioning Policy,
 * "Version numbers"; Cabal's `Version`). Tags (`1.0-beta`) are gone from Cabal and invalid.
 */
export const hackageVersions: VersionScheme = partwise('hackage', (version) => readNumbers('hackage', version, '.'), [
  tokenwise(numbersOnly),
]);
