import type { ModelAbout } from '../../formats/models/gguf.ts';
import type { PackageRecord } from '../../model/fact.ts';

/** What files of models are called. */
export const endings = ['.gguf', '.safetensors', '.onnx'] as const;

/** Names that many files of models have: then the folder tells more. */
const anyModel =
  /^(?:adapter_model|consolidated|decoder\w{0,20}|diffusion_pytorch_model|encoder\w{0,20}|ggml-model|model\w{0,20}|pytorch_model|weights)(?:[.-](?:fp16|fp32|bf16|int8|q\d\w{0,6}))?$/i;
/** One of several files of a model: `model-00001-of-00005`. */
const PART = /[-.]\d{1,6}-of-\d{1,6}$/;
/** The cache of the hub: `models--ORGANISATION--NAME/snapshots/COMMIT/`. */
const HUB = /(?:^|\/)models--([A-Za-z0-9][\w.-]{0,95}?)--([A-Za-z0-9][\w.-]{0,95})\/snapshots\/([0-9a-f]{40})\//;
/** The same where no link tells the commit. */
const HUB_BLOB = /(?:^|\/)models--([A-Za-z0-9][\w.-]{0,95}?)--([A-Za-z0-9][\w.-]{0,95})\/blobs\/[^/]+$/;
const HUB_URL = /^https?:\/\/(?:www\.)?huggingface\.co\/([\w.-]{1,96}\/[\w.-]{1,96})\/?$/;

/**
 * The package that a file of a model stands for.
 * @param path as the file is called, by a link to it where its own name tells nothing
 */
export function recordOf(path: string, { name, version = '', licence, url }: ModelAbout): PackageRecord {
  const licences = licence === undefined ? {} : { licences: [licence] };
  const [, organisation, repository, commit] = HUB.exec(path) ?? [];
  if (organisation !== undefined && commit !== undefined) {
    return { type: 'huggingface', name: `${organisation}/${repository}`, version: commit, ...licences };
  }
  const [, owner, model] = HUB_BLOB.exec(path) ?? [];
  if (owner !== undefined) return { type: 'huggingface', name: `${owner}/${model}`, version: '', ...licences };
  const published = HUB_URL.exec(url ?? '')?.[1];
  if (published !== undefined) return { type: 'huggingface', name: published, version, ...licences };
  return { type: 'generic', name: name ?? nameOfPath(path), version, ...licences };
}

function nameOfPath(path: string): string {
  const parts = path.split(/\/|!\//);
  const stem = (parts.pop() ?? '').replace(/\.[a-z]+$/i, '').replace(PART, '');
  return anyModel.test(stem) ? (parts.pop() ?? stem) || stem : stem;
}
