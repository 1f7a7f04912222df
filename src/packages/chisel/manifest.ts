import { FormatError, LimitError } from '../../errors.ts';
import { type ChiselManifest, parseChiselWall } from '../../formats/chisel-wall.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { OwnershipFact, PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../directories-of.ts';
import { linkedFiles } from '../linked-files.ts';
import { tellable } from '../tellable.ts';

/** Where slice definitions of Ubuntu put the list; a release may name other places, which nobody has seen. */
const MANIFEST = 'var/lib/chisel/manifest.wall';

type ChiselFact = PackageFact | OwnershipFact;

/** Reads which packages Chisel cut slices of, and which files of the image are theirs. */
export const chiselManifest: Analyzer<ChiselFact> = {
  name: 'chisel-manifest',
  version: 1,

  wants: (file: FileHeader): Appetite =>
    file.path === MANIFEST && file.type === 'file' ? Appetite.Body : Appetite.None,

  within: directoriesOf([MANIFEST]),

  open(layer: LayerContext): LayerReader<ChiselFact> {
    let manifest: ChiselManifest | undefined;
    return {
      read({ path, content, truncated }) {
        try {
          if (truncated) throw new LimitError('it is larger than is read of such a file');
          manifest = parseChiselWall(content);
        } catch (error) {
          if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
          layer.problem({ code: 'file.format', message: `${error.message}; its packages are not known`, path });
          return;
        }
        if (manifest.unreadable > 0) {
          const message = `${manifest.unreadable} of its lines could not be read and were left out`;
          layer.problem({ code: 'file.format', message, path });
        }
        if (manifest.packages.length > 0) {
          const message = `it names no source packages, by which advisories are published: of its ${manifest.packages.length} packages only those are judged that are called like their source`;
          layer.problem({ code: 'packages.sources-unknown', message, path });
        }
      },
      close: () => (manifest === undefined ? [] : factsOf(manifest)),
    };
  },

  missing: (view) => linkedFiles(view, [MANIFEST]),
};

function factsOf({ packages }: ChiselManifest): readonly ChiselFact[] {
  const facts: ChiselFact[] = [];
  for (const { name, version, arch, sha256: digest, files, digests } of packages) {
    facts.push({
      kind: 'package',
      path: MANIFEST,
      package: tellable({
        type: 'deb',
        name,
        version,
        ...(arch !== undefined && { arch }),
        ...(digest !== undefined && { hashes: { sha256: digest } }),
      }),
    });
    if (files !== '') {
      const sha256 = digests === '' ? {} : { sha256: digests };
      facts.push({ kind: 'ownership', path: MANIFEST, owner: name, type: 'deb', files, ...sha256 });
    }
  }
  return facts;
}
