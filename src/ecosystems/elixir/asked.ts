import { parseMixLock } from '../../formats/elixir/mix-lock.ts';
import { parseRebarLock } from '../../formats/erlang/rebar-lock.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { hexRecord } from './records.ts';

const names = ['mix.lock', 'rebar.lock'] as const;
/** Folders of packages that were fetched: what their authors asked for. */
const FETCHED = /(?:^|\/)(?:deps|build\/packages|_build\/[^/]{1,100}\/(?:lib|plugins))\/[^/]{1,200}\//;

/** Reads which packages of Hex projects of Elixir and Erlang ask for. */
export const hexAsked: Analyzer<PackageFact> = {
  name: 'hex-asked',
  version: 3,
  names: { exact: names },
  asked: true,

  wants(file: FileHeader): Appetite {
    const isWanted = file.type === 'file' && names.some((name) => name === file.name) && !FETCHED.test(file.path);
    return isWanted ? textAppetite(file, MAX_LOCKFILE) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        for (const record of recordsOf(layer, file)) packages.add(file.path, record);
      },
      close: () => packages.close(),
    };
  },
};

function recordsOf(layer: LayerContext, file: LayerFile): readonly PackageRecord[] {
  const parse = file.header.name === 'mix.lock' ? parseMixLock : parseRebarLock;
  const found = readTextFile(layer, file, MAX_LOCKFILE, parse);
  if (found !== undefined && found.unreadable > 0) {
    const message = `${found.unreadable} of its packages have no name or no version and were left out`;
    layer.problem({ code: 'file.format', message, path: file.path });
  }
  return (found?.packages ?? []).map((one) => hexRecord(one, { evidence: 'lockfile' }));
}
