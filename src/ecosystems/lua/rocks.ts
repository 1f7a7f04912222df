import { FormatError } from '../../errors.ts';
import { parseLuarocksLock, parseRockspec, type Rock } from '../../formats/lua/rockspec.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const ROCKSPEC = '.rockspec';
/** Where LuaRocks keeps what it installed: `rocks-5.4/NAME/VERSION/NAME-VERSION.rockspec`. */
const INSTALLED = /(?:^|\/)([^/]+)\/([^/]+)\/\1-\2\.rockspec$/;

/** Reads which packages LuaRocks has installed, and what other rockspecs describe. */
export const luaRocks: Analyzer<PackageFact> = {
  name: 'lua-rocks',
  version: 1,
  names: { ends: [ROCKSPEC] },

  wants(file: FileHeader): Appetite {
    return file.type === 'file' && file.name.endsWith(ROCKSPEC) ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const [, name, version] = INSTALLED.exec(file.path) ?? [];
        const placed: Rock | undefined =
          name !== undefined && version !== undefined ? { name, version, licences: [], requires: [] } : undefined;
        const rock = readTextFile(layer, file, MAX_MANIFEST, (text) => read(text, placed));
        if (rock !== undefined) packages.add(file.path, recordOf(rock, placed === undefined ? 'manifest' : undefined));
      },
      close: () => packages.close(),
    };
  },
};

/** The folders that LuaRocks made tell the name and the version also where its file could only be told by running it. */
function read(text: string, placed: Rock | undefined): Rock {
  try {
    return parseRockspec(text);
  } catch (error) {
    if (placed === undefined || !(error instanceof FormatError)) throw error;
    return placed;
  }
}

/** Reads which packages lockfiles of LuaRocks name. */
export const luaLockfiles: Analyzer<PackageFact> = {
  name: 'lua-lockfiles',
  version: 1,
  names: { exact: ['luarocks.lock'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    return file.type === 'file' && file.name === 'luarocks.lock' ? textAppetite(file, MAX_LOCKFILE) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        for (const { group, ...rock } of readTextFile(layer, file, MAX_LOCKFILE, parseLuarocksLock) ?? []) {
          const groups = group === undefined ? {} : { groups: [group] };
          packages.add(file.path, { ...recordOf({ ...rock, licences: [], requires: [] }, 'lockfile'), ...groups });
        }
      },
      close: () => packages.close(),
    };
  },
};

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
