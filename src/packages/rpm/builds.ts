import type { Affected } from '../../model/advisory.ts';
import type { Verdict } from '../../model/ecosystem.ts';
import type { Package } from '../../model/package.ts';

/** What of a package tells which build it is. */
type Build = Pick<Package, 'version' | 'arch' | 'modularity' | 'repositories'>;

const applies: Verdict = { applies: true };

/** Release of a build that was made for a module stream: `1.module+el8.3.0+1`, `1.module_el8.3.0`. */
const moduleRelease = /\.module[+_]/;

/** Tells whether a build was made for a module, by its release alone. */
export function isModuleBuild(version: string): boolean {
  return moduleRelease.test(version);
}

/**
 * Builds that Oracle numbers on their own, Ksplice and FIPS builds. They have the same name, and are compared only with
 * their like (its feed gives fixed versions for each); what looks so elsewhere is an ordinary build.
 */
export function flavourOf(version: string): string | undefined {
  if (version.includes('.ksplice')) return 'ksplice';
  return version.includes('_fips') ? 'fips' : undefined;
}

/** `nodejs:18` of the label `nodejs:18:9020020230:rhel9`: what came after the stream differs from build to build. */
export function moduleStream(label: string): string {
  return label.split(':', 2).join(':');
}

/**
 * Decides for rpms what names and versions do not tell: module streams, architectures, flavours, and repositories where
 * both sides name some. Streams of a module have versions of their own, so that builds of other streams, and those of no
 * module, must not be compared (docs.fedoraproject.org/en-US/modularity).
 */
export function rpmBuildApplies(pkg: Build, { only, ranges }: Pick<Affected, 'only' | 'ranges'>): Verdict {
  const stream = pkg.modularity === undefined ? undefined : moduleStream(pkg.modularity);
  if (only?.module !== undefined) {
    // Of a build without a label only the release tells that it is of a module, not of which: it may be of this one.
    const isMeant = stream === undefined ? isModuleBuild(pkg.version) : stream === only.module;
    if (!isMeant) return no(`it is about the module ${only.module}, and the package is of ${stream ?? 'no module'}`);
  } else {
    // Some publishers name no stream: the release of the fix is the only hint.
    const isModular = ranges.some((range) => moduleRelease.test(range.fixed ?? range.lastAffected ?? ''));
    const isBuild = moduleRelease.test(pkg.version);
    if (isModular && !isBuild && stream === undefined) {
      return no('it is about builds for a module, and the package is of no module');
    }
    // The release is what is compared: a label on an ordinary build makes it no other.
    if (!isModular && isBuild) return no('it is about builds for no module, and the package is of a module');
  }
  const { arch } = pkg;
  if (only?.architectures !== undefined && arch !== undefined && arch !== 'noarch') {
    const named = only.architectures;
    if (!named.includes(arch) && !named.includes('noarch')) return no(`it is about ${named.join(', ')}, not ${arch}`);
  }
  if (only?.flavour !== undefined && only.flavour !== flavourOf(pkg.version)) {
    return no(`it is about ${only.flavour} builds, and the package is none of these`);
  }
  if (only?.repositories !== undefined && pkg.repositories !== undefined) {
    const named = only.repositories;
    if (!pkg.repositories.some((one) => named.includes(one))) {
      return no(`it is about packages of ${named.join(', ')}, and the package is of ${pkg.repositories.join(', ')}`);
    }
  }
  return applies;
}

function no(reason: string): Verdict {
  return { applies: false, reason };
}
