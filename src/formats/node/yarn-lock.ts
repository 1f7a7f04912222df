import { FormatError } from '../../errors.ts';
import type { Hashes } from '../../model/package.ts';
import { integrityHashes, urlHashes } from './integrity.ts';
import { LockedPackages, type Lockfile } from './lockfile.ts';
import { aliased, cleanVersion, dependencyName, isPackageName, splitName } from './names.ts';
import { textLines } from './text-lines.ts';
import { addBerry } from './yarn-berry-lock.ts';

/**
 * Reads yarn.lock: that of Yarn 1 (classic.yarnpkg.com/docs/yarn-lock, "v1"), a format of its own, and that of Yarn 2 and
 * later, which is YAML and begins with `__metadata`.
 */
export function parseYarnLock(text: string): Lockfile {
  const packages = new LockedPackages();
  try {
    if (/^__metadata:/m.test(text)) addBerry(text, packages);
    else addClassic(text, packages);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    packages.breakOff(error.message);
  }
  return packages.finish();
}

interface Entry {
  readonly header: string;
  version?: string;
  resolved?: string;
  hashes?: Hashes | undefined;
  readonly requires: Set<string>;
}

const HEADER = /^# yarn lockfile v\d/m;

function addClassic(text: string, packages: LockedPackages): void {
  let entry: Entry | undefined;
  let section = '';
  for (const { line, raw } of textLines(text)) {
    const words = raw.trim();
    if (words === '' || words.startsWith('#')) continue;
    const indent = raw.search(/\S/);
    if (indent === 0) {
      if (entry !== undefined) addEntry(entry, packages);
      entry = undefined;
      if (!words.endsWith(':'))
        throw new FormatError(`line ${line} is no entry: ${JSON.stringify(words.slice(0, 60))}`);
      entry = { header: words.slice(0, -1), requires: new Set() };
      section = '';
    } else if (entry === undefined) throw new FormatError(`line ${line} belongs to no entry`);
    else {
      const [key, value] = splitField(words);
      if (indent > 2) {
        const name = section.endsWith('ependencies') ? dependencyName(key, value) : '';
        if (isPackageName(name)) entry.requires.add(name);
      } else if (words.endsWith(':')) section = bare(words.slice(0, -1));
      else if (key === 'version' || key === 'resolved') entry[key] = value;
      else if (key === 'integrity') entry.hashes = integrityHashes(value);
    }
  }
  if (entry !== undefined) addEntry(entry, packages);
  else if (!HEADER.test(text.slice(0, 4096)))
    throw new FormatError('it has no entries and does not say that it is one');
}

/** `version "1.0.0"`, the key quoted or not. */
function splitField(words: string): [key: string, value: string] {
  const end = words.startsWith('"') ? words.indexOf('"', 1) + 1 : words.indexOf(' ');
  if (end <= 0) return [bare(words), ''];
  return [bare(words.slice(0, end)), bare(words.slice(end).trim())];
}

function bare(text: string): string {
  return text.startsWith('"') ? text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined) : text;
}

function addEntry({ header, version, resolved, hashes, requires }: Entry, packages: LockedPackages): void {
  // Of several descriptors the first says as much as all of them.
  const descriptor = header.startsWith('"') ? header.slice(1, header.indexOf('"', 1)) : header.split(',', 1)[0]!;
  const asked = splitName(descriptor);
  const name = nameOfUrl(resolved) ?? aliased(asked?.rest)?.name ?? asked?.name;
  const clean = cleanVersion(version);
  if (name === undefined || clean === '') packages.skip(descriptor);
  else {
    packages.add({ name, version: clean, hashes: hashes ?? urlHashes(resolved), requires: [...requires].sort() });
  }
}

/** The package that an archive of the two registries is of, by its address: an entry may have the name of an alias. */
function nameOfUrl(url: string | undefined): string | undefined {
  const found =
    /^https?:\/\/registry\.(?:yarnpkg\.com|npmjs\.org)\/((?:@[^/]+|%40[^/]+)(?:\/|%2[fF])[^/]+|[^/@]+)\/-\//.exec(
      url?.slice(0, 1000) ?? '',
    )?.[1];
  const name = found?.replace(/^%40/, '@').replace(/%2f/i, '/');
  return isPackageName(name) ? name : undefined;
}
