import { FormatError, LimitError } from '../../errors.ts';
import { readCsaf } from '../csaf/read.ts';
import { asRecord } from '../record.ts';
import { vexOfCsaf } from './csaf.ts';
import { isCycloneDx, readCycloneDxVex } from './cyclonedx.ts';
import type { VexDocument } from './document.ts';
import { isOpenVex, readOpenVex } from './openvex.ts';

/** Bytes of a document of statements. */
export const mostVexBytes = 64 * 1024 * 1024;

/**
 * Reads a VEX document of any form it may have: OpenVEX, CSAF 2.0, CycloneDX (JSON).
 * @throws FormatError if it is none of them, or damaged
 * @throws LimitError if it is larger than any that is published
 */
export function readVex(bytes: Uint8Array): VexDocument {
  if (bytes.length > mostVexBytes) throw new LimitError(`a VEX document has at most ${mostVexBytes} bytes`);
  const root = asRecord(parse(bytes));
  if (root === undefined) throw new FormatError('no VEX document: a JSON object is expected');
  if (isOpenVex(root)) return readOpenVex(root);
  if (isCycloneDx(root)) return readCycloneDxVex(root);
  if (asRecord(root['document'])?.['csaf_version'] !== undefined) return vexOfCsaf(readCsaf(bytes));
  throw new FormatError('no VEX document: neither OpenVEX ("@context"), CSAF ("document") nor CycloneDX ("bomFormat")');
}

function parse(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw new FormatError(`no JSON: ${(error as Error).message.slice(0, 200)}`, { cause: error });
  }
}
