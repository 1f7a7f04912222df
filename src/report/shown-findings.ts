import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';

/** Findings for formats that have no place for an acceptance: without the accepted ones, unless these are asked for. */
export function shownFindings(
  { findings }: Pick<Report, 'findings'>,
  { showSuppressed = false }: { readonly showSuppressed?: boolean },
): readonly Finding[] {
  return showSuppressed ? findings : findings.filter(({ suppressed }) => suppressed === undefined);
}

/** Where something was found: `openssl 3.0.11`, `app/config.php:12`; empty where it is of the whole image. */
export function subjectOf({ package: pkg, location }: Finding): string {
  if (pkg !== undefined) return `${pkg.name} ${pkg.version}`.trim();
  if (location === undefined) return '';
  return location.line === undefined ? location.path : `${location.path}:${location.line}`;
}
