import type { Distribution } from '../../model/distribution.ts';
import { rollingRelease } from '../../packages/release/rolling.ts';

/** MinimOS has no releases. */
export const minimosRelease: Distribution = rollingRelease('minimos', 'MinimOS');
