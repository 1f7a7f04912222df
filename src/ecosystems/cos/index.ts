import { releaseFiles } from '../../packages/release/files.ts';
import { listedOnly } from '../listed-only.ts';
import { detectCos } from './detect.ts';
import { cosPackages } from './packages.ts';

/** Container-Optimized OS: what it is made of is listed; advisories on it are not read. */
export const cos = listedOnly({
  id: 'cos',
  displayName: 'Container-Optimized OS',
  types: ['cos'],
  analyzers: [releaseFiles, cosPackages],
  detect: detectCos,
});
