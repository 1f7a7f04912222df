import { FormatError } from '../../errors.ts';
import { jsonMembers } from '../json-members.ts';
import type { LockedPackages } from './lockfile.ts';

/** Bytes of one entry of a lockfile; real ones have a few hundred, of whole trees (package-lock.json 1) some 100 KiB. */
const MAX_ENTRY = 1024 * 1024;

/**
 * Calls `visit` with the bytes of each member of a JSON object, and notes where the object ends too early or is none.
 * Keys may come twice: then both are shown.
 */
export function eachMember(
  object: Uint8Array | undefined,
  packages: LockedPackages,
  visit: (name: string, value: Uint8Array) => void,
): void {
  if (object === undefined) return;
  try {
    for (const { name, value } of jsonMembers(object)) visit(name, value);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    packages.breakOff(error.message);
  }
}

/** The value of one entry; one that is no JSON or too large is noted and undefined. */
export function entryValue(name: string, value: Uint8Array, packages: LockedPackages): unknown {
  if (value.length <= MAX_ENTRY) {
    try {
      return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8')) as unknown;
    } catch {
      // said below
    }
  }
  packages.skip(name);
  return undefined;
}

/** The members of a JSON document by name, the last of each name; none where it is no JSON object. */
export function membersOf(document: Uint8Array, packages: LockedPackages): ReadonlyMap<string, Uint8Array> {
  const members = new Map<string, Uint8Array>();
  if (document.length === 0) packages.breakOff('it is empty');
  else eachMember(document, packages, (name, value) => members.set(name, value));
  return members;
}
