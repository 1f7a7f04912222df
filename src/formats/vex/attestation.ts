import { FormatError } from '../../errors.ts';
import type { Statement } from '../attestation/statement.ts';
import { asList, asRecord, asText, type JsonRecord } from '../record.ts';
import type { VexDocument } from './document.ts';
import { isOpenVex, readOpenVex } from './openvex.ts';

/** Envelopes inside each other: a bundle of Sigstore holds an envelope (DSSE), that one a statement (in-toto). */
const DEPTH = 4;
/** Versions stand behind it. */
const OPENVEX = 'https://openvex.dev/ns';
const BASE64 = /^[A-Za-z0-9+/_=-\s]*$/;

/** A predicate, and the digests of what it is about. */
export interface AttestedVex {
  readonly document: VexDocument;
  /** `sha256:...`; empty where the document stands by itself. */
  readonly subjects: readonly string[];
}

/**
 * Reads OpenVEX as it is attached to images: by itself, as the predicate of an in-toto statement
 * (`predicateType: https://openvex.dev/ns...`), in a DSSE envelope or a Sigstore bundle. Signatures are not checked.
 * Undefined for a statement with another predicate.
 * @throws FormatError for what is none of these
 */
export function readAttestedVex(bytes: Uint8Array): AttestedVex | undefined {
  let root = parse(bytes);
  for (let depth = 0; depth < DEPTH; depth++) {
    if (isOpenVex(root)) return { document: readOpenVex(root), subjects: [] };
    const type = asText(root['predicateType']);
    if (type !== undefined) {
      const predicate = asRecord(root['predicate']);
      if (!type.startsWith(OPENVEX)) return undefined;
      if (predicate === undefined) throw new FormatError('the attestation has no predicate');
      return readStatedVex({ predicateType: type, predicate, subjects: subjectsOf(root) });
    }
    const envelope = asRecord(root['dsseEnvelope']) ?? root;
    const { payload } = envelope as { payload?: unknown };
    if (typeof payload !== 'string' || !BASE64.test(payload)) break;
    root = parse(Buffer.from(payload, 'base64'));
  }
  throw new FormatError('neither OpenVEX nor an attestation (in-toto) of it');
}

/** The same of a statement that was read; undefined for one with another predicate. */
export function readStatedVex({ predicateType, predicate, subjects }: Statement): AttestedVex | undefined {
  if (!predicateType.startsWith(OPENVEX)) return undefined;
  return { document: readOpenVex(predicate), subjects };
}

function subjectsOf(root: JsonRecord): string[] {
  return asList(root['subject']).flatMap((one) => {
    const digest = asText(asRecord(asRecord(one)?.['digest'])?.['sha256'], 64);
    return digest === undefined ? [] : [`sha256:${digest}`];
  });
}

function parse(bytes: Uint8Array): JsonRecord {
  try {
    const root = asRecord(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()));
    if (root !== undefined) return root;
  } catch (error) {
    throw new FormatError(`no JSON: ${(error as Error).message.slice(0, 200)}`, { cause: error });
  }
  throw new FormatError('a JSON object is expected');
}
