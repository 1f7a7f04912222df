import type { VexProduct, VexStatement } from '../formats/vex/document.ts';
import { formatImageReference } from '../image/reference.ts';
import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import type { UnmatchedStatement, VexMismatch } from '../model/vex.ts';
import { claimedNamesOf, claimsDigest, hasDigest, imageNameOf, nameOf, repositoryOf } from './image-name.ts';
import { type ComparablePurl, comparablePurl, purlDifference } from './purl.ts';

/** What statements are about. */
export type VexSubject = Pick<Report, 'image' | 'packages' | 'findings'>;

type Miss = Pick<UnmatchedStatement, 'mismatch' | 'reason'>;

/** Those of which a statement speaks; or why it speaks of nothing. */
export type Meant = { readonly findings: readonly Finding[] } | Miss;

/** The architecture of source packages. */
const SOURCE = 'source';

/** What comes closest to a match is told, where several products miss. */
const closest: readonly VexMismatch[] = [
  'no-such-vulnerability',
  'without-version',
  'other-version',
  'other-build',
  'not-a-part',
  'no-such-package',
  'image-without-name',
  'other-image',
  'unknown-product',
];

interface Named {
  readonly pkg: Package;
  readonly purl: ComparablePurl;
}

/** Answers for every statement which findings of an image it is about. */
export class VexMatcher {
  readonly #subject: VexSubject;
  readonly #packages = new Map<string, Named[]>();
  /** By id and alias, in upper case. */
  readonly #findings = new Map<string, Finding[]>();

