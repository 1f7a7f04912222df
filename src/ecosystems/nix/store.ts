import { parseNixStorePath } from '../../formats/nix-store-path.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';

/** Reads what is in a store of Nix, by the names of its paths: nothing else in an image is needed for that. */
export const nixStore: Analyzer<PackageFact> = {
  name: 'nix-store',
  version: 1,
  within: (directory) => directory.endsWith('nix/store') && (directory.length === 9 || directory.at(-10) === '/'),

  wants({ type, name, path, archive }: FileHeader): Appetite {
    if (archive !== undefined || (type !== 'directory' && type !== 'file')) return Appetite.None;
    // Hash, hyphen, and at least a letter.
    if (name.length < 34 || name[32] !== '-') return Appetite.None;
    return nixStore.within!(path.slice(0, -name.length - 1)) ? Appetite.Header : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = parseNixStorePath(file.header.name);
        if (found === undefined) return;
        const { name, version, hash, output } = found;
        const qualifiers = { hash, ...(output !== undefined && { output }) };
        packages.add(file.path, { type: 'nix', name, version, qualifiers });
      },
      close: () => packages.close(),
    };
  },
};
