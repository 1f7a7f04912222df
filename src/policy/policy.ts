import type { VexJustification } from '../formats/vex/document.ts';
import type { Finding, FindingKind } from '../model/finding.ts';
import { comparableId } from '../model/finding-id.ts';
import { withoutAuthor } from '../model/purl.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { isGlob, matchesGlob } from './glob.ts';
import { matchesImage } from './image-name.ts';
import { type LicencePolicy, refusedOf } from './licences/find.ts';
import { judgeLicence, type LicenceRules } from './licences/judge.ts';
import { readTerm } from './licences/terms.ts';
import { comparablePurl, purlDifference } from './purl.ts';
import { meetsVersionCondition } from './version-condition.ts';

/** What findings an entry means: those that meet every criterion; of the values of one criterion any. */
export interface Criteria {
  /** Ids or aliases, in any case of letters ({@link comparableId}). */
  readonly id?: readonly string[];
  /** Names, package URLs, or patterns of either. */
  readonly package?: readonly string[];
  /** `< 3.0.12`, `>= 1.0, < 2.0`, `3.0.*`. */
  readonly version?: readonly string[];
  /** Licences as {@link readTerm} reads them: all that is refused of the licence of a finding has to be among them. */
  readonly licence?: readonly string[];
  /** Patterns of paths in the image. */
  readonly path?: readonly string[];
  /** Indexes from 0 at the base, or diff ids. */
  readonly layer?: readonly string[];
  readonly kind?: readonly FindingKind[];
  readonly severity?: readonly Severity[];
  readonly state?: readonly string[];
  /** Patterns of image references. */
  readonly image?: readonly string[];
}

export const criterionNames = [
  'id',
  'package',
  'version',
  'licence',
  'path',
  'layer',
  'kind',
  'severity',
  'state',
  'image',
] as const satisfies readonly (keyof Criteria)[];

/** Findings that somebody accepts, why, and until when. */
export interface PolicyEntry {
  /** Line of its file on which it begins. */
  readonly line: number;
  readonly criteria: Criteria;
  readonly reason: string;
  /** The last day (YYYY-MM-DD, in UTC) on which it holds. */
  readonly expires: string;
  readonly owner?: string;
  /** Why the image does not have the vulnerability after all, where that is so: for VEX. */
  readonly justification?: VexJustification;
}

/** A file of accepted findings. */
export interface Policy {
  /** As messages name it. */
  readonly file: string;
  /** Of its bytes: `sha256:...` */
  readonly digest: string;
  readonly entries: readonly PolicyEntry[];
  /** Which licences may be used; absent: nobody asks for them. */
  readonly licences?: LicencePolicy;
}

/** `drydock.yaml:3`. */
export function placeOf({ file }: Pick<Policy, 'file'>, { line }: Pick<PolicyEntry, 'line'>): string {
  return `${file}:${line}`;
}

/** Whether an entry no longer holds on the day of a moment. */
export function isExpired({ expires }: Pick<PolicyEntry, 'expires'>, now: Date): boolean {
  return expires < now.toISOString().slice(0, 10);
}

/** Tells whether an entry means a finding, whatever day it is. */
export function meansFinding({ criteria }: PolicyEntry, finding: Finding, report: Pick<Report, 'image'>): boolean {
  const { id, kind, severity, state, path, layer, image, licence } = criteria;
  if (kind !== undefined && !kind.includes(finding.kind)) return false;
  if (severity !== undefined && !severity.includes(finding.severity)) return false;
  if (state !== undefined && !state.includes(finding.state ?? '')) return false;
  if (id !== undefined && !meansId(id, finding)) return false;
  if (path !== undefined && !meansAllPlaces(path, finding)) return false;
  if (layer !== undefined && !meansAllLayers(layer, finding, report)) return false;
  if (licence !== undefined && !meansLicence(licence, finding)) return false;
  if (!meansPackage(criteria, finding)) return false;
  return image === undefined || image.some((one) => matchesImage(one, report));
}

const rulesOf = new WeakMap<readonly string[], LicenceRules>();

/** Whether nothing would be refused if these licences were allowed. */
function meansLicence(words: readonly string[], { licence }: Finding): boolean {
  if (licence === undefined) return false;
  let rules = rulesOf.get(words);
  if (rules === undefined) {
    const allow = words.map((word) => readTerm(word, 0)).filter((term) => typeof term !== 'string');
    rules = { allow, deny: [], unknownPasses: false };
    rulesOf.set(words, rules);
  }
  return judgeLicence(refusedOf(licence), rules).standing === 'allowed';
}

/** By any of the ids, but not by related ones: who accepts a CVE does not accept the others of its notice. */
function meansId(ids: readonly string[], finding: Finding): boolean {
  const own = [finding.id, ...finding.aliases].map(comparableId);
  return ids.some((id) => own.includes(comparableId(id)));
}

/** Every place of what is found in several: who accepts a copy in one of them does not accept the others. */
function meansAllPlaces(patterns: readonly string[], { location, locations }: Finding): boolean {
  const places = locations?.map(({ path }) => path) ?? (location === undefined ? [] : [location.path]);
  return places.length > 0 && places.every((path) => patterns.some((pattern) => meansPath(pattern, path)));
}

function meansPath(pattern: string, path: string): boolean {
  return matchesGlob(pattern.replace(/^\/+/, ''), path);
}

function meansAllLayers(wanted: readonly string[], { layer, locations = [] }: Finding, report: Pick<Report, 'image'>) {
  if (layer === undefined) return false;
  const others = locations.map((place) => ({ index: place.layer, diffId: report.image.layers[place.layer]?.diffId }));
  return [layer, ...others].every(({ index, diffId }) => wanted.some((one) => one === diffId || one === String(index)));
}

function meansPackage({ package: packages, version }: Criteria, finding: Finding): boolean {
  if (packages === undefined && version === undefined) return true;
  const pkg = finding.package;
  if (pkg === undefined) return false;
  const actual = comparablePurl(pkg.purl);
  const named = packages?.some((one) => {
    if (!one.startsWith('pkg:')) return matchesGlob(one, pkg.name);
    if (isGlob(one.split('?', 1)[0]!)) return matchesGlob(one, pkg.purl) || matchesGlob(one, withoutAuthor(pkg.purl));
    const purl = comparablePurl(one);
    return purl !== undefined && actual !== undefined && purlDifference(purl, actual) === undefined;
  });
  if (named === false) return false;
  return version === undefined || version.some((one) => meetsVersionCondition(pkg.version, actual?.type ?? '', one));
}

/** Whether everything that `later` means is meant by `earlier` already, as far as their words tell. */
export function covers(earlier: Criteria, later: Criteria): boolean {
  return criterionNames.every((name) => {
    const [wide, narrow] = [earlier[name], later[name]];
    if (wide === undefined) return true;
    return narrow?.every((value) => (wide as readonly string[]).includes(value)) ?? false;
  });
}
