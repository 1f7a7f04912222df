import { FormatError } from '../../errors.ts';

/** A gem that a lockfile names. Its variants for several platforms are one. */
export interface LockedGem {
  readonly name: string;
  /** Without the platform: `1.15.0` of `1.15.0-x86_64-linux`. */
  readonly version: string;
  /** It stands in the folder of the lockfile itself. */
  readonly isHere?: true;
  readonly requires: readonly string[];
  /** Of its archive, hex: where the lockfile has it, and only one variant is locked. */
  readonly sha256?: string;
}

export interface GemfileLock {
  readonly gems: readonly LockedGem[];
  /** Lines of gems that have no version, which Bundler does not write. */
  readonly unreadable: number;
}

/** Sections that list gems, by where these come from. */
const sources: ReadonlySet<string> = new Set(['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE']);
const others = /^(?:PLATFORMS|DEPENDENCIES|CHECKSUMS|BUNDLED WITH|RUBY VERSION|[A-Z][A-Z ]{2,40})$/;
/** A gem stands behind 4 blanks, what it needs behind 6, a checksum behind 2. Behind the first hyphen is the platform. */
const LINE = /^( {2}| {4}| {6})([^\s(][^\s(]*)(?: \(([^-)]*)(?:-([^)]*))?\))?!?(?: (.*))?$/;
const MAX_GEMS = 100_000;
const MAX_REQUIRES = 5000;

interface Entry {
  readonly name: string;
  readonly version: string;
  readonly requires: Set<string>;
  readonly variants: Set<string>;
  isHere: boolean;
}

/**
 * Reads `Gemfile.lock` (`gems.locked`): the gems of all sources. What the project itself asks for is not repeated.
 * Source: bundler.io/man/bundle-lock.1.html, lib/bundler/lockfile_parser.rb.
 * @throws FormatError where no section is one of Bundler's, and at the marks of a merge that was not finished
 */
export function parseGemfileLock(text: string): GemfileLock {
  const gems = new Map<string, Entry>();
  const checksums = new Map<string, string>();
  let section = '';
  let specs = false;
  let isHere = false;
  let known = 0;
  let unreadable = 0;
  let current: Entry | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\s+$/, '');
    if (line === '') continue;
    if (/^(?:<{7}|>{7}|={7})(?: |$)/.test(line)) throw new FormatError('a merge was left unfinished in it');
    if (line[0] !== ' ') {
      section = line;
      specs = false;
      isHere = false;
      current = undefined;
      if (sources.has(line) || others.test(line)) known++;
      continue;
    }
    if (section === 'CHECKSUMS') readChecksum(line, checksums);
    if (!sources.has(section)) continue;
    if (line === '  specs:') specs = true;
    if (section === 'PATH' && line === '  remote: .') isHere = true;
    if (!specs || line === '  specs:') continue;
    const found = LINE.exec(line);
    if (found === null) continue;
    const [, blanks, name = '', version, platform = ''] = found;
    if (blanks?.length === 6) {
      if (current !== undefined && current.requires.size < MAX_REQUIRES) current.requires.add(name);
    } else if (blanks?.length === 4 && (version === undefined || version === '')) {
      unreadable++;
      current = undefined;
    } else if (blanks?.length === 4 && version !== undefined) {
      const key = `${name} ${version}`;
      current = gems.get(key);
      if (current === undefined) {
        if (gems.size >= MAX_GEMS) throw new FormatError(`it names more than ${MAX_GEMS} gems`);
        current = { name, version, requires: new Set(), variants: new Set(), isHere: true };
        gems.set(key, current);
      }
      current.isHere &&= isHere;
      current.variants.add(platform);
    }
  }
  if (known === 0) throw new FormatError('it has none of the sections that Bundler writes');
  return { gems: [...gems.values()].map((gem) => locked(gem, checksums)), unreadable };
}

function locked(entry: Entry, checksums: ReadonlyMap<string, string>): LockedGem {
  const { name, version, requires, variants, isHere } = entry;
  const [platform] = variants;
  const sha256 = variants.size === 1 ? checksums.get(checksumKey(name, version, platform)) : undefined;
  return {
    name,
    version,
    ...(isHere && { isHere }),
    requires: [...requires].sort(),
    ...(sha256 !== undefined && { sha256 }),
  };
}

/** `  name (version-platform) sha256=hex` */
function readChecksum(line: string, checksums: Map<string, string>): void {
  const found = LINE.exec(line);
  const digest = /(?:^|,| )sha256=([0-9a-f]{64})(?:,|$)/.exec(found?.[5] ?? '')?.[1];
  if (found?.[3] === undefined || digest === undefined || checksums.size >= MAX_GEMS) return;
  checksums.set(checksumKey(found[2] as string, found[3], found[4]), digest);
}

function checksumKey(name: string, version: string, platform = ''): string {
  return `${name} ${version} ${platform}`;
}
