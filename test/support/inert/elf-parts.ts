/** An ELF header of 64 bits with one segment and, if wanted, a section table that nothing can be read from; then `body`. */
export function elfWith(
  body: Uint8Array | string,
  options: { flags?: number; sections?: number; type?: number } = {},
): Buffer {
  const { flags = 5, sections = 3, type = 2 } = options;
  const head = Buffer.alloc(120);
  head.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  head.writeUInt16LE(type, 16);
  head.writeUInt16LE(62, 18);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(64, 32);
  head.writeUInt16LE(64, 52);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(sections, 60);
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(flags, 68);
  return Buffer.concat([head, Buffer.from(body)]);
}

/** A library of 64 bits without code that says it has functions of these names. */
export function libraryOf(functions: readonly string[], strings: string): Buffer {
  const names = Buffer.from(`\0${functions.map((name) => `${name}\0`).join('')}`, 'latin1');
  const symbols = Buffer.alloc(24 * (functions.length + 1));
  let at = 1;
  for (const [i, name] of functions.entries()) {
    symbols.writeUInt32LE(at, 24 * (i + 1));
    // Global, a function, defined in section 1.
    symbols[24 * (i + 1) + 4] = 0x12;
    symbols.writeUInt16LE(1, 24 * (i + 1) + 6);
    at += name.length + 1;
  }
  const text = Buffer.from(`${strings}\0`, 'latin1');
  const start = 120;
  const symbolsAt = start;
  const namesAt = symbolsAt + symbols.length;
  const textAt = namesAt + names.length;
  const tableAt = Math.ceil((textAt + text.length) / 16) * 16;
  const table = Buffer.alloc(64 * 3);
  section(table, 1, { type: 11, at: symbolsAt, size: symbols.length, link: 2, entry: 24 });
  section(table, 2, { type: 3, at: namesAt, size: names.length, link: 0, entry: 0 });
  const file = Buffer.concat([
    elfWith('', { type: 3, sections: 3 }),
    symbols,
    names,
    text,
    Buffer.alloc(tableAt - textAt - text.length),
    table,
  ]);
  file.writeUInt32LE(tableAt, 40);
  return file;
}

interface Section {
  readonly type: number;
  readonly at: number;
  readonly size: number;
  readonly link: number;
  readonly entry: number;
}

function section(table: Buffer, index: number, { type, at, size, link, entry }: Section): void {
  const from = 64 * index;
  table.writeUInt32LE(type, from + 4);
  table.writeUInt32LE(at, from + 24);
  table.writeUInt32LE(size, from + 32);
  table.writeUInt32LE(link, from + 40);
  table.writeUInt32LE(entry, from + 56);
}
