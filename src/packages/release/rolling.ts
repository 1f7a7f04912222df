import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { releaseName } from './release-name.ts';

/** A distribution without releases: what its `VERSION_ID` says is a date of its build tools, or nothing. */
export function rollingRelease(id: string, name: string): Distribution {
  return { id, version: 'rolling', name: `${name} (rolling)` };
}

/** Recognises such a distribution by the `ID` of os-release. */
export function detectRolling(release: Distribution, file: ReleaseFile): Distribution | undefined {
  return releaseName(file)?.id === release.id ? release : undefined;
}
