import type { KeyObject } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Manifest, readManifest, refused, writeManifest } from './manifest.ts';
import { SIGNATURE_BYTES, signBytes, signerOf, type TrustedKey } from './signature.ts';

/**
 * An artefact is one file: `DRYDOCKA`, the length of the manifest (4 bytes, big-endian), the manifest, an Ed25519
 * signature over all of that, the payload. All zeros in place of the signature: it is not signed.
 */
const MAGIC = Buffer.from('DRYDOCKA');
const PREFIX_BYTES = MAGIC.length + 4;
const MAXIMUM_MANIFEST = 1024 * 1024;

/** What stands before the payload, checked. */
export interface ArtefactHead {
  readonly manifest: Manifest;
  /** Absent: nobody signed it, and the caller said that it need not be. */
  readonly signedBy?: TrustedKey;
  /** Where the payload begins. */
  readonly payloadAt: number;
}

/** Whom a reader believes. */
export interface Trust {
  readonly keys: readonly TrustedKey[];
  /** Also what nobody signed. What somebody signed must be signed by one of the keys in any case. */
  readonly allowUnsigned?: boolean;
}

/** Whether a file begins as artefacts do. */
export function isArtefact(start: Uint8Array): boolean {
  return Buffer.from(start.buffer, start.byteOffset, start.length).subarray(0, MAGIC.length).equals(MAGIC);
}

/** What stands before the payload; signed where there is a key. */
export function writeHead(manifest: Manifest, key: KeyObject | undefined): Buffer {
  const text = writeManifest(manifest);
  const prefix = Buffer.concat([MAGIC, Buffer.alloc(4), text]);
  prefix.writeUInt32BE(text.length, MAGIC.length);
  const signature = key === undefined ? Buffer.alloc(SIGNATURE_BYTES) : signBytes(prefix, key);
  return Buffer.concat([prefix, signature]);
}

/**
 * Reads what stands before the payload, and believes nothing of it before the signature was checked.
 * @throws AdvisoriesError `advisories.refused`
 */
export async function readHead(file: FileHandle, trust: Trust): Promise<ArtefactHead> {
  const { prefix, signature } = await readSigned(file);
  const signedBy = check(prefix, signature, trust);
  return {
    manifest: readManifest(prefix.subarray(PREFIX_BYTES)),
    ...(signedBy !== undefined && { signedBy }),
    payloadAt: prefix.length + SIGNATURE_BYTES,
  };
}

/**
 * The same without any trust: for whoever made the artefact.
 * @throws AdvisoriesError `advisories.refused` if it is none
 */
export async function peekHead(file: FileHandle): Promise<{ readonly manifest: Manifest; readonly isSigned: boolean }> {
  const { prefix, signature } = await readSigned(file);
  return { manifest: readManifest(prefix.subarray(PREFIX_BYTES)), isSigned: !isBlank(signature) };
}

/**
 * Bytes before the payload of an artefact of which so many bytes are there.
 * @returns more than there are, where they do not tell yet
 * @throws AdvisoriesError `advisories.refused` if it is none
 */
export function headLength(file: string, there: number): number {
  if (there < PREFIX_BYTES) return PREFIX_BYTES;
  const start = Buffer.alloc(PREFIX_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start, 0, PREFIX_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  return PREFIX_BYTES + manifestLength(start) + SIGNATURE_BYTES;
}

function manifestLength(start: Buffer): number {
  if (!isArtefact(start)) throw refused('it is no advisory database of Drydock');
  const length = start.readUInt32BE(MAGIC.length);
  if (length > MAXIMUM_MANIFEST) throw refused('its manifest is larger than any is');
  return length;
}

async function readSigned(file: FileHandle): Promise<{ readonly prefix: Buffer; readonly signature: Buffer }> {
  const length = manifestLength(await readExactly(file, 0, PREFIX_BYTES));
  const prefix = await readExactly(file, 0, PREFIX_BYTES + length);
  return { prefix, signature: await readExactly(file, prefix.length, SIGNATURE_BYTES) };
}

function isBlank(signature: Buffer): boolean {
  return signature.every((byte) => byte === 0);
}

function check(prefix: Buffer, signature: Buffer, { keys, allowUnsigned = false }: Trust): TrustedKey | undefined {
  if (isBlank(signature)) {
    if (allowUnsigned) return undefined;
    throw refused('it is not signed');
  }
  if (keys.length === 0) throw refused('it is signed, and no key is trusted (--db-key FILE)');
  const signer = signerOf(prefix, signature, keys);
  if (signer !== undefined) return signer;
  const ids = keys.map(({ id }) => id).join(', ');
  throw refused(`its signature is of none of the keys that are trusted (${ids}), or it was changed since`);
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw refused('it ends before its payload');
    done += bytesRead;
  }
  return buffer;
}

/** Opens an artefact to read it; whoever opens closes it. */
export async function openArtefact(path: string): Promise<FileHandle> {
  return await open(path, 'r');
}
