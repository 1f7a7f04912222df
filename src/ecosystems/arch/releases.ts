import type { Distribution } from '../../model/distribution.ts';
import { rollingRelease } from '../../packages/release/rolling.ts';

/** Arch Linux has no releases. */
export const archRelease: Distribution = rollingRelease('arch', 'Arch Linux');
