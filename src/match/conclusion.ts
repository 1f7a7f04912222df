import type { AdvisoryHit, AdvisorySource } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';
import type { ExplainedPackage, ExplainedVerdict, Explanation, NamedElsewhere } from './explanation.ts';

/** `debian` of `debian:12`. */
export function familyOf(namespace: string): string {
  return namespace.split(':', 1)[0]!;
}

/** What is known when the image as a whole is judged. */
interface Known {
  readonly id: string;
  readonly hits: readonly AdvisoryHit[];
  readonly packages: readonly ExplainedPackage[];
  readonly elsewhere: readonly NamedElsewhere[];
  /** Namespaces that packages of the image are judged by. */
  readonly used: ReadonlySet<string>;
  /** Packages that records name, but that nobody watches here. */
  readonly unwatched: readonly Package[];
}

/** The verdict on the whole image, and the sentence that says why. */
export function conclude(
  { id, hits, packages, elsewhere, used, unwatched }: Known,
  advisories: AdvisorySource,
): Pick<Explanation, 'verdict' | 'reason'> {
  if (hits.length === 0) {
    const feeds = advisories.status().feeds.filter(({ enriches }) => enriches !== true);
    const asked = feeds.length === 0 ? 'no feed' : feeds.map((feed) => feed.name).join(', ');
    return { verdict: 'unknown', reason: `No record of the advisory data has the id ${id}. Asked: ${asked}.` };
  }
  if (packages.length > 0) {
    const verdict = strongest(packages.map((pkg) => pkg.verdict));
    const deciding = packages.find((pkg) => pkg.verdict === verdict)!;
    return { verdict, reason: deciding.reason };
  }
  if (unwatched.length > 0) {
    const names = [...new Set(unwatched.map(({ name, version }) => `${name} ${version}`))];
    const reason = `${names.join(', ')} is in the image, but Drydock knows of no advisories for it.`;
    return { verdict: 'unjudged', reason };
  }
  const families = new Set(hits.map(({ affected }) => familyOf(affected.namespace)));
  const missing = [...used]
    .filter((namespace) => families.has(familyOf(namespace)) && !advisories.hasNamespace(namespace))
    .sort();
  if (missing.length > 0) {
    return {
      verdict: 'unjudged',
      reason: `The advisory data holds nothing for ${missing.join(', ')}, so nobody can say.`,
    };
  }
  return { verdict: 'not-affected', reason: absence(elsewhere) };
}

/** Why no package of the image is concerned, in one sentence. */
function absence(elsewhere: readonly NamedElsewhere[]): string {
  const named = (why: NamedElsewhere['why']) => elsewhere.filter((entry) => entry.why === why);
  const other = named('other-release');
  if (other.length > 0) {
    return `The records speak of ${listed(other, (e) => e.package)} in other releases only: ${listed(other, (e) => e.namespace)}.`;
  }
  const absent = named('absent');
  if (absent.length > 0) return `The image has no package ${listed(absent, (e) => e.package)}, which the records name.`;
  return `The records name only ${listed(elsewhere, (e) => e.package)} in ${listed(elsewhere, (e) => e.namespace)}.`;
}

function listed(entries: readonly NamedElsewhere[], what: (entry: NamedElsewhere) => string): string {
  const words = [...new Set(entries.map(what))].sort();
  return words.length > 10 ? `${words.slice(0, 10).join(', ')} and ${words.length - 10} more` : words.join(', ');
}

/** The verdict that counts where there are several: what affects one package affects the image. */
export function strongest(verdicts: readonly ExplainedVerdict[]): ExplainedVerdict {
  if (verdicts.includes('affected')) return 'affected';
  return verdicts.includes('unjudged') ? 'unjudged' : 'not-affected';
}
