import { SCHEMA_VERSION } from '../schema.ts';
import type { Installed } from './installed.ts';
import { type Manifest, refused } from './manifest.ts';

/** What somebody takes although it would be refused. */
export interface Leniency {
  /** One that is older than the database in use: somebody wants to go back. */
  readonly allowOlder?: boolean;
  /** One after the day until which it was to be believed that there is nothing newer. */
  readonly allowExpired?: boolean;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Whether a database may take the place of the one in use. Whoever can send old artefacts again must neither lead back
 * to an older database (a lower version) nor hold on to one for ever (an end to each), and whoever cannot sign must not
 * replace what was signed.
 * @param key short name of the key that signed it
 * @throws AdvisoriesError `advisories.refused`
 */
export function checkAdmission(
  manifest: Manifest,
  key: string | undefined,
  installed: Installed | undefined,
  now: Date,
  { allowOlder = false, allowExpired = false }: Leniency,
): void {
  if (manifest.schema !== SCHEMA_VERSION) {
    const advice = manifest.schema > SCHEMA_VERSION ? 'Update Drydock' : 'Ask its publisher for a newer one';
    throw refused(`its tables are of version ${manifest.schema}, and ${SCHEMA_VERSION} is needed. ${advice}`);
  }
  const time = now.getTime();
  if (Date.parse(manifest.expires) <= time && !allowExpired) {
    throw refused(`it was to be believed until ${manifest.expires}, and there should be a newer one (--allow-expired)`);
  }
  if (Date.parse(manifest.created) > time + DAY) {
    throw refused(`it says it was made on ${manifest.created}, which is to come: a clock is wrong`);
  }
  if (installed === undefined || allowOlder) return;
  if (installed.key !== undefined && key === undefined) {
    throw refused(`the database in use is signed by ${installed.key}, and it is not signed (--force)`);
  }
  if (manifest.version < installed.version) {
    throw refused(`its version ${manifest.version} is older than ${installed.version}, which is in use (--force)`);
  }
}
