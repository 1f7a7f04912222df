import { crc32, deflateRawSync } from 'node:zlib';

/** Writes a zip archive of deflated members (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16). */
export function writeZip(members: readonly (readonly [name: string, content: Uint8Array])[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of members) {
    const body = deflateRawSync(content);
    const path = Buffer.from(name);
    const common = commonPart(content, body, path);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, path]);
    const central = Buffer.alloc(46);
    central.write('504b01021400', 'hex');
    common.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    bodies.push(local, body);
    directory.push(central, path);
    offset += local.length + body.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

/** What both headers of a member have, from the version that is needed to the length of the extra field. */
function commonPart(content: Uint8Array, body: Buffer, path: Buffer): Buffer {
  const part = Buffer.alloc(26);
  part.writeUInt16LE(20, 0);
  part.writeUInt16LE(8, 4);
  // The first day that the format knows: 1 January 1980.
  part.writeUInt16LE(0x21, 8);
  part.writeUInt32LE(crc32(content), 10);
  part.writeUInt32LE(body.length, 14);
  part.writeUInt32LE(content.length, 18);
  part.writeUInt16LE(path.length, 22);
  return part;
}
