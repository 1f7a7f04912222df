import type { CsafDocument, CsafStatus } from '../../formats/csaf/document.ts';
import type { OpenEulerBuild, OpenEulerNotice } from './notice.ts';

const states: ReadonlyMap<CsafStatus, OpenEulerBuild['state']> = new Map([
  ['fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['known_not_affected', 'not-affected'],
  ['under_investigation', 'under-investigation'],
]);

/**
 * What a document says: of a notice, or of a CVE. Products are relationships of the file of a package with a release, and
 * named so where there is none: `openEuler-22.03-LTS-SP3:vim-common-9.0-33.oe2203sp3.x86_64`.
 */
export function csafNotice(document: CsafDocument): OpenEulerNotice {
  const cves = document.vulnerabilities.flatMap(({ cve }) => (cve === undefined ? [] : [cve]));
  const builds = document.vulnerabilities.flatMap(({ status }) =>
    [...states].flatMap(([name, state]) =>
      (status.get(name) ?? []).map((id): OpenEulerBuild => {
        const part = document.products.get(id)?.part;
        const colon = id.indexOf(':');
        const [release, file] =
          part === undefined ? [id.slice(0, colon), id.slice(colon + 1)] : [part.of, part.component];
        return { release, file, state };
      }),
    ),
  );
  const threat = document.vulnerabilities[0]?.threats.find(({ category }) => category === 'impact')?.details;
  const { id, title, published, modified } = document;
  return {
    id,
    cves: [...new Set(cves)].filter((cve) => /^CVE-\d{4}-\d{4,19}$/.test(cve)),
    severity: document.severity ?? threat,
    builds,
    ...(title !== undefined && { title }),
    ...(published !== undefined && { published }),
    ...(modified !== undefined && { modified }),
  };
}
