import { languageNamespaces } from '../../feeds/osv-language.ts';
import { pypiVersions } from '../../formats/versions/pypi.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { condaMeta } from './conda.ts';
import { pythonDeclared } from './declared.ts';
import { pythonName, pythonOsv } from './feed.ts';
import { pythonInstalled } from './installed.ts';

/** Python: Python packages of an image, judged by OSV. */
export const python: Ecosystem = {
  id: 'python',
  displayName: 'Python',
  types: ['pypi'],
  analyzers: [pythonInstalled, condaMeta, pythonDeclared],
  feeds: [pythonOsv],
  namespaces: () => languageNamespaces('pypi'),
  advisoryName: pythonName,
  versions: () => pypiVersions,
};
