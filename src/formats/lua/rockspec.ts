import { FormatError } from '../../errors.ts';
import { isLuaTable, type LuaTable, type LuaValue, readLuaLiterals } from './lua-literals.ts';

/** A package of LuaRocks. */
export interface Rock {
  /** As written: LuaRocks takes letters of either case for the same. */
  readonly name: string;
  /** With the number of the rockspec: `1.0.2-1`. */
  readonly version: string;
  readonly licences: readonly string[];
  /** Names of the packages it needs, sorted, Lua itself left out. */
  readonly requires: readonly string[];
}

/** A package that a lockfile names, and what for where it is not for use. */
export interface LockedRock {
  readonly name: string;
  readonly version: string;
  readonly group?: 'build' | 'test';
}

const NAME = /^[A-Za-z0-9][\w.-]{0,200}(?:\/[\w.-]{1,200})?$/;
const MAX_PACKAGES = 100_000;

/**
 * Reads a rockspec, which is a program of Lua, without running it (github.com/luarocks/luarocks/wiki/Rockspec-format).
 * @throws FormatError where it tells no name or no version without being run
 */
export function parseRockspec(text: string): Rock {
  const values = readLuaLiterals(text);
  const name = values.get('package');
  const version = values.get('version');
  if (typeof name !== 'string' || !NAME.test(name)) throw new FormatError('it names no package');
  if (typeof version !== 'string' || version.trim() === '') throw new FormatError('its package has no version');
  const description = values.get('description');
  const licence = isLuaTable(description) ? description.fields.get('license') : undefined;
  return {
    name,
    version,
    licences: typeof licence === 'string' && licence.trim() !== '' && licence.length <= 200 ? [licence] : [],
    requires: needsOf(values.get('dependencies')),
  };
}

/**
 * Reads `luarocks.lock`: a table of tables of names and versions (github.com/luarocks/luarocks/wiki/Pinning-versions-with-a-lock-file).
 * @throws FormatError for another file
 */
export function parseLuarocksLock(text: string): readonly LockedRock[] {
  const root = readLuaLiterals(text).get('return');
  if (!isLuaTable(root)) throw new FormatError('it is no lockfile of LuaRocks');
  return [
    ...locked(root, 'dependencies'),
    ...locked(root, 'build_dependencies', 'build'),
    ...locked(root, 'test_dependencies', 'test'),
  ];
}

function locked(root: LuaTable, field: string, group?: 'build' | 'test'): readonly LockedRock[] {
  const list = root.fields.get(field);
  const entries = isLuaTable(list) ? [...list.fields] : [];
  if (entries.length > MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
  return entries.flatMap(([name, version]) =>
    NAME.test(name) && typeof version === 'string' && name !== 'lua'
      ? [{ name, version, ...(group !== undefined && { group }) }]
      : [],
  );
}

/** Names in `"name >= 1.0, < 2"`. */
function needsOf(value: LuaValue): readonly string[] {
  const names = new Set<string>();
  for (const item of isLuaTable(value) ? value.items : []) {
    const name = typeof item === 'string' ? /^\s*([\w./-]{1,400})/.exec(item)?.[1] : undefined;
    if (name !== undefined && name !== 'lua' && NAME.test(name)) names.add(name);
  }
  return [...names].sort();
}
