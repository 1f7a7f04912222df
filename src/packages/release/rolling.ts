import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { releaseName } from './release-name.ts';

/** A distribution without releases: what its `VERSION_ID` says is a date of its build tools, or nothing. */
export function rollingRelease(id: string, name: string): Distribution {
  return { id, version: 'rolling', name: `${name} (rolling)` };
}

/** Recognises such distributions by the `ID` of os-release. */
export function detectRolling(releases: readonly Distribution[]): (file: ReleaseFile) => Distribution | undefined {
  return (file) => releases.find(({ id }) => id === releaseName(file)?.id);
}
