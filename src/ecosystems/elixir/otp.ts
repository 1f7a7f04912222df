import { parseApplication } from '../../formats/erlang/application.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** Reads which applications of OTP are installed: those of Erlang and Elixir, and what releases are made of. */
export const otpApplications: Analyzer<PackageFact> = {
  name: 'otp-applications',
  version: 1,
  names: { ends: ['.app'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !file.name.endsWith('.app')) return Appetite.None;
    // Compiled code stands beside it.
    const folder = file.path.length - file.name.length - 1;
    const isCompiled = file.path.endsWith('ebin', folder) && (folder === 4 || file.path[folder - 5] === '/');
    return isCompiled ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = readTextFile(layer, file, MAX_MANIFEST, parseApplication);
        if (found === undefined) return;
        const { name, version, requires } = found;
        packages.add(file.path, { type: 'otp', name, version, ...(requires.length > 0 && { requires }) });
      },
      close: () => packages.close(),
    };
  },
};
