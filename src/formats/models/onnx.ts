import { FormatError } from '../../errors.ts';
import type { ModelAbout } from './gguf.ts';

const MAX_TEXT = 300;
/** Numbers of the fields of a ModelProto (onnx.proto). */
const IR_VERSION = 1;
const PRODUCER = 2;
const DOMAIN = 4;
const MODEL_VERSION = 5;
const GRAPH = 7;
const OPSETS = 8;

/**
 * Reads what a model in ONNX says of itself in front of its graph: who made the file, the name of the domain, and its version.
 * The name of the graph stands behind all nodes, and is not looked for.
 * @param head the first bytes of the file
 * @throws FormatError where it is none
 */
export function readOnnx(head: Uint8Array): ModelAbout {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  let name: string | undefined;
  let version: string | undefined;
  let seen = 0;
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    if (tag === undefined) break;
    const field = Number(tag.value >> 3n);
    const wire = Number(tag.value & 7n);
    if (seen === 0 && (field !== IR_VERSION || wire !== 0)) throw new FormatError('it does not begin as ONNX does');
    if (field === GRAPH || field === OPSETS) break;
    if (field > 30 || (wire !== 0 && wire !== 2)) throw new FormatError('it has fields that ONNX does not have');
    seen++;
    const value = varint(bytes, tag.end);
    if (value === undefined) break;
    at = value.end;
    if (wire === 0) {
      if (field === IR_VERSION && (value.value < 1n || value.value > 100n)) {
        throw new FormatError('it is of a version of ONNX that is not known');
      }
      if (field === MODEL_VERSION && value.value > 0n) version = String(BigInt.asIntN(64, value.value));
      continue;
    }
    if (value.value > BigInt(bytes.length - at)) break;
    const end = at + Number(value.value);
    if (field === DOMAIN && end > at && end - at <= MAX_TEXT) name = bytes.toString('utf8', at, end);
    if (field === PRODUCER && end - at > MAX_TEXT) throw new FormatError('its maker has a name of more than 300 bytes');
    at = end;
  }
  if (seen < 2) throw new FormatError('it does not begin as ONNX does');
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
}

/** A number of up to 64 bits, seven in each byte (Protocol Buffers, "Base 128 Varints"). */
function varint(bytes: Buffer, from: number): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let i = 0; i < 10 && from + i < bytes.length; i++) {
    const byte = bytes[from + i] as number;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value, end: from + i + 1 };
  }
  return undefined;
}
