import { FormatError } from '../../errors.ts';
import { asRecord, asText } from '../record.ts';
import type { ModelAbout } from './gguf.ts';

/** The longest header that the library reads (safetensors, `MAX_HEADER_SIZE`). */
const MAX_HEADER = 100_000_000;
const MAX_TEXT = 300;

const keys = {
  name: ['modelspec.title', 'general.name', 'name', 'ss_output_name'],
  version: ['modelspec.version', 'version'],
  licence: ['modelspec.license', 'license'],
  architecture: ['modelspec.architecture', 'architecture'],
  url: ['modelspec.source', 'repo_url', 'source'],
} as const;

/**
 * Reads what a file of safetensors says of the model: the free texts in `__metadata__` of its header (safetensors, README,
 * "Format"), by the names of ModelSpec and those that trainers use. Writers put them in front of the tensors; what does not
 * stand in `head` is not read.
 * @param head the first bytes of the file
 * @param size bytes of the whole file
 * @throws FormatError where it is none
 */
export function readSafetensors(head: Uint8Array, size: number): ModelAbout {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (bytes.length < 10) throw new FormatError('it is too short for safetensors');
  const length = bytes.readBigUInt64LE(0);
  if (length > BigInt(MAX_HEADER) || length < 2n || length + 8n > BigInt(size)) {
    throw new FormatError(`its header would have ${length} bytes, and the file has ${size}`);
  }
  const text = bytes.toString('utf8', 8, Math.min(bytes.length, 8 + Number(length)));
  if (!text.startsWith('{')) throw new FormatError('its header is no JSON object');
  const metadata = metadataOf(text);
  if (metadata === undefined) return {};
  const about = Object.entries(keys).flatMap(([field, names]) => {
    const value = names
      .map((name) => asText(Object.hasOwn(metadata, name) ? metadata[name] : undefined, MAX_TEXT))
      .find(Boolean);
    return value === undefined ? [] : [[field, value.trim()]];
  });
  return Object.fromEntries(about) as ModelAbout;
}

/** The object of free texts where it stands first and is whole: it has texts alone, so that the first brace ends it. */
function metadataOf(text: string): Readonly<Record<string, unknown>> | undefined {
  const before = /^\{\s{0,20}"__metadata__"\s{0,20}:\s{0,20}(?=\{)/.exec(text)?.[0].length;
  if (before === undefined) return undefined;
  let inText = false;
  for (let at = before + 1; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\\') at++;
    else if (sign === '"') inText = !inText;
    else if (sign === '}' && !inText) {
      try {
        return asRecord(JSON.parse(text.slice(before, at + 1)));
      } catch {
        return undefined;
      }
    }
  }
  return undefined;
}
