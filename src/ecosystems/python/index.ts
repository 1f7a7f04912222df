import { languageNamespaces } from '../../feeds/osv-language.ts';
import { pypiVersions } from '../../formats/versions/pypi.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { pythonName, pythonOsv } from './feed.ts';

/** Python: Python packages of an image, judged by OSV. */
export const python: Ecosystem = {
  id: 'python',
  displayName: 'Python',
  types: ['pypi'],
  analyzers: [],
  feeds: [pythonOsv],
  namespaces: () => languageNamespaces('pypi'),
  advisoryName: pythonName,
  versions: () => pypiVersions,
};
