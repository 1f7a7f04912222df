import type { Evidence, Hashes, Presence } from './package.ts';
import type { Witness } from './witness.ts';

/** A package as one database or file of one layer states it, before the image is known. Plain JSON. */
export interface PackageRecord {
  /** As advisories name it: `@scope/name` (npm), `group:artifact` (maven), `vendor/name` (composer), the path of a Go module. */
  readonly name: string;
  readonly version: string;
  /** purl type: `deb`, `apk`, ... */
  readonly type: string;
  readonly arch?: string;
  /** What its purl says besides, by the rules of its type: the `uuid` of a package of Julia, the `channel` of one of Conan. */
  readonly qualifiers?: Readonly<Record<string, string>>;
  /** Of its purl, where it is no part of its name: the author of a distribution of CPAN. No package is another one by it. */
  readonly namespace?: string;
  /** Source package, where the database names one that differs from the package in name or version. */
  readonly source?: { readonly name: string; readonly version: string };
  readonly licences?: readonly string[];
  readonly maintainer?: string;
  /** Who built it, as an rpm says: the distribution, or a third party. */
  readonly vendor?: string;
  /** Module stream that an rpm was built for: `name:stream:version:context`. */
  readonly modularityLabel?: string;
  /** Byte or line position is of no use in a database; this tells the state where it is not plainly installed. */
  readonly presence?: Presence;
  /** Absent: installed. */
  readonly evidence?: Exclude<Evidence, 'installed'>;
  /**
   * It is what the files around it were made for, and no registry has it under this name: its manifest is private, or it
   * is the project that a lockfile is of. What advisories say of the name speaks of something else.
   */
  readonly application?: true;
  /** What it is asked for, where not for use: `dev`, `optional`, `test` ... */
  readonly groups?: readonly string[];
  readonly hashes?: Hashes;
  /** Names of the packages of the same type that it says it needs, without versions. */
  readonly requires?: readonly string[];
}

/** Names of the package databases of which an image has one each: the newest wins whole. */
export type DatabaseSlot = 'dpkg' | 'apk' | 'rpm';

/** The whole package database as one layer holds it. */
export interface PackageDatabaseFact {
  readonly kind: 'package-database';
  readonly slot: DatabaseSlot;
  readonly path: string;
  readonly packages: readonly PackageRecord[];
  /** Settings that its packages brought and that no list has digests of (dpkg's conffiles): paths, one a line. */
  readonly settings?: string;
}

/** A package that a file stands for or names: gone when the file is gone. A file may have many. */
export interface PackageFact {
  readonly kind: 'package';
  readonly path: string;
  /** Where in the file, if that is an archive: `app.jar!/lib/inner.jar`, with the path of the file itself. */
  readonly location?: string;
  readonly package: PackageRecord;
  /** It was read off the bytes of a program: it counts where no package of the distribution is known to be that program. */
  readonly classified?: true;
}

/**
 * A program or an archive of a language that does not tell what it was made of, as most of its kind do. What the
 * distribution brought needs not: it is judged with the package that owns it.
 */
export interface UnidentifiedFact {
  readonly kind: 'unidentified';
  readonly path: string;
  /** Where in the file, if that is an archive: `app.ear!/lib/inner.jar`. */
  readonly location?: string;
  /** Digest of it, by which an index may know it: hex. */
  readonly sha1?: string;
  /** What it is and why it tells nothing, as the rest of a sentence that begins with `it`; the same for all of a kind. */
  readonly reason: string;
}

/** Which files a package of a database owns. */
export interface OwnershipFact {
  readonly kind: 'ownership';
  readonly path: string;
  /** Name of the owner, with `:arch` where the database tells architectures apart. */
  readonly owner: string;
  readonly type: string;
  /** Paths, one a line, as the package manager wrote them; split only when ownership is asked for. */
  readonly files: string;
  /** `hex  path` lines of MD5 digests, where the package manager records them in the same place. */
  readonly md5?: string;
  /** The same of SHA-256 digests. */
  readonly sha256?: string;
}

/** Paths that a package manager moved aside: dpkg's diversions. */
export interface DiversionFact {
  readonly kind: 'diversion';
  readonly path: string;
  readonly diversions: readonly { readonly from: string; readonly to: string; readonly by: string }[];
}

/** A release file (os-release and its like), by which the distribution is recognised. */
export interface ReleaseFact {
  readonly kind: 'release';
  readonly path: string;
  readonly text: string;
}

/** Where the packages that a layer brought may come from, as its publisher names it. */
export interface RepositoriesFact {
  readonly kind: 'repositories';
  readonly path: string;
  /** purl type of the packages. */
  readonly type: string;
  /** Content sets and CPEs of Red Hat. */
  readonly names: readonly string[];
}

