import type { Namespace } from '../../model/advisory.ts';
import { redhatReleases } from './releases.ts';

/** Which packages of an image a product stands for. */
export interface ProductScope {
  readonly namespace: Namespace;
  /** CPE of a product that has builds of its own; absent: Red Hat Enterprise Linux itself. */
  readonly repository?: string;
  /** Fixes come with the paid extension of support alone; versions go on as before. */
  readonly extended?: true;
}

const majors: ReadonlySet<string> = new Set(
  redhatReleases.filter(({ id }) => id === 'rhel').map(({ version }) => version),
);

/** Products that are Red Hat Enterprise Linux, whatever repository of it. */
const itself = 'enterprise_linux';
/** Extended life cycle support goes on where the release ended: same packages, later versions. */
const extension = 'rhel_els';
/** Other support streams: versions of their own for a minor release that the rest of the world has left. */
const streams = /^rhel_(?:eus|eus_long_life|aus|tus|e4s|mission_critical)$/;

/** Major version that a build was made for: `3.el9_2.1`, `7.module+el8.10.0+22237+51382d7a`. */
const builtFor = /(?:\.|[+_])el(\d{1,2})(?=[._+]|$)/;

/**
 * The packages that a CPE of a product stands for. A product beside Red Hat Enterprise Linux counts for the major
 * version that its CPE or the build names; undefined where none of them does, or that version is not known here.
 */
export function scopeOf(cpe: string, version: string | undefined): ProductScope | undefined {
  const match = /^cpe:\/[ao]:redhat:([\w.+-]+)(?::(.*))?$/.exec(cpe);
  if (match === null) return undefined;
  const [, product, rest = ''] = match;
  if (product === itself || product === extension) {
    const scope = inMajor(/^\d{1,2}/.exec(rest)?.[0]);
    return scope === undefined || product === itself ? scope : { ...scope, extended: true };
  }
  const major = streams.test(product!)
    ? /^\d{1,2}/.exec(rest)?.[0]
    : (/(?:^|:)el(\d{1,2})(?::|$)/.exec(rest)?.[1] ?? builtFor.exec(version ?? '')?.[1]);
  const scope = inMajor(major);
  return scope === undefined ? undefined : { ...scope, repository: cpe };
}

function inMajor(major: string | undefined): ProductScope | undefined {
  return major !== undefined && majors.has(major) ? { namespace: `rhel:${major}` } : undefined;
}

/** Tells whether a CPE is that of Red Hat Enterprise Linux itself, or of its extension. */
export function isEnterpriseLinux(cpe: string): boolean {
  return /^cpe:\/[ao]:redhat:(?:enterprise_linux|rhel_els|rhel):/.test(cpe);
}

/** The minor release, `9.2`, whose support a product extends with builds of its own; undefined of any other product. */
export function extendedRelease(cpe: string): string | undefined {
  const [, product = '', release] = /^cpe:\/[ao]:redhat:([\w.+-]+):(\d{1,2}(?:\.\d{1,2})?)(?=:|$)/.exec(cpe) ?? [];
  return streams.test(product) ? release : undefined;
}

/** Tells whether one CPE is the other or a part of it: `...:openshift:4.14` has `...:openshift:4.14::el9`. */
export function isWithin(cpe: string, other: string): boolean {
  return cpe === other || cpe.startsWith(`${other}:`);
}
