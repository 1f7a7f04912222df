import { osvFeed } from '../../feeds/osv.ts';
import { debVersions } from '../../formats/versions/deb.ts';
import type { AdvisoryState, Affected } from '../../model/advisory.ts';
import type { Feed } from '../../model/feed.ts';
import { withStandardPockets } from './standard.ts';

/** States of Ubuntu's CVE tracker beyond what the ranges say (ubuntu-cve-tracker, README, "status"). */
const states: ReadonlyMap<string, AdvisoryState> = new Map<string, AdvisoryState>([
  ['ignored', 'will-not-fix'],
  ['deferred', 'deferred'],
  ['needs-triage', 'under-investigation'],
]);

/**
 * Ubuntu's own statements on every CVE, through OSV. Notices (USN-, LSN-) are left out: they repeat the fixes of
 * several CVEs under one id, and every fix stands in its CVE's record too.
 */
export const ubuntuOsv: Feed = osvFeed({
  name: 'ubuntu-osv',
  version: 2,
  ecosystem: 'Ubuntu',
  title: 'Ubuntu security data (OSV)',
  licence: 'CC-BY-SA 4.0, Canonical Ltd.',
  nameKind: 'source',
  compare: debVersions.compare,
  rangesOnly: true,
  accepts: (id) => id.startsWith('UBUNTU-CVE-'),
  completed: withStandardPockets,
  recordUrl: (id) => `https://ubuntu.com/security/${id.replace(/^UBUNTU-/, '')}`,

  stateOf(specific, fixed): Pick<Affected, 'state' | 'note'> | undefined {
    const status = specific['status'];
    if (fixed || typeof status !== 'string') return undefined;
    const state = states.get(status);
    if (state !== undefined) return { state };
    return status === 'pending' ? { state: 'affected', note: 'a fix is being prepared' } : undefined;
  },
});
