import { parseCabalFreeze } from '../../formats/haskell/cabal-freeze.ts';
import { parseStackLock, parseStackYaml } from '../../formats/haskell/stack.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';

const PARSERS: ReadonlyMap<string, typeof parseStackLock> = new Map([
  ['cabal.project.freeze', parseCabalFreeze],
  ['stack.yaml', parseStackYaml],
  ['stack.yaml.lock', parseStackLock],
]);

/** Reads which packages of Haskell projects ask for. */
export const haskellAsked = packageFiles({
  name: 'haskell-asked',
  version: 1,
  exact: [...PARSERS.keys()],
  asked: true,
  maximum: MAX_LOCKFILE,
  read(text, { header }) {
    const evidence = header.name === 'stack.yaml' ? 'manifest' : 'lockfile';
    const found = PARSERS.get(header.name)?.(text) ?? [];
    return found.map(({ name, version }) => ({ type: 'hackage', name, version, evidence }));
  },
});
