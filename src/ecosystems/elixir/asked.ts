import { parseMixLock } from '../../formats/elixir/mix-lock.ts';
import { parseRebarLock } from '../../formats/erlang/rebar-lock.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';
import { hexRecord } from './records.ts';

/** Folders of packages that were fetched: what their authors asked for. */
const FETCHED = /(?:^|\/)(?:deps|build\/packages|_build\/[^/]{1,100}\/(?:lib|plugins))\/[^/]{1,200}\//;

/** Reads which packages of Hex projects of Elixir and Erlang ask for. */
export const hexAsked = packageFiles({
  name: 'hex-asked',
  version: 3,
  exact: ['mix.lock', 'rebar.lock'],
  asked: true,
  where: ({ path }) => !FETCHED.test(path),
  maximum: MAX_LOCKFILE,
  read(text, file, layer) {
    const { packages, unreadable } = (file.header.name === 'mix.lock' ? parseMixLock : parseRebarLock)(text);
    tellLeftOut(layer, file, unreadable);
    return packages.map((one) => hexRecord(one, { evidence: 'lockfile' }));
  },
});
