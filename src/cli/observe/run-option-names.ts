import type { OptionName } from '../../config/options.ts';

/** What only makes sense of an image that is started here, and not of a container that runs already. */
export const runOptionNames: readonly OptionName[] = [
  'ready-timeout',
  'cage',
  'network',
  'run-profile',
  'no-presets',
  'accept-weak-cage',
  'sandbox',
  'tracer',
  'tracer-folder',
  'call-rules',
  'prove',
  'profiles',
];
