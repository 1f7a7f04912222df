/** A section of a made-up program, or a segment where the format has no other. */
export interface MadeSection {
  readonly name: string;
  /** Where it is loaded; for PE counted from the image base, which is 0x400000. */
  readonly address: number;
  readonly content: Uint8Array;
  readonly writable?: boolean;
}

export interface MadeExecutable {
  readonly sections: readonly MadeSection[];
  /** Pointers have 8 bytes. */
  readonly wide?: boolean;
  readonly little?: boolean;
  /** ELF: without the table of sections, as after `sstrip`. */
  readonly stripped?: boolean;
  /** ELF: `ET_...`; 2 is a program. */
  readonly type?: number;
}

/** Puts numbers of either order into a table. */
class Table {
  readonly bytes: Buffer;
  readonly #little: boolean;

  constructor(size: number, little: boolean) {
    this.bytes = Buffer.alloc(size);
    this.#little = little;
  }

  u16(at: number, value: number): void {
    if (this.#little) this.bytes.writeUInt16LE(value, at);
    else this.bytes.writeUInt16BE(value, at);
  }

  u32(at: number, value: number): void {
    if (this.#little) this.bytes.writeUInt32LE(value, at);
    else this.bytes.writeUInt32BE(value, at);
  }

  pointer(at: number, value: number, wide: boolean): void {
    if (!wide) this.u32(at, value);
    else if (this.#little) this.bytes.writeBigUInt64LE(BigInt(value), at);
    else this.bytes.writeBigUInt64BE(BigInt(value), at);
  }
}

/** An ELF file: each section is loaded as a segment of its own. */
export function elfFile(made: MadeExecutable): Buffer {
  const { sections, wide = true, little = true, stripped = false, type = 2 } = made;
  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  const sectionSize = wide ? 64 : 40;
  const names = Buffer.from(`\0${sections.map(({ name }) => `${name}\0`).join('')}.shstrtab\0`, 'latin1');
  // Sections begin at multiples of 16, as linkers lay them out.
  const start = Math.ceil((headerSize + segmentSize * sections.length) / 16) * 16;
  const padded = sections.map(({ content }) => Buffer.concat([content, Buffer.alloc(-content.length & 15)]));
  const namesAt = start + padded.reduce((sum, { length }) => sum + length, 0);
  const tableAt = Math.ceil((namesAt + names.length) / 16) * 16;

  const header = new Table(headerSize, little);
  header.bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]);
  header.u16(16, type);
  header.u16(18, wide ? 62 : 3);
  header.pointer(wide ? 32 : 28, headerSize, wide);
  header.pointer(wide ? 40 : 32, stripped ? 0 : tableAt, wide);
  header.u16(wide ? 54 : 42, segmentSize);
  header.u16(wide ? 56 : 44, sections.length);
  header.u16(wide ? 58 : 46, sectionSize);
  header.u16(wide ? 60 : 48, stripped ? 0 : sections.length + 2);
  header.u16(wide ? 62 : 50, stripped ? 0 : sections.length + 1);

  const segments = new Table(segmentSize * sections.length, little);
  const table = new Table(sectionSize * (sections.length + 2), little);
  const describe = (index: number, name: number, address: number, offset: number, size: number): void => {
    const at = index * sectionSize;
    table.u32(at, name);
    table.u32(at + 4, 1);
    table.pointer(at + (wide ? 16 : 12), address, wide);
    table.pointer(at + (wide ? 24 : 16), offset, wide);
    table.pointer(at + (wide ? 32 : 20), size, wide);
  };
  let offset = start;
  let nameAt = 1;
  for (const [index, { name, address, content, writable = true }] of sections.entries()) {
    const at = index * segmentSize;
    segments.u32(at, 1);
    segments.u32(at + (wide ? 4 : 24), writable ? 6 : 4);
    segments.pointer(at + (wide ? 8 : 4), offset, wide);
    segments.pointer(at + (wide ? 16 : 8), address, wide);
    segments.pointer(at + (wide ? 32 : 16), content.length, wide);
    describe(index + 1, nameAt, address, offset, content.length);
    nameAt += name.length + 1;
    offset += padded[index]!.length;
  }
  describe(sections.length + 1, nameAt, 0, namesAt, names.length);

  const file = Buffer.alloc(stripped ? namesAt : tableAt + table.bytes.length);
  file.set(header.bytes, 0);
  file.set(segments.bytes, headerSize);
  file.set(Buffer.concat(padded), start);
  if (!stripped) {
    file.set(names, namesAt);
    file.set(table.bytes, tableAt);
  }
  return file;
}

/** A Mach-O file for one architecture: each section is in a segment of its own. */
export function machOFile({ sections, wide = true, little = true }: MadeExecutable): Buffer {
  const headerSize = wide ? 32 : 28;
  const commandSize = wide ? 72 + 80 : 56 + 68;
  const header = new Table(headerSize, little);
  header.u32(0, wide ? 0xfeedfacf : 0xfeedface);
  header.u32(4, 7);
  header.u32(12, 2);
  header.u32(16, sections.length);
  header.u32(20, commandSize * sections.length);
  const commands = new Table(commandSize * sections.length, little);
  let offset = headerSize + commands.bytes.length;
  for (const [index, { name, address, content, writable = true }] of sections.entries()) {
    const at = index * commandSize;
    const size = content.length;
    commands.u32(at, wide ? 0x19 : 1);
    commands.u32(at + 4, commandSize);
    commands.bytes.write('__DATA', at + 8, 'latin1');
    commands.pointer(at + 24, address, wide);
    commands.pointer(at + (wide ? 32 : 28), size, wide);
    commands.pointer(at + (wide ? 40 : 32), offset, wide);
    commands.pointer(at + (wide ? 48 : 36), size, wide);
    commands.u32(at + (wide ? 60 : 44), writable ? 3 : 1);
    commands.u32(at + (wide ? 64 : 48), 1);
    const place = at + (wide ? 72 : 56);
    commands.bytes.write(name, place, 16, 'latin1');
    commands.bytes.write('__DATA', place + 16, 'latin1');
    commands.pointer(place + 32, address, wide);
    commands.pointer(place + (wide ? 40 : 36), size, wide);
    commands.u32(place + (wide ? 48 : 40), offset);
    offset += size;
  }
  return Buffer.concat([header.bytes, commands.bytes, ...sections.map(({ content }) => content)]);
}

/** A universal Mach-O file. */
export function fatFile(programs: readonly Uint8Array[]): Buffer {
  const table = new Table(8 + 20 * programs.length, false);
  table.u32(0, 0xcafebabe);
  table.u32(4, programs.length);
  let offset = table.bytes.length;
  for (const [index, { length }] of programs.entries()) {
    table.u32(8 + index * 20 + 8, offset);
    table.u32(8 + index * 20 + 12, length);
    offset += length;
  }
  return Buffer.concat([table.bytes, ...programs]);
}

/** A PE file with the image base 0x400000 and all 16 directories empty. */
export function peFile({ sections, wide = true }: MadeExecutable): Buffer {
  const optionalSize = wide ? 240 : 224;
  const tableAt = 64 + 24 + optionalSize;
  const header = new Table(tableAt + 40 * sections.length, true);
  header.bytes.write('MZ', 0, 'latin1');
  header.u32(60, 64);
  header.bytes.write('PE\0\0', 64, 'latin1');
  header.u16(68, wide ? 0x8664 : 0x14c);
  header.u16(70, sections.length);
  header.u16(84, optionalSize);
  header.u16(88, wide ? 0x20b : 0x10b);
  header.pointer(88 + (wide ? 24 : 28), 0x400000, wide);
  header.u32(88 + (wide ? 108 : 92), 16);
  let offset = header.bytes.length;
  for (const [index, { name, address, content, writable = true }] of sections.entries()) {
    const at = tableAt + index * 40;
    header.bytes.write(name, at, 8, 'latin1');
    header.u32(at + 8, content.length);
    header.u32(at + 12, address);
    header.u32(at + 16, content.length);
    header.u32(at + 20, offset);
    header.u32(at + 36, (writable ? 0xc000_0040 : 0x4000_0040) >>> 0);
    offset += content.length;
  }
  return Buffer.concat([header.bytes, ...sections.map(({ content }) => content)]);
}