/** What an analyzer of contents holds against one file. Files against which nothing speaks have none. */
export interface ContentFact {
  readonly kind: 'content';
  /** Of a member of an archive: `a.zip!/b`. */
  readonly path: string;
  /** The check whose analyzer says so. */
  readonly check: string;
  readonly size: number;
  /** What it is by its first bytes and name: a word of `contents/content-type.ts`. */
  readonly type: string;
  /** Hex digests; absent where the file was not read whole. `md5` is there to be compared with the lists of packages. */
  readonly sha256?: string;
  readonly md5?: string;
  readonly witnesses: readonly Witness[];
}

/** How much of a layer an analyzer of contents judged. */
export interface ContentCoverageFact {
  readonly kind: 'content-coverage';
  readonly path: '';
  readonly check: string;
  /** Files that an engine looked into, members of archives among them, and their bytes. */
  readonly judged: number;
  readonly bytes: number;
  /** Files of types that no engine has anything to say about. */
  readonly passed: number;
  /** Packages of distributions in the caches of package managers, which were not opened. Absent: none. */
  readonly shut?: number;
  /** What could not be judged, or not whole, by reason: how many, and the first of them. */
  readonly unjudged: readonly { readonly reason: string; readonly count: number; readonly first: string }[];
}

/** What a rule saw in a file. Whether it is a finding is judged when the image is known: who owns the file, what hides it. */
export interface SightingFact {
  readonly kind: 'sighting';
  /** The check, and its rule. */
  readonly check: string;
  readonly rule: string;
  readonly path: string;
  readonly line?: number;
  /** What was seen, as the rest of a sentence that begins with the path: at most 200 characters, and never a secret. */
  readonly detail: string;
}

/** How an account is kept from whoever does not know its password. The hash itself is no fact. */
export type PasswordState =
  /** None is asked for. */
  | { readonly state: 'empty' }
  /** Nobody can log in by one. */
  | { readonly state: 'locked' }
  /** It stands in the shadow file. */
  | { readonly state: 'shadowed' }
  /** A hash by a method of crypt(5): `yescrypt`, `sha512`, `md5`, `des`, `unknown`. */
  | { readonly state: 'hashed'; readonly method: string };

/** Accounts that a file (passwd, shadow, group) lists. */
export interface AccountsFact {
  readonly kind: 'accounts';
  readonly path: string;
  readonly file: 'passwd' | 'shadow' | 'group';
  readonly accounts: readonly {
    readonly name: string;
    readonly line: number;
    readonly password: PasswordState;
    /** Of passwd and group. */
    readonly id?: number;
    readonly group?: number;
    readonly home?: string;
    readonly shell?: string;
    /** Of a group. */
    readonly members?: readonly string[];
  }[];
  /** Lines that are none. */
  readonly broken: number;
}

/** A secret in a file: all that may be told of it. */
export interface SecretFact {
  readonly kind: 'secret';
  readonly path: string;
  /** A rule of the check `secrets`. */
  readonly rule: string;
  readonly offset: number;
  readonly line?: number;
  /** First and last characters at most: `ghp_…Xy9Z`. */
  readonly shown: string;
  /** Tells two of them apart, where that does not help to guess them. */
  readonly fingerprint?: string;
  readonly confidence: 'certain' | 'high' | 'medium' | 'low';
  readonly validated?: 'checksum' | 'structure' | 'parsed';
  /** A password protects it. */
  readonly encrypted?: true;
  /** Of bytecode of Python: size in bytes of the program it says it was made of (PEP 552). */
  readonly sourceSize?: number;
}

/** Digests of files of a layer, to be compared with those that package managers recorded: `hex  path` lines, as theirs. */
export interface DigestsFact {
  readonly kind: 'digests';
  readonly path: '';
  readonly md5: string;
  readonly sha256: string;
}

/** Files of a layer that are programs by their first bytes, whatever they are called, and jars. */
export interface ProgramsFact {
  readonly kind: 'programs';
  readonly path: '';
  /**
   * `offset md5 sha256 path` lines: where the body stands in the uncompressed layer, since a layer may have a path twice,
   * and digests as hex, or `-` of what was not read whole.
   */
  readonly programs: string;
}

/**
 * What an analyzer learned from one layer: plain JSON that depends on the layer's bytes,
 * the analyzer's version and its rules alone, so that it can be kept by the layer's digest.
 */
/** The licences that the notice of a package names, as it writes them. */
export interface LicenceNoticeFact {
  readonly kind: 'licence-notice';
  readonly path: string;
  readonly licences: readonly string[];
}

export type Fact =
  | PackageDatabaseFact
  | PackageFact
  | UnidentifiedFact
  | OwnershipFact
  | DiversionFact
  | ReleaseFact
  | RepositoriesFact
  | ContentFact
  | ContentCoverageFact
  | SightingFact
  | AccountsFact
  | SecretFact
  | DigestsFact
  | ProgramsFact
  | LicenceNoticeFact;
