/**
 * Makes the targets of calls relative again, in place, `position` being where the bytes stand in the whole.
 * @returns how many bytes at the start are ready; the rest needs to see what follows
 */
export type Branches = (bytes: Buffer, position: number) => number;

/** Filters for machine code whose instructions stand at fixed places, by their ids (the .xz file format, section 5.3.2). */
export const branches: ReadonlyMap<number, Branches> = new Map([
  [5, powerpc],
  [7, arm],
  [8, armThumb],
  [9, sparc],
  [10, arm64],
]);

function powerpc(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const instruction = bytes.readInt32BE(at);
    // bl
    if ((instruction & 0xfc000003) !== 0x48000001) continue;
    bytes.writeInt32BE(0x48000001 | ((instruction - position - at) & 0x03fffffc), at);
  }
  return at;
}

function arm(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    // bl, always
    if (bytes[at + 3] !== 0xeb) continue;
    const target = (bytes.readUIntLE(at, 3) << 2) - (position + at + 8);
    bytes.writeUIntLE((target >>> 2) & 0xffffff, at, 3);
  }
  return at;
}

function armThumb(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 2) {
    const high = bytes.readUInt16LE(at);
    const low = bytes.readUInt16LE(at + 2);
    // bl, in two halves
    if ((high & 0xf800) !== 0xf000 || (low & 0xf800) !== 0xf800) continue;
    const target = ((((high & 0x7ff) << 11) | (low & 0x7ff)) << 1) - (position + at + 4);
    bytes.writeUInt16LE(0xf000 | ((target >>> 12) & 0x7ff), at);
    bytes.writeUInt16LE(0xf800 | ((target >>> 1) & 0x7ff), at + 2);
    at += 2;
  }
  return at;
}

function sparc(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const instruction = bytes.readUInt32BE(at);
    // call, to a target within 8 MiB
    if (instruction >>> 22 !== 0x100 && instruction >>> 22 !== 0x1ff) continue;
    const target = ((instruction << 2) - (position + at)) >>> 2;
    bytes.writeInt32BE((0x40000000 - (target & 0x400000)) | 0x40000000 | (target & 0x3fffff), at);
  }
  return at;
}

function arm64(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const instruction = bytes.readInt32LE(at);
    const here = (position + at) >>> 0;
    if (instruction >>> 26 === 0x25) {
      // bl
      bytes.writeInt32LE(0x94000000 | ((instruction - (here >>> 2)) & 0x03ffffff) | 0, at);
    } else if ((instruction & 0x9f000000) >>> 0 === 0x90000000) {
      // adrp, to a target within 512 MiB
      const stored = ((instruction >>> 29) & 3) | ((instruction >>> 3) & 0x1ffffc);
      if (((stored + 0x020000) & 0x1c0000) !== 0) continue;
      const target = stored - (here >>> 12);
      const sign = -(target & 0x020000) & 0xe00000;
      bytes.writeInt32LE((instruction & 0x9000001f) | ((target & 3) << 29) | ((target & 0x03fffc) << 3) | sign, at);
    }
  }
  return at;
}
