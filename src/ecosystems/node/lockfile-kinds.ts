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

const kinds = {
  'package-lock.json': lockfile(parsePackageLock),
  'npm-shrinkwrap.json': lockfile(parsePackageLock),
  'yarn.lock': lockfile((content) => parseYarnLock(textOf(content))),
  'pnpm-lock.yaml': lockfile((content) => parsePnpmLock(textOf(content))),
  'bun.lock': lockfile(parseBunLock),
  'deno.lock': lockfile(parseDenoLock),
  'deno.json': manifest(parseDenoJson),
  'deno.jsonc': manifest(parseDenoJson),
  'package.json': manifest(wanted),
} as const satisfies Record<string, LockfileKind>;

/** Sources of Deno; others that end so are texts of Qt or films. */
const source = manifest((content) => importedPackages(textOf(content)), MiB);

/** What a file of this name is. Hot: asked of every file. */
export function lockfileKind(name: string): LockfileKind | undefined {
  switch (name.charCodeAt(name.length - 1)) {
    case 0x6e: // n
      if (name === 'package.json') return kinds['package.json'];
      if (name === 'package-lock.json') return kinds['package-lock.json'];
      if (name === 'npm-shrinkwrap.json') return kinds['npm-shrinkwrap.json'];
      return name === 'deno.json' ? kinds['deno.json'] : undefined;
    case 0x6b: // k
      if (name === 'yarn.lock') return kinds['yarn.lock'];
      if (name === 'bun.lock') return kinds['bun.lock'];
      return name === 'deno.lock' ? kinds['deno.lock'] : undefined;
    case 0x6c: // l
      return name === 'pnpm-lock.yaml' ? kinds['pnpm-lock.yaml'] : undefined;
    case 0x63: // c
      return name === 'deno.jsonc' ? kinds['deno.jsonc'] : undefined;
    case 0x73: // s
      return (name.endsWith('.ts') && !name.endsWith('.d.ts')) || name.endsWith('.mts') ? source : undefined;
    case 0x78: // x
      return name.endsWith('.tsx') ? source : undefined;
    default:
      return undefined;
  }
}

export function isSource(kind: LockfileKind): boolean {
  return kind === source;
}
