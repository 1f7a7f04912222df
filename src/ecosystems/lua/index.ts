import { luarocksVersions } from '../../formats/versions/luarocks.ts';
import { listedOnly } from '../listed-only.ts';
import { luaLockfiles, luaRocks } from './rocks.ts';

/** Lua: packages of LuaRocks in an image. Nobody collects advisories on them. */
export const lua = listedOnly({
  id: 'lua',
  displayName: 'Lua',
  types: ['luarocks'],
  analyzers: [luaRocks, luaLockfiles],
  versions: () => luarocksVersions,
});
