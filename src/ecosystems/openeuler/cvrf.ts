import type { CvrfDocument } from '../../formats/cvrf.ts';
import { asMoment } from '../../formats/record.ts';
import type { OpenEulerNotice } from './notice.ts';

/** `openEuler-22.03-LTS-SP3` of `cpe:/a:openEuler:openEuler:22.03-LTS-SP3`. */
function releaseOf(cpe: string): string {
  return `openEuler-${cpe.slice(cpe.lastIndexOf(':') + 1)}`;
}

/** What a document says: its files, each with the CPE of its release, mend all its vulnerabilities. */
export function cvrfNotice(document: CvrfDocument): OpenEulerNotice {
  const cves = document.vulnerabilities.map(({ cve }) => cve).filter((cve) => /^CVE-\d{4}-\d{4,19}$/.test(cve));
  const fixed = new Set(document.vulnerabilities.flatMap(({ status }) => status.get('Fixed') ?? []));
  const builds = document.products
    .filter(({ branch }) => branch.type === 'Package Arch')
    .map(({ cpe, name }) => ({ release: releaseOf(cpe), file: name, state: 'fixed' as const }))
    .filter(({ release }) => fixed.has(release));
  const published = asMoment(document.published);
  const modified = asMoment(document.modified);
  return {
    id: document.id,
    cves: [...new Set(cves)],
    severity: document.severity,
    builds,
    ...(document.title !== '' && { title: document.title }),
    ...(published !== undefined && { published }),
    ...(modified !== undefined && { modified }),
  };
}
