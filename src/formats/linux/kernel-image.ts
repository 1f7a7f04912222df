import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';

/** Offsets in the setup header of an image that a boot loader starts (kernel.org, "The Linux/x86 Boot Protocol"). */
const MAGIC = 0x202;
const VERSION = 0x20e;
/** The version stands in the first 32 KiB, in what starts in real mode. */
const SETUP = 0x200;
const MAX_TEXT = 256;

/** Whether a file begins as an image of Linux for x86 does. */
export function isKernelImage(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return text.length >= VERSION + 2 && text.toString('latin1', MAGIC, MAGIC + 4) === 'HdrS';
}

/**
 * The version that an image of Linux for x86 says it has (`bzImage`, `vmlinuz`): the first word of a line such as
 * `6.12.107+deb13-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP ...`.
 * @returns undefined where it says none
 */
export function kernelVersion(source: ByteSource): string | undefined {
  const header = readBytes(source, 0, VERSION + 2);
  if (!isKernelImage(header)) return undefined;
  const text = readBytes(source, header.readUInt16LE(VERSION) + SETUP, MAX_TEXT).toString('latin1');
  const version = /^[^\0 ]{1,200}/.exec(text)?.[0];
  return version !== undefined && /^\d{1,4}\.\d{1,4}[\w.+~-]*$/.test(version) ? version : undefined;
}
