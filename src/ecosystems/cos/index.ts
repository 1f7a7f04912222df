import { releaseFiles } from '../../packages/release/files.ts';
import { detectNamed } from '../../packages/release/known-release.ts';
import { listedOnly } from '../listed-only.ts';
import { cosPackages } from './packages.ts';

const name = 'Container-Optimized OS';

/** Container-Optimized OS: what it is made of is listed; advisories on it are not read. */
export const cos = listedOnly({
  id: 'cos',
  displayName: name,
  types: ['cos'],
  analyzers: [releaseFiles, cosPackages],
  // The version is the milestone.
  detect: detectNamed(new Map([['cos', name]]), /^\d{1,4}/),
});