  constructor(subject: VexSubject) {
    this.#subject = subject;
    for (const pkg of subject.packages) {
      const plain = comparablePurl(pkg.purl);
      if (plain === undefined) continue;
      const { modularity } = pkg;
      const purl =
        modularity === undefined
          ? plain
          : { ...plain, qualifiers: new Map([...plain.qualifiers, ['rpmmod', modularity]]) };
      add(this.#packages, purl.key, { pkg, purl });
      const source = sourcePurl(purl, pkg);
      add(this.#packages, source.key, { pkg, purl: source });
    }
    for (const finding of subject.findings) {
      if (finding.kind !== 'vulnerability' && finding.kind !== 'malware') continue;
      for (const id of new Set([finding.id, ...finding.aliases].map((one) => one.toUpperCase()))) {
        add(this.#findings, id, finding);
      }
    }
  }

  /** Findings of a statement: product by product, the vulnerability by any of its ids. */
  meant(statement: VexStatement): Meant {
    const ids = new Set([statement.vulnerability, ...statement.aliases].map((id) => id.toUpperCase()));
    const named = new Set([...ids].flatMap((id) => this.#findings.get(id) ?? []));
    const found = new Set<Finding>();
    const misses: Miss[] = [];
    for (const product of statement.products) {
      if (statement.status === 'fixed' && !isVersioned(product)) {
        misses.push({ mismatch: 'without-version', reason: 'it says fixed, and not in which version' });
        continue;
      }
      const outcome = this.#ofProduct(product, named);
      if ('findings' in outcome) for (const finding of outcome.findings) found.add(finding);
      else misses.push(outcome);
    }
    if (found.size > 0) return { findings: [...found] };
    misses.sort((a, b) => closest.indexOf(a.mismatch) - closest.indexOf(b.mismatch));
    const [first = { mismatch: 'unknown-product', reason: 'it names no product' } as const] = misses;
    if (first.mismatch !== 'no-such-vulnerability') return first;
    const id = statement.vulnerability;
    const where = named.size > 0 ? `${id} was found in other packages only` : `${id} was not found in the image`;
    return { mismatch: first.mismatch, reason: `${first.reason}, but ${where}` };
  }

  #ofProduct(product: VexProduct, named: ReadonlySet<Finding>): Meant {
    const misses: Miss[] = [];
    for (const id of product.ids) {
      const outcome = this.#ofId(id, product, named);
      if ('findings' in outcome) return outcome;
      misses.push(outcome);
    }
    if (product.hashes.some((hash) => hasDigest(this.#subject, hash))) return this.#ofImage(product, named);
    const claimed = product.hashes.find((hash) => claimsDigest(this.#subject, hash));
    if (claimed !== undefined) misses.push(onlyStated(claimed));
    const release = product.cpes.map((cpe) => this.#ofRelease(cpe));
    if (release.includes(true)) return this.#ofImage(product, named);
    if (release.length > 0 && release.every((one) => one === false)) {
      misses.push({
        mismatch: 'other-image',
        reason: `the product ${product.cpes[0]} is another release than that of the image`,
      });
    }
    misses.sort((a, b) => closest.indexOf(a.mismatch) - closest.indexOf(b.mismatch));
    const name = product.ids[0] ?? product.cpes[0] ?? product.hashes[0] ?? '';
    return misses[0] ?? { mismatch: 'unknown-product', reason: `the product ${name} cannot be told from its name` };
  }

  #ofId(id: string, product: VexProduct, named: ReadonlySet<Finding>): Meant {
    const purl = comparablePurl(id);
    if (purl === undefined) {
      const name = /^[a-z][a-z0-9+.-]*:\/\//i.test(id) ? undefined : nameOf(id);
      if (name === undefined) return { mismatch: 'unknown-product', reason: `the product ${id} is no package URL` };
      const { tag, digest } = name;
      const explicitTag = id.lastIndexOf(':') > id.lastIndexOf('/') ? tag : undefined;
      const miss = this.#imageMiss(id, { repository: repositoryOf(name), tag: explicitTag, digest });
      return miss ?? this.#ofImage(product, named);
    }
    if (purl.type === 'oci' || purl.type === 'docker') {
      const miss = this.#imageMiss(id, imageOf(purl));
      return miss ?? this.#ofImage(product, named);
    }
    const { packages, miss } = this.#find(purl, id);
    if (miss !== undefined) return miss;
    if (product.parts.length === 0) {
      const findings = [...named].filter((finding) => packages.some((pkg) => isOf(finding, pkg)));
      if (findings.length > 0) return { findings };
      return { mismatch: 'no-such-vulnerability', reason: `the image has ${describe(packages[0]!)}` };
    }
    return this.#ofParts(product, named, packages);
  }

  /** The product is the image: everything in it is a part. */
  #ofImage(product: VexProduct, named: ReadonlySet<Finding>): Meant {
    if (product.parts.length > 0) return this.#ofParts(product, named, undefined);
    const findings = [...named];
    if (findings.length > 0) return { findings };
    return { mismatch: 'no-such-vulnerability', reason: 'it is about this image' };
  }

  /** @param within packages that the parts have to belong to; absent: the image */
  #ofParts(product: VexProduct, named: ReadonlySet<Finding>, within: readonly Package[] | undefined): Meant {
    const misses: Miss[] = [];
    const found = new Set<Finding>();
    for (const part of product.parts) {
      const purl = comparablePurl(part);
      if (purl === undefined) {
        misses.push({ mismatch: 'unknown-product', reason: `the part ${part} is no package URL` });
        continue;
      }
      const { packages, miss } = this.#find(purl, part);
      if (miss !== undefined) {
        misses.push(miss);
        continue;
      }
      const own =
        within === undefined ? packages : packages.filter((pkg) => within.some((whole) => belongs(pkg, whole)));
      if (own.length === 0) {
        const reason = `${describe(packages[0]!)} is not known to be a part of ${describe(within![0]!)}`;
        misses.push({ mismatch: 'not-a-part', reason });
        continue;
      }
      const findings = [...named].filter((finding) => own.some((pkg) => isOf(finding, pkg)));
      for (const finding of findings) found.add(finding);
      if (findings.length === 0) {
        misses.push({ mismatch: 'no-such-vulnerability', reason: `the image has ${describe(own[0]!)}` });
      }
    }
    if (found.size > 0) return { findings: [...found] };
    misses.sort((a, b) => closest.indexOf(a.mismatch) - closest.indexOf(b.mismatch));
    return misses[0]!;
  }

  #find(named: ComparablePurl, text: string): { readonly packages: readonly Package[]; readonly miss?: Miss } {
    const purl = this.#withRelease(named);
    const isSource = purl.qualifiers.get('arch') === SOURCE;
    const candidates = (this.#packages.get(purl.key) ?? []).filter(
      (one) => (one.purl.qualifiers.get('arch') === SOURCE) === isSource,
    );
    const differences = candidates.map((candidate) => purlDifference(purl, candidate.purl));
    const packages = candidates.filter((_, i) => differences[i] === undefined).map(({ pkg }) => pkg);
    if (packages.length > 0) return { packages };
    const [other] = candidates;
    if (other === undefined)
      return { packages, miss: { mismatch: 'no-such-package', reason: `the image has no package ${text}` } };
    const build = differences.indexOf('qualifier');
    if (build >= 0) {
      const words = `the image has ${candidates[build]!.pkg.purl}, which is another build than ${text}`;
      return { packages, miss: { mismatch: 'other-build', reason: words } };
    }
    const reason = `the image has ${describe(other.pkg)}, not ${purl.version}`;
    return { packages, miss: { mismatch: 'other-version', reason } };
  }

  /** A release by its codename is the same one: `distro=bookworm`. */
  #withRelease(purl: ComparablePurl): ComparablePurl {
    const { distribution } = this.#subject.image;
    const codename = distribution?.codename;
    const given = purl.qualifiers.get('distro');
    if (distribution === undefined || codename === undefined || given === undefined) return purl;
    if (given !== codename && given !== `${distribution.id}-${codename}` && given !== `${distribution.id}/${codename}`)
      return purl;
    const own = `${distribution.id}-${distribution.version}`;
    return { ...purl, qualifiers: new Map([...purl.qualifiers, ['distro', own]]) };
  }

  /** Why the image is not the one that is named; undefined where it is. */
  #imageMiss(text: string, named: NamedImage): Miss | undefined {
    if (named.digest !== undefined) {
      // A digest is the image, whatever it is called.
      if (hasDigest(this.#subject, named.digest)) return undefined;
      if (claimsDigest(this.#subject, named.digest)) return onlyStated(text);
      return { mismatch: 'other-image', reason: `the product ${text} is an image with another digest` };
    }
    const own = imageNameOf(this.#subject);
    if (own === undefined) {
      return {
        mismatch: 'image-without-name',
        reason: `the image was not read by a name, so it cannot be told whether it is ${text}${this.#claim(named)}`,
      };
    }
    const repository = repositoryOf(own);
    if (!isNamed(repository, named))
      return { mismatch: 'other-image', reason: `the product ${text} is another image than ${repository}` };
    if (named.tag !== undefined && named.tag !== own.tag) {
      return { mismatch: 'other-image', reason: `the product ${text} has another tag than ${own.tag ?? 'a digest'}` };
    }
    return undefined;
  }

  /** That the file calls the image so is told, and proves nothing. */
  #claim(named: NamedImage): string {
    const own = claimedNamesOf(this.#subject).find((one) => isNamed(repositoryOf(one), named));
    return own === undefined
      ? ''
      : `: its file calls it ${formatImageReference(own)}, which proves nothing (--image-name NAME says that it is)`;
  }

  /** Whether a CPE is the release of the image; undefined where that cannot be told. */
  #ofRelease(cpe: string): boolean | undefined {
    const parts = cpe.replace(/^cpe:(?:\/|2\.3:)/, '').split(':');
    const { distribution } = this.#subject.image;
    // Of a release with all its minor ones: `cpe:/o:redhat:enterprise_linux:9` and `cpe:/a:...::appstream`.
    if (parts[1] !== 'redhat' || parts[2] !== 'enterprise_linux' || distribution === undefined) return undefined;
    return distribution.id === 'rhel' && parts[3]?.split('.')[0] === distribution.version.split('.')[0];
  }
}

/** A source package is named as one of the architecture `source` (purl specification, type `deb`), of an rpm `src`. */
function sourcePurl(purl: ComparablePurl, { source, name, version }: Package): ComparablePurl {
  const own = source ?? { name, version };
  const key = `${purl.type}\0${purl.namespace ?? ''}\0${own.name}`;
  return {
    ...purl,
    name: own.name,
    version: own.version,
    key,
    qualifiers: new Map([...purl.qualifiers, ['arch', SOURCE]]),
  };
}

/** Whether one of its names is that of a version: that it is fixed in one does not say that it is in all. */
function isVersioned({ ids, parts, hashes }: VexProduct): boolean {
  return (
    hashes.length > 0 ||
    [...ids, ...parts].some((id) => {
      const purl = comparablePurl(id);
      if (purl !== undefined) return purl.version !== undefined || purl.qualifiers.has('tag');
      return id.lastIndexOf(':') > id.lastIndexOf('/');
    })
  );
}

interface NamedImage {
  /** `docker.io/library/nginx`; absent: the last part of the name is all that is known. */
  readonly repository?: string | undefined;
  readonly name?: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/**
 * The image of a package URL: `pkg:oci/nginx@sha256:...?repository_url=index.docker.io/library/nginx&tag=1.25`, or
 * `pkg:docker/library/nginx@1.25` (purl specification, types `oci` and `docker`).
 */
function imageOf({ type, namespace, name, version, qualifiers }: ComparablePurl): NamedImage {
  const digest = version?.startsWith('sha256:') ? version : undefined;
  const tag = qualifiers.get('tag') ?? (type === 'docker' && digest === undefined ? version : undefined);
  const url = qualifiers
    .get('repository_url')
    ?.replace(/^[a-z]+:\/\//, '')
    .replace(/\/+$/, '');
  const path = namespace === undefined ? name : `${namespace}/${name}`;
  if (type === 'docker') {
    const host = url === undefined ? '' : `${url}/`;
    const found = nameOf(host + path);
    return { digest, tag, repository: found === undefined ? path : repositoryOf(found) };
  }
  if (url === undefined) return { digest, tag, name: path };
  // The specification wants the whole name there; some write the place without it.
  const whole = url.endsWith(`/${name}`) || url === name ? url : `${url}/${path}`;
  const found = nameOf(whole);
  return { digest, tag, repository: found === undefined ? whole : repositoryOf(found) };
}

function isNamed(repository: string, named: NamedImage): boolean {
  return named.repository === undefined ? lastPart(repository) === named.name : repository === named.repository;
}

/** An archive may bring the configuration of one image and the layers of another. */
function onlyStated(text: string): Miss {
  return {
    mismatch: 'image-without-name',
    reason: `the digest of ${text} is what the file states of itself, and its layers were not held against it: --verify does so, where it has layers`,
  };
}

function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

function isOf({ package: own, layer }: Finding, pkg: Package): boolean {
  return own?.purl === pkg.purl && (layer === undefined || layer.index === pkg.layer.index);
}

/**
 * Whether a package is known to be a part of another: it is in the same file, as the modules of a program are, or
 * comes with it.
 */
function belongs(pkg: Package, whole: Package): boolean {
  if (pkg === whole || pkg.ownedBy === whole.name || pkg.within === whole.purl) return true;
  // What a file only asks for is a part of nothing.
  if (pkg.evidence !== undefined || whole.evidence !== undefined) return false;
  // All packages of a distribution stand in the same database; that makes none of them a part of another.
  return pkg.distribution === undefined && pkg.locations.some((place) => whole.locations.includes(place));
}

function describe({ name, version }: Package): string {
  return `${name} ${version}`;
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
