import { luarocksVersions } from '../../formats/versions/luarocks.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { luaLockfiles, luaRocks } from './rocks.ts';

/** Lua: packages of LuaRocks in an image. Nobody collects advisories on them. */
export const lua: Ecosystem = {
  id: 'lua',
  displayName: 'Lua',
  types: ['luarocks'],
  analyzers: [luaRocks, luaLockfiles],
  feeds: [],
  namespaces: () => [],
  versions: () => luarocksVersions,
};
