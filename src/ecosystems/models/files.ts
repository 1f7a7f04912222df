import { FormatError } from '../../errors.ts';
import { type ModelAbout, readGguf } from '../../formats/models/gguf.ts';
import { readOnnx } from '../../formats/models/onnx.ts';
import { readSafetensors } from '../../formats/models/safetensors.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';

const endings = ['.gguf', '.safetensors', '.onnx'] as const;

/** Names that many files of models have: then the folder tells more. */
const anyModel =
  /^(?:adapter_model|consolidated|decoder\w{0,20}|diffusion_pytorch_model|encoder\w{0,20}|ggml-model|model\w{0,20}|pytorch_model|weights)(?:[.-](?:fp16|fp32|bf16|int8|q\d\w{0,6}))?$/i;
/** One of several files of a model: `model-00001-of-00005`. */
const PART = /[-.]\d{1,6}-of-\d{1,6}$/;
/** The cache of the hub: `models--ORGANISATION--NAME/snapshots/COMMIT/`. */
const HUB = /(?:^|\/)models--([A-Za-z0-9][\w.-]{0,95}?)--([A-Za-z0-9][\w.-]{0,95})\/snapshots\/([0-9a-f]{40})\//;
const HUB_URL = /^https?:\/\/(?:www\.)?huggingface\.co\/([\w.-]{1,96}\/[\w.-]{1,96})\/?$/;

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

function recordOf(path: string, { name, version = '', licence, url }: ModelAbout): PackageRecord {
  const licences = licence === undefined ? {} : { licences: [licence] };
  const [, organisation, repository, commit] = HUB.exec(path) ?? [];
  if (organisation !== undefined && commit !== undefined) {
    return { type: 'huggingface', name: `${organisation}/${repository}`, version: commit, ...licences };
  }
  const published = HUB_URL.exec(url ?? '')?.[1];
  if (published !== undefined) return { type: 'huggingface', name: published, version, ...licences };
  return { type: 'generic', name: name ?? nameOfPath(path), version, ...licences };
}

function nameOfPath(path: string): string {
  const parts = path.split(/\/|!\//);
  const stem = (parts.pop() ?? '').replace(/\.[a-z]+$/i, '').replace(PART, '');
  return anyModel.test(stem) ? (parts.pop() ?? stem) || stem : stem;
}
