import { parseBunLock } from '../../formats/node/bun-lock.ts';
import { importedPackages, parseDenoJson } from '../../formats/node/deno-json.ts';
import { parseDenoLock } from '../../formats/node/deno-lock.ts';
import type { Lockfile } from '../../formats/node/lockfile.ts';
import { lowestVersion } from '../../formats/node/lowest-version.ts';
import { parsePackageJson } from '../../formats/node/package-json.ts';
import { parsePackageLock } from '../../formats/node/package-lock.ts';
import { parsePnpmLock } from '../../formats/node/pnpm-lock.ts';
import { parseYarnLock } from '../../formats/node/yarn-lock.ts';
import { MAX_MANIFEST } from './packages.ts';

const MiB = 1024 * 1024;

/** A kind of file that names packages without being one of them. */
export interface LockfileKind {
  readonly evidence: 'lockfile' | 'manifest';
  /** Bytes beyond which it is not read. */
  readonly maximum: number;
  /** @throws FormatError for what is not the format at all */
  parse(content: Uint8Array): Lockfile;
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
}

function lockfile(parse: LockfileKind['parse']): LockfileKind {
  return { evidence: 'lockfile', maximum: 32 * MiB, parse };
}

function manifest(parse: LockfileKind['parse'], maximum = MAX_MANIFEST): LockfileKind {
  return { evidence: 'manifest', maximum, parse };
}

/** What a package.json wants to have for use, at the lowest version that would do. */
function wanted(content: Uint8Array): Lockfile {
  const { isForeign = true, wanted: ranges = [] } = parsePackageJson(textOf(content)) ?? {};
  const packages = (isForeign ? [] : ranges).flatMap(({ name, range }) => {
    const version = lowestVersion(range);
    return version === undefined ? [] : [{ type: 'npm', name, version }];
  });
  return { packages };
}

/** Sources of Deno; others that are called so are texts of Qt or films. */
const source = manifest((content) => importedPackages(textOf(content)), MiB);

const kinds: ReadonlyMap<string, LockfileKind> = new Map([
  ['package-lock.json', lockfile(parsePackageLock)],
  ['npm-shrinkwrap.json', lockfile(parsePackageLock)],
  ['yarn.lock', lockfile((content) => parseYarnLock(textOf(content)))],
  ['pnpm-lock.yaml', lockfile((content) => parsePnpmLock(textOf(content)))],
  ['bun.lock', lockfile(parseBunLock)],
  ['deno.lock', lockfile(parseDenoLock)],
  ['deno.json', manifest(parseDenoJson)],
  ['deno.jsonc', manifest(parseDenoJson)],
  ['import_map.json', manifest(parseDenoJson)],
  ['package.json', manifest(wanted)],
  // By custom a program for Deno imports what is not its own in one of these. All sources there are would be every
  // third file of an image with installed packages.
  ...['main.ts', 'mod.ts', 'deps.ts', 'dev_deps.ts', 'server.ts', 'app.ts', 'cli.ts'].map(
    (name): [string, LockfileKind] => [name, source],
  ),
]);

export const lockfileNames: readonly string[] = [...kinds.keys()];
const lengths = lockfileNames.map(({ length }) => length);
const shortest = Math.min(...lengths);
const longest = Math.max(...lengths);

/** What a file of this name is. Hot: asked of many files. */
export function lockfileKind(name: string): LockfileKind | undefined {
  return name.length < shortest || name.length > longest ? undefined : kinds.get(name);
}

export function isSource(kind: LockfileKind): boolean {
  return kind === source;
}
