import { FormatError } from '../../errors.ts';
import { type ModelAbout, readGguf } from '../../formats/models/gguf.ts';
import { readOnnx } from '../../formats/models/onnx.ts';
import { readSafetensors } from '../../formats/models/safetensors.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { endings, recordOf } from './record.ts';

/** Lists files of models by what they say of themselves in their first bytes, by the cache that they stand in, or by name. */
export const modelFiles: Analyzer<PackageFact> = {
  name: 'model-files',
  version: 1,
  names: { ends: endings },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.size < 10) return Appetite.None;
    const name = file.name.toLowerCase();
    return endings.some((ending) => name.endsWith(ending)) ? Appetite.Head : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const { path, content, header } = file;
        try {
          packages.add(path, recordOf(path, aboutOf(header, content)));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          layer.problem({ code: 'file.format', message: `${error.message}; which model it is, is not known`, path });
        }
      },
      close: () => packages.close(),
    };
  },
};

function aboutOf({ name, size }: FileHeader, content: Uint8Array): ModelAbout {
  const lower = name.toLowerCase();
  if (lower.endsWith('.gguf')) return readGguf(content);
  return lower.endsWith('.onnx') ? readOnnx(content) : readSafetensors(content, size);
}
