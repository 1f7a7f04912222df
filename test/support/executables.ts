/** A section of a made-up program, or a segment where the format has no other. */
export interface MadeSection {
  readonly name: string;
  /** Where it is loaded; for PE counted from the image base. */
  readonly address: number;
  readonly content: Uint8Array;
  readonly writable?: boolean;
}

export interface MadeExecutable {
  readonly sections: readonly MadeSection[];
  /** Pointers have 8 bytes. */
  readonly wide?: boolean;
}

/** A PE file with the image base 0x400000 and all 16 directories empty. */
export function peFile({ sections, wide = true }: MadeExecutable): Buffer {
  const optionalSize = wide ? 240 : 224;
  const tableAt = 64 + 24 + optionalSize;
  const header = Buffer.alloc(tableAt + 40 * sections.length);
  header.write('MZ', 0, 'latin1');
  header.writeUInt32LE(64, 60);
  header.write('PE\0\0', 64, 'latin1');
  header.writeUInt16LE(wide ? 0x8664 : 0x14c, 68);
  header.writeUInt16LE(sections.length, 70);
  header.writeUInt16LE(optionalSize, 84);
  header.writeUInt16LE(wide ? 0x20b : 0x10b, 88);
  header.writeUInt32LE(0x400000, 88 + (wide ? 24 : 28));
  header.writeUInt32LE(16, 88 + (wide ? 108 : 92));
  let offset = header.length;
  for (const [index, { name, address, content, writable = true }] of sections.entries()) {
    const at = tableAt + index * 40;
    header.write(name, at, 8, 'latin1');
    header.writeUInt32LE(content.length, at + 8);
    header.writeUInt32LE(address, at + 12);
    header.writeUInt32LE(content.length, at + 16);
    header.writeUInt32LE(offset, at + 20);
    header.writeUInt32LE((writable ? 0xc000_0040 : 0x4000_0040) >>> 0, at + 36);
    offset += content.length;
  }
  return Buffer.concat([header, ...sections.map(({ content }) => content)]);
}
