import { createHash } from 'node:crypto';
import { fullName } from '../image/identity.ts';
import { isElsewhere, splitReference } from '../image/scheme.ts';
import type { Package } from '../model/package.ts';
import type { PackageUse } from '../model/package-use.ts';
import { isIncomplete, type Problem, type ProblemCode } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { imagePurl } from '../policy/product.ts';
import { sbomPurl } from './sbom-purl.ts';

/** A package of a document: what it is called there, and what stands in it. */
export interface SbomEntry {
  /** Unique in the document: the package URL, with a number where there are several. */
  readonly ref: string;
  readonly purl: string;
  readonly pkg: Package;
  readonly parent?: SbomEntry;
  readonly children: readonly SbomEntry[];
  /** What it needs, each once. */
  readonly needs: readonly SbomEntry[];
  /** How a run used it at the most; absent where none did, or nobody watched. */
  readonly use?: PackageUse;
}

/** What documents of every format are made of. */
export interface SbomParts {
  readonly report: Report;
  /** Of the image; absent where no registry has it, as far as is known. */
  readonly purl?: string;
  /** What the image was built from, where that is known by its layers: what it only says of itself is no fact. */
  readonly base?: { readonly name: string; readonly digest?: string; readonly reason: string };
  /** All packages, in the order of the report. */
  readonly entries: readonly SbomEntry[];
  /** Those of the reading: judging says its own of each document. */
  readonly problems: readonly Problem[];
  /** Nothing was left unread. */
  readonly complete: boolean;
}

export function sbomParts(report: Report): SbomParts {
  const purl = purlOf(report);
  const base = baseOf(report);
  const read = report.problems.filter(({ code }) => !judging.has(code));
  return {
    report,
    ...(purl !== undefined && { purl }),
    ...(base !== undefined && { base }),
    entries: entriesOf(report),
    // Whoever reads a document that is not complete says so anew.
    problems: read.filter(({ code }) => code !== 'sbom.incomplete'),
    // What was not wanted is not listed.
    complete: report.packageTypes === undefined && !read.some(isIncomplete),
  };
}

/**
 * Without a digest of its manifest nobody could find the image by it. What is made from a document calls its image as that does,
 * unless by the path of a file.
 */
function purlOf(report: Report): string | undefined {
  const { digest, reference, name } = report.image;
  if (digest === undefined) return undefined;
  const isCopy = report.problems.some(({ code }) => code === 'sbom.source');
  if (name !== undefined || !isCopy) return imagePurl(report);
  const { scheme, location } = splitReference(reference);
  const isFile = scheme === undefined ? /\.(?:aci|gz|json|oci|tar|tgz|xz|zst)$/.test(reference) : !isElsewhere(scheme);
  const copied = isFile ? undefined : fullName(location);
  return imagePurl({ image: { ...report.image, ...(copied !== undefined && { name: copied }) } });
}

function baseOf({ image: { base } }: Report): SbomParts['base'] {
  if (base?.layers === undefined || base.name === undefined) return undefined;
  const { name, digest, reason } = base;
  return { name, ...(digest !== undefined && { digest }), reason };
}

/** Problems of judging packages, not of finding them, and those of a document that a report was made from. */
const judging: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'advisories.feed-failed',
  'advisories.missing',
  'advisories.namespace-missing',
  'advisories.removed',
  'advisories.stale',
  'advisories.starter',
  'advisories.unkept',
  'judge.failed',
  'packages.judged-by-parent',
  'packages.judged-by-product',
  'packages.not-judged',
  'packages.repositories-unknown',
  'packages.unwatched',
  'packages.without-feed',
  'policy.expired',
  'sbom.source',
  'version.invalid',
  'vex.unreadable',
  'attestation.unreadable',
]);

/** As long as no circle is, and nothing is packed deeper. */
const DEEPEST = 32;

type Making = { -readonly [K in keyof SbomEntry]: SbomEntry[K] } & { children: SbomEntry[]; needs: SbomEntry[] };

function entriesOf({ packages, observation }: Report): readonly SbomEntry[] {
  const uses = new Map(observation?.packagesInUse.map(({ purl, use }) => [purl, use]));
  const taken = new Map<string, number>();
  const entries = packages.map((pkg): Making => {
    const purl = sbomPurl(pkg);
    const number = (taken.get(purl) ?? 0) + 1;
    taken.set(purl, number);
    const use = uses.get(pkg.purl);
    const ref = number === 1 ? purl : `${purl}#${number}`;
    return { ref, purl, pkg, children: [], needs: [], ...(use !== undefined && { use }) };
  });
  const byPurl = Map.groupBy(entries, ({ pkg }) => pkg.purl);
  for (const entry of entries) {
    const parent = parentOf(entry, byPurl);
    if (parent !== undefined && depthOf(parent, entry) < DEEPEST) {
      entry.parent = parent;
      parent.children.push(entry);
    }
    const needed = new Set((entry.pkg.dependsOn ?? []).flatMap((purl) => byPurl.get(purl)?.[0] ?? []));
    needed.delete(entry);
    entry.needs = [...needed];
  }
  return entries;
}

/** Of several copies of an archive the one whose path it has. */
function parentOf({ pkg }: Making, byPurl: ReadonlyMap<string, readonly Making[]>): Making | undefined {
  if (pkg.within === undefined) return undefined;
  const copies = (byPurl.get(pkg.within) ?? []).filter((copy) => copy.pkg !== pkg);
  const holds = (copy: Making): boolean =>
    copy.pkg.locations.some((place) => pkg.locations.some((inner) => inner.startsWith(`${place}!/`)));
  return copies.find(holds) ?? copies[0];
}

/** How many are around an entry; more than there may be where `inner` is one of them. */
function depthOf(entry: SbomEntry, inner: SbomEntry): number {
  let depth = 0;
  for (let one: SbomEntry | undefined = entry; one !== undefined && depth <= DEEPEST; one = one.parent) {
    if (one === inner) return DEEPEST;
    depth++;
  }
  return depth;
}

/** A UUID that the content decides (RFC 9562, version 8: of a hash that the writer chose). */
export function contentUuid(content: object): string {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
