import type { Distribution } from '../../model/distribution.ts';
import { rollingRelease } from '../../packages/release/rolling.ts';

/** CleanStart has no releases. */
export const cleanstartRelease: Distribution = rollingRelease('cleanstart', 'CleanStart');
