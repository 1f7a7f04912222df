import { initial } from './0001-initial.ts';
import { advisories } from './0002-advisories.ts';
import { imageProgress } from './0003-image-progress.ts';
import { waitingNotifications } from './0004-waiting-notifications.ts';
import { listedNamespaces } from './0005-listed-namespaces.ts';
import { begunScans } from './0006-begun-scans.ts';
import { layerReadings } from './0007-layer-readings.ts';
import { supersededVulnerabilities } from './0008-superseded-vulnerabilities.ts';
import { builds } from './0009-builds.ts';
import { enrichments } from './0010-enrichments.ts';
import { fleet } from './0011-fleet.ts';
import { imagePrograms } from './0012-image-programs.ts';
import { spread } from './0013-spread.ts';
import { archiveImages } from './0014-archive-images.ts';
import { ownSources } from './0015-own-sources.ts';
import { submissions } from './0016-submissions.ts';
import type { Migration } from './migration.ts';

/** All steps, in order: a database of version N had the first N of them. */
export const migrations: readonly Migration[] = [
  initial,
  advisories,
  imageProgress,
  waitingNotifications,
  listedNamespaces,
  begunScans,
  layerReadings,
  supersededVulnerabilities,
  builds,
  enrichments,
  fleet,
  imagePrograms,
  spread,
  archiveImages,
  ownSources,
  submissions,
];
