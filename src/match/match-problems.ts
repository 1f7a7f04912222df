import { compareText } from '../model/order.ts';
import type { Package } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import type { Group } from './group.ts';

/** Packages with versions that cannot be compared that are named one by one; the rest is counted. */
const NAMED = 1000;

/** Kinds of packages that are told apart by who built them. */
const VENDORS = 20;

/** Collects what matching could not judge, in as few problems as say it all. */
export class MatchProblems {
  readonly #unwatched = new Map<string, number>();
  readonly #strange = new Map<string, string[]>();
  readonly #missing = new Map<string, Map<string, number>>();
  readonly #byParent = new Map<string, Map<string, number>>();
  readonly #byProduct = new Map<string, Map<string, number>>();
  readonly #placeless = new Map<string, number>();
  readonly #notJudged = new Map<string, number>();
  readonly #notExact = new Map<string, number>();
  readonly #versionless = new Map<string, string[]>();
  readonly #incomparable = new Map<string, string[]>();
  readonly #invalid: Problem[] = [];
  #unnamed = 0;

  /**
   * No ecosystem has advisories for the package.
   * @param isSystem distributions are made of its like: names of hundreds say nothing then
   */
  unwatched(pkg: Package, isSystem: boolean): void {
    if (!isSystem) append(this.#strange, pkg.type, `${pkg.name} ${pkg.version}`.trim());
    else this.#unwatchedSystem(pkg);
  }

  #unwatchedSystem(pkg: Package): void {
    const kind = kindOf(pkg);
    const built = pkg.vendor === undefined ? kind : `${kind}, built by ${pkg.vendor.slice(0, 80)}`;
    count(this.#unwatched, this.#unwatched.has(built) || this.#unwatched.size < VENDORS ? built : kind);
  }

  /** The package is only asked for, and nobody asked to judge those. */
  notJudged(pkg: Package): void {
    count(this.#notJudged, asker(pkg));
  }

  /** The package is only asked for, and not in one version. */
  notExact(pkg: Package): void {
    count(this.#notExact, asker(pkg));
  }

  /** Advisories depend on where the package comes from, and that is not known. */
  repositoriesUnknown(pkg: Package): void {
    count(this.#placeless, kindOf(pkg));
  }

  /** The package comes from the distribution that the image's own was made from. */
  judgedByParent(pkg: Package, parent: string): void {
    const kinds = this.#byParent.get(parent) ?? new Map<string, number>();
    this.#byParent.set(parent, kinds);
    count(kinds, kindOf(pkg));
  }

  /** The image says that the package is of a product whose fixes count in place of the distribution's. */
  judgedByProduct(pkg: Package, product: string): void {
    const kinds = this.#byProduct.get(product) ?? new Map<string, number>();
    this.#byProduct.set(product, kinds);
    count(kinds, kindOf(pkg));
  }

  /** An ecosystem watches the package, but the advisory data holds nothing of these namespaces. */
  namespaceMissing(pkg: Package, namespaces: readonly string[]): void {
    const key = namespaces.join(', ');
    const kinds = this.#missing.get(key) ?? new Map<string, number>();
    this.#missing.set(key, kinds);
    count(kinds, kindOf(pkg));
  }

  /** Versions could not be compared, so that these vulnerabilities may or may not be in the package. */
  unjudged(pkg: Package, groups: readonly Group[]): void {
    if (pkg.distribution === undefined && pkg.version === '') {
      append(this.#versionless, pkg.type, pkg.name);
      return;
    }
    if (pkg.distribution === undefined) {
      append(this.#incomparable, pkg.type, `${pkg.name} ${pkg.version}`);
      return;
    }
    if (this.#invalid.length === NAMED) {
      this.#unnamed++;
      return;
    }
    const [first] = groups
      .flatMap(({ assessments }) => assessments)
      .filter(({ verdict, hit }) => verdict.outcome === 'unjudged' && hit.affected.state !== 'not-affected')
      .sort((a, b) => (a.hit.advisory.id < b.hit.advisory.id ? -1 : 1));
    if (first?.verdict.outcome !== 'unjudged') return;
    const { advisory } = first.hit;
    const others = groups.length === 1 ? '' : ` and ${groups.length - 1} more`;
    this.#invalid.push({
      code: 'version.invalid',
      message:
        `${pkg.name} ${pkg.version} could not be judged against ${advisory.id}${others}` +
        ` (${first.hit.feed}): ${first.verdict.error.message}.`,
      layer: pkg.layer.index,
      ...(pkg.locations[0] === undefined ? {} : { path: pkg.locations[0] }),
    });
  }

  all(): readonly Problem[] {
    const problems: Problem[] = [];
    if (this.#unwatched.size > 0) {
      problems.push({
        code: 'packages.unwatched',
        message: `${listOf(this.#unwatched)} could not be judged: Drydock knows of no advisories for them.`,
      });
    }
    for (const [type, names] of inOrder(this.#strange)) {
      problems.push({
        code: 'packages.without-feed',
        message: `${packagesOf(names)} (${type}) could not be judged, since no feed has advisories on that type: ${examplesOf(names)}.`,
      });
    }
    for (const [namespaces, kinds] of [...this.#missing].sort(([a], [b]) => (a < b ? -1 : 1))) {
      problems.push({
        code: 'advisories.namespace-missing',
        message: `The advisory data holds nothing for ${namespaces}, so ${listOf(kinds)} could not be judged.`,
      });
    }
    for (const [parent, kinds] of [...this.#byParent].sort(([a], [b]) => (a < b ? -1 : 1))) {
      problems.push({
        code: 'packages.judged-by-parent',
        message: `Advisories on ${parent} judged ${listOf(kinds)} that the image has from there unchanged.`,
      });
    }
    for (const [product, kinds] of [...this.#byProduct].sort(([a], [b]) => (a < b ? -1 : 1))) {
      problems.push({
        code: 'packages.judged-by-product',
        message: `The image says that ${listOf(kinds)} ${isOne(kinds) ? 'is' : 'are'} of ${product.slice(0, 100)}: where that has fixes of its own, those of the distribution itself do not count.`,
      });
    }
    if (this.#placeless.size > 0) {
      problems.push({
        code: 'packages.repositories-unknown',
        message: `It is not known which products ${listOf(this.#placeless)} come from: they were judged as those of the distribution itself.`,
      });
    }
    for (const [type, names] of inOrder(this.#versionless)) {
      problems.push({
        code: 'packages.unidentified',
        message: `${packagesOf(names)} (${type}) could not be judged, since nothing tells the version: ${examplesOf(names)}.`,
      });
    }
    for (const [type, names] of inOrder(this.#incomparable)) {
      problems.push({
        code: 'version.invalid',
        message: `${packagesOf(names)} (${type}) could not be judged against what is known of them, since the versions cannot be compared: ${examplesOf(names)}.`,
      });
    }
    for (const problem of this.#invalid) problems.push(problem);
    if (this.#unnamed > 0) {
      problems.push({
        code: 'version.invalid',
        message: `${this.#unnamed} further packages with invalid versions could not be judged.`,
      });
    }
    if (this.#notJudged.size > 0) {
      problems.push({
        code: 'packages.not-judged',
        message: `${listOf(this.#notJudged)} were listed and not judged: nothing shows that they are installed (--lockfiles judges them too).`,
      });
    }
    if (this.#notExact.size > 0) {
      problems.push({
        code: 'packages.not-judged',
        message: `${listOf(this.#notExact)} were listed and not judged: they are not asked for in one version.`,
      });
    }
    return problems;
  }
}

/** Names that an example of many has. */
const EXAMPLES = 3;

function packagesOf(names: readonly string[]): string {
  return `${names.length} ${names.length === 1 ? 'package' : 'packages'}`;
}

function examplesOf(names: readonly string[]): string {
  const shown = names.slice(0, EXAMPLES).map((name) => name.slice(0, 100));
  const more = names.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

function inOrder<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([a], [b]) => compareText(a, b));
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** `npm, in lockfiles`. */
function asker({ type, evidence }: Package): string {
  return `${type}, in ${evidence}s`;
}

/** `deb packages of debian:12`, `npm packages`. */
function kindOf(pkg: Package): string {
  return pkg.distribution === undefined ? pkg.type : `${pkg.type} of ${pkg.distribution}`;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** `88 packages (deb of debian:12) and 3 packages (npm)`. */
function listOf(kinds: ReadonlyMap<string, number>): string {
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, number]) => `${number} ${number === 1 ? 'package' : 'packages'} (${kind})`)
    .join(', ');
}

function isOne(kinds: ReadonlyMap<string, number>): boolean {
  return [...kinds.values()].reduce((sum, number) => sum + number, 0) === 1;
}

/** The order in which packages are judged and reported. */
export function comparePackages(a: Package, b: Package): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.version, b.version) ||
    compareText(a.purl, b.purl) ||
    a.layer.index - b.layer.index ||
    compareText(a.locations[0] ?? '', b.locations[0] ?? '')
  );
}
