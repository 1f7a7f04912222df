import { createHash } from 'node:crypto';
import { FormatError } from '../../errors.ts';
import type { EnsembleWeights } from './ensemble.ts';
import type { LinearWeights, NetworkWeights } from './model-weights.ts';

/** All that training learnt. */
export interface WebshellModel {
  /** Hex SHA-256 of the file: what it says may change with it. */
  readonly digest: string;
  readonly linear: LinearWeights;
  readonly network: NetworkWeights;
  readonly ensemble: EnsembleWeights;
  /** Fuzzy digests of the stripped text of known webshells. */
  readonly digests: readonly string[];
}

const MAGIC = 'DRYDOCKM';
const VERSION = 1;
const SUM_BYTES = 32;
const PREFIX_BYTES = 16;

interface Header {
  readonly sections: Readonly<Record<string, readonly [offset: number, bytes: number]>>;
  readonly linear: { readonly power: number; readonly largest: number };
  readonly ensemble: EnsembleWeights;
}

/**
 * Reads a file of weights, as training/webshell/model_file.py writes it: `DRYDOCKM`, version and length of the header
 * (32 bits each, little-endian), the header in JSON, sections that it names by offset behind it, and the SHA-256 of all
 * that.
 * @throws FormatError where it is no such file, of another version, or not as it was written
 */
export function readModel(bytes: Uint8Array): WebshellModel {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < PREFIX_BYTES + SUM_BYTES || file.toString('latin1', 0, 8) !== MAGIC) {
    throw new FormatError('the model of webshells is no file of weights');
  }
  const version = file.readUInt32LE(8);
  if (version !== VERSION) {
    throw new FormatError(`the model of webshells is of version ${version}, not ${VERSION}`, { reason: 'unsupported' });
  }
  const body = file.subarray(0, file.length - SUM_BYTES);
  const sum = createHash('sha256').update(body).digest();
  if (!sum.equals(file.subarray(body.length))) throw new FormatError('the model of webshells is damaged');
  // Whoever made the sum wrote the rest as it should be.
  const start = PREFIX_BYTES + file.readUInt32LE(12);
  const header = JSON.parse(body.toString('utf8', PREFIX_BYTES, start)) as Header;
  const section = (name: string): Buffer => {
    const [offset, length] = header.sections[name] ?? [0, 0];
    // A copy, so that numbers of several bytes stand where they may.
    return Buffer.from(new Uint8Array(body.subarray(start + offset, start + offset + length)).buffer);
  };
  const numbers = (name: string): Float32Array => {
    const found = section(name);
    return new Float32Array(found.buffer, found.byteOffset, found.length / 4);
  };
  const shorts = (name: string): Int16Array => {
    const found = section(name);
    return new Int16Array(found.buffer, found.byteOffset, found.length / 2);
  };
  const codes = section('weights');
  return {
    digest: sum.toString('hex'),
    linear: {
      keys: readGaps(section('keys'), codes.length),
      codes,
      meaning: meaningOf(header.linear.largest),
      power: header.linear.power,
    },
    network: {
      embedding: shorts('embedding'),
      taps: shorts('taps'),
      scales: numbers('scales'),
      bias: numbers('bias'),
      hidden: numbers('hidden'),
      hiddenBias: numbers('hidden-bias'),
      out: numbers('out'),
    },
    ensemble: header.ensemble,
    digests: section('digests')
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== ''),
  };
}

/** Rising numbers, each as what it is more than the one before: seven bits a byte, the lowest first. */
function readGaps(bytes: Uint8Array, count: number): Int32Array {
  const numbers = new Int32Array(count);
  let number = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[at++]!;
      number += (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    numbers[i] = number;
  }
  return numbers;
}

/** Of signed bytes: their square, with their sign, is the weight. Small weights are told apart better than large ones. */
function meaningOf(largest: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const code = (byte << 24) >> 24;
    return (Math.sign(code) * code * code * largest) / (127 * 127);
  });
}
