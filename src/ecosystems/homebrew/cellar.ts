import { parseHomebrewReceipt } from '../../formats/homebrew-receipt.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const RECEIPT = 'INSTALL_RECEIPT.json';
const PLACE = /(?:^|\/)Cellar\/([\w@.+-]{1,200})\/([^/]{1,200})\/INSTALL_RECEIPT\.json$/;
/** Formulae of these have no prefix, as in advisories. */
const core: ReadonlySet<string> = new Set(['homebrew/core', 'linuxbrew/core']);

/** Reads what Homebrew has installed: each version of a formula is a folder with a receipt in it. */
export const homebrewCellar: Analyzer<PackageFact> = {
  name: 'homebrew-cellar',
  version: 1,
  names: { exact: [RECEIPT] },

  wants: (file: FileHeader): Appetite =>
    file.type === 'file' && file.name === RECEIPT && PLACE.test(file.path)
      ? textAppetite(file, MAX_MANIFEST)
      : Appetite.None,

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const [, formula = '', version = ''] = PLACE.exec(file.path) ?? [];
        // That a formula is there is told by its place alone.
        const { tap, requires = [] } = readTextFile(layer, file, MAX_MANIFEST, parseHomebrewReceipt) ?? {};
        const name = tap === undefined || core.has(tap.toLowerCase()) ? formula : `${tap}/${formula}`;
        packages.add(file.path, { type: 'brew', name, version, ...(requires.length > 0 && { requires }) });
      },
      close: () => packages.close(),
    };
  },
};
