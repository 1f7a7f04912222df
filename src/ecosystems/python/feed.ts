import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { pypiVersions } from '../../formats/versions/pypi.ts';
import type { Feed } from '../../model/feed.ts';

/** A name as pypi.org compares it (PEP 503). */
export function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Advisories on Python packages, as OSV collects them. */
export const pythonOsv: Feed = osvLanguageFeed({
  ecosystem: 'PyPI',
  name: 'pypi',
  title: 'Python packages',
  licence: 'CC-BY 4.0, Python Packaging Authority and GitHub',
  compare: pypiVersions.compare,
  packageName: pythonName,
});
