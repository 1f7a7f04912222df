import type { Distribution } from '../../model/distribution.ts';
import { rollingRelease } from '../../packages/release/rolling.ts';

/** Chainguard has no releases. */
export const chainguardRelease: Distribution = rollingRelease('chainguard', 'Chainguard');
