import type { VersionRange } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';
import type { Assessment } from './assess.ts';

/**
 * The comparison that decided, in one sentence that lets a reader check it:
 * `openssl 3.0.11-1~deb12u1 < 3.0.11-1~deb12u2 (deb order, source package openssl, debian:12)`.
 */
export function evidenceOf(assessment: Assessment, pkg: Package): string {
  const { compared, hit, verdict } = assessment;
  const installed = `${compared.name} ${compared.version}`;
  const context = contextOf(assessment, pkg);
  if (verdict.outcome === 'unjudged') return `${installed}: ${verdict.error.message} (${context})`;
  if (verdict.outcome === 'affected') {
    if (verdict.by === 'range') return `${installed} ${comparison(verdict.range)} (${context})`;
    if (verdict.by === 'every-version') return `${installed}: every version is affected (${hit.affected.namespace})`;
    return `${installed} is one of the ${hit.affected.versions?.length ?? 0} affected versions listed (${context})`;
  }
  switch (verdict.because) {
    case 'stated':
      return `${installed}: ${hit.feed} states that it is not affected (${hit.affected.namespace})`;
    case 'past': {
      const { fixed, lastAffected } = verdict.range;
      const bound = fixed === undefined ? `> ${lastAffected}, the last affected version` : `>= ${fixed}, the fix`;
      return `${installed} ${bound} (${context})`;
    }
    case 'before':
      return `${installed} < ${verdict.range.introduced}, the first affected version (${context})`;
    case 'unlisted':
      return `${installed} is not among the versions the record names (${context})`;
    case 'excluded':
      return `${installed}: ${verdict.reason} (${context})`;
  }
}

function comparison({ introduced, fixed, lastAffected }: VersionRange): string {
  const from = introduced === undefined || introduced === '0' ? undefined : `>= ${introduced}`;
  if (fixed !== undefined) return from === undefined ? `< ${fixed}` : `${from} and < ${fixed}`;
  if (lastAffected !== undefined) {
    return `${from === undefined ? '' : `${from} and `}<= ${lastAffected}, the last affected version`;
  }
  return from === undefined ? 'has no fix: every version is affected' : `${from}, no fix is known`;
}

function contextOf({ compared, scheme, hit }: Assessment, pkg: Package): string {
  // Only distributions tell source from binary packages; elsewhere the word would puzzle.
  const which = pkg.distribution === undefined ? '' : `, ${compared.kind} package ${compared.name}`;
  return `${scheme.id} order${which}, ${hit.affected.namespace}`;
}
