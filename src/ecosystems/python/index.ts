import { pypiVersions } from '../../formats/versions/pypi.ts';
import { osvLanguage } from '../osv-language.ts';
import { condaMeta } from './conda.ts';
import { pythonDeclared } from './declared.ts';
import { pythonInstalled } from './installed.ts';

/** A name as pypi.org compares it (PEP 503). */
function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Python: Python packages of an image, judged by OSV. */
export const python = osvLanguage({
  id: 'python',
  displayName: 'Python',
  types: ['pypi'],
  analyzers: [pythonInstalled, condaMeta, pythonDeclared],
  osv: {
    ecosystem: 'PyPI',
    name: 'pypi',
    title: 'Python packages',
    licence: 'CC-BY 4.0, Python Packaging Authority and GitHub',
  },
  advisoryName: pythonName,
  versions: pypiVersions,
});
