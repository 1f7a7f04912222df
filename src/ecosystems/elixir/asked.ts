import { parseMixLock } from '../../formats/elixir/mix-lock.ts';
import { parseRebarLock } from '../../formats/erlang/rebar-lock.ts';
import { parseGleamManifest, parseGleamToml } from '../../formats/gleam/gleam-toml.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { hexRecord } from './records.ts';

const LIMITS: ReadonlyMap<string, number> = new Map([
  ['gleam.toml', MAX_MANIFEST],
  ['manifest.toml', MAX_LOCKFILE],
  ['mix.lock', MAX_LOCKFILE],
  ['rebar.lock', MAX_LOCKFILE],
]);
/** Folders of packages that were fetched: what their authors asked for. */
const FETCHED = /(?:^|\/)(?:deps|build\/packages|_build\/[^/]{1,100}\/(?:lib|plugins))\/[^/]{1,200}\//;

/** Reads which packages of Hex projects of Elixir, Erlang and Gleam ask for. */
export const hexAsked: Analyzer<PackageFact> = {
  name: 'hex-asked',
  version: 2,
  names: { exact: [...LIMITS.keys()] },
  asked: true,

  wants(file: FileHeader): Appetite {
    const limit = file.type === 'file' ? LIMITS.get(file.name) : undefined;
    return limit === undefined || FETCHED.test(file.path) ? Appetite.None : textAppetite(file, limit);
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
  if (file.header.name === 'gleam.toml') {
    const wanted = readTextFile(layer, file, MAX_MANIFEST, parseGleamToml) ?? [];
    return wanted.map((one) => hexRecord(one, { evidence: 'manifest' }));
  }
  if (file.header.name === 'manifest.toml') {
    const locked = readTextFile(layer, file, MAX_LOCKFILE, manifestOfGleam) ?? [];
    return locked.map((one) => hexRecord(one, { evidence: 'lockfile' }));
  }
  const parse = file.header.name === 'mix.lock' ? parseMixLock : parseRebarLock;
  const found = readTextFile(layer, file, MAX_LOCKFILE, parse);
  if (found !== undefined && found.unreadable > 0) {
    const message = `${found.unreadable} of its packages have no name or no version and were left out`;
    layer.problem({ code: 'file.format', message, path: file.path });
  }
  return (found?.packages ?? []).map((one) => hexRecord(one, { evidence: 'lockfile' }));
}

/** Others call files so, too: what does not look like Gleam's is none of ours. */
function manifestOfGleam(text: string): ReturnType<typeof parseGleamManifest> {
  return /^packages\s*=\s*\[/m.test(text) ? parseGleamManifest(text) : [];
}
