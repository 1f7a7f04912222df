import { goVersions } from '../../formats/versions/go.ts';
import type { Affected } from '../../model/advisory.ts';
import { osvLanguage } from '../osv-language.ts';
import { goBinaries } from './binaries.ts';
import { goModules } from './modules.ts';

/**
 * Paths of modules have upper case, and the purl specification lower-cases them: who has nothing but a package URL
 * (`pkg:golang/github.com/masterminds/goutils`) finds the advisory by a row of its own.
 */
function withLowerCase(rows: readonly Affected[]): readonly Affected[] {
  const names = new Set(rows.map((row) => `${row.namespace} ${row.package}`));
  const more = rows.flatMap((row) => {
    const lower = row.package.toLowerCase();
    return names.has(`${row.namespace} ${lower}`) ? [] : [{ ...row, package: lower }];
  });
  return more.length === 0 ? rows : [...rows, ...more];
}

/** Go: Go modules of an image, judged by OSV. */
export const go = osvLanguage({
  id: 'go',
  displayName: 'Go',
  types: ['golang'],
  analyzers: [goBinaries, goModules],
  osv: {
    ecosystem: 'Go',
    name: 'go',
    version: 2,
    title: 'Go modules',
    licence: 'CC-BY 4.0, Go vulnerability database and GitHub',
    completed: withLowerCase,
  },
  versions: goVersions,
});
