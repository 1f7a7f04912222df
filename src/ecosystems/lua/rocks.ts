import { FormatError } from '../../errors.ts';
import { parseLuarocksLock, parseRockspec, type Rock } from '../../formats/lua/rockspec.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';

const ROCKSPEC = '.rockspec';
/** Where LuaRocks keeps what it installed: `rocks-5.4/NAME/VERSION/NAME-VERSION.rockspec`. */
const INSTALLED = /(?:^|\/)([^/]+)\/([^/]+)\/\1-\2\.rockspec$/;

/** Reads which packages LuaRocks has installed, and what other rockspecs describe. */
export const luaRocks = packageFiles({
  name: 'lua-rocks',
  version: 1,
  names: { ends: [ROCKSPEC] },
  where: ({ name }) => name.endsWith(ROCKSPEC),
  maximum: MAX_MANIFEST,
  read(text, { path }) {
    const [, name, version] = INSTALLED.exec(path) ?? [];
    const placed: Rock | undefined =
      name !== undefined && version !== undefined ? { name, version, licences: [], requires: [] } : undefined;
    return [recordOf(rockOf(text, placed), placed === undefined ? 'manifest' : undefined)];
  },
});

/** The folders that LuaRocks made tell the name and the version also where its file could only be told by running it. */
function rockOf(text: string, placed: Rock | undefined): Rock {
  try {
    return parseRockspec(text);
  } catch (error) {
    if (placed === undefined || !(error instanceof FormatError)) throw error;
    return placed;
  }
}

/** Reads which packages lockfiles of LuaRocks name. */
export const luaLockfiles = packageFiles({
  name: 'lua-lockfiles',
  version: 1,
  exact: ['luarocks.lock'],
  asked: true,
  maximum: MAX_LOCKFILE,
  read: (text) =>
    parseLuarocksLock(text).map(({ group, ...rock }) => ({
      ...recordOf({ ...rock, licences: [], requires: [] }, 'lockfile'),
      ...(group !== undefined && { groups: [group] }),
    })),
});

function recordOf({ name, version, licences, requires }: Rock, evidence: PackageRecord['evidence']): PackageRecord {
  return {
    type: 'luarocks',
    name,
    version,
    ...(evidence !== undefined && { evidence }),
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
  };
}
