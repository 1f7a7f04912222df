import type { Distribution } from '../../model/distribution.ts';
import { rollingRelease } from '../../packages/release/rolling.ts';

/** Wolfi has no releases. */
export const wolfiRelease: Distribution = rollingRelease('wolfi', 'Wolfi');
