import { LimitError } from '../../errors.ts';
import { isPart, isVersion } from './coordinates.ts';

/** One artifact of a lockfile, and the configurations that use it. */
export interface LockedArtifact {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  /** Empty where they are not told, or are more than {@link MAX_CONFIGURATIONS}. */
  readonly configurations: readonly string[];
}

const MAX_ENTRIES = 200_000;
const MAX_CONFIGURATIONS = 100;

/**
 * Reads `gradle.lockfile`, `buildscript-gradle.lockfile` and the older `dependency-locks/*.lockfile`: a line
 * `group:artifact:version=configuration,...` for each, where the older form has no configurations
 * (https://docs.gradle.org/current/userguide/dependency_locking.html). Other lines are passed over and counted.
 * @throws LimitError if it is longer than any
 */
export function parseGradleLock(text: string): {
  readonly artifacts: readonly LockedArtifact[];
  readonly passedOver: number;
} {
  const artifacts: LockedArtifact[] = [];
  let passedOver = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#') || entry.startsWith('empty=')) continue;
    const equals = entry.indexOf('=');
    const [group, artifact, version, more] = (equals < 0 ? entry : entry.slice(0, equals)).split(':', 4);
    if (!isPart(group) || !isPart(artifact) || !isVersion(version) || more !== undefined) {
      passedOver++;
      continue;
    }
    if (artifacts.length >= MAX_ENTRIES) throw new LimitError(`it has more than ${MAX_ENTRIES} entries`);
    const named = equals < 0 ? [] : entry.slice(equals + 1).split(',', MAX_CONFIGURATIONS + 1);
    artifacts.push({ group, artifact, version, configurations: named.length > MAX_CONFIGURATIONS ? [] : named });
  }
  return { artifacts, passedOver };
}
