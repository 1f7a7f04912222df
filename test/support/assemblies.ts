import { peFile } from './executables.ts';

export interface MadeAssembly {
  readonly name?: string;
  readonly version?: readonly [number, number, number, number];
  readonly culture?: string;
  readonly references?: readonly string[];
  /** Names of types that it refers to, in other assemblies. */
  readonly types?: readonly string[];
  /** Texts of the version resource. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Heaps and tables with wide indices, as in large assemblies. */
  readonly wide?: boolean;
}

const TEXT = 0x2000;
const RESOURCES = 0x8000;

/** A PE file with the metadata of an assembly (ECMA-335 II.24) and a version resource; no code. */
export function assemblyFile(made: MadeAssembly = {}): Buffer {
  const metadata = metadataOf(made);
  const header = Buffer.alloc(72);
  header.writeUInt32LE(72, 0);
  header.writeUInt32LE(TEXT + header.length, 8);
  header.writeUInt32LE(metadata.length, 12);
  const resources = made.texts === undefined ? Buffer.alloc(0) : versionResource(made.texts, RESOURCES);
  const file = peFile({
    sections: [
      { name: '.text', address: TEXT, content: Buffer.concat([header, metadata]), writable: false },
      { name: '.rsrc', address: RESOURCES, content: resources, writable: false },
    ],
  });
  setDirectory(file, 14, TEXT, header.length);
  if (made.texts !== undefined) setDirectory(file, 2, RESOURCES, resources.length);
  return file;
}

/** A program for Windows that is not made for .NET, with a version resource and data. */
export function nativeFile(texts: Readonly<Record<string, string>>, data: Uint8Array = Buffer.alloc(16)): Buffer {
  const resources = versionResource(texts, RESOURCES);
  const file = peFile({
    sections: [
      { name: '.data', address: TEXT, content: data },
      { name: '.rsrc', address: RESOURCES, content: resources, writable: false },
    ],
  });
  setDirectory(file, 2, RESOURCES, resources.length);
  return file;
}

function setDirectory(file: Buffer, index: number, address: number, size: number): void {
  file.writeUInt32LE(address, 88 + 112 + index * 8);
  file.writeUInt32LE(size, 88 + 116 + index * 8);
}

function metadataOf({
  name = 'a',
  version = [1, 0, 0, 0],
  culture = '',
  references = [],
  types = [],
  wide = false,
}: MadeAssembly): Buffer {
  const heap: Buffer[] = [Buffer.from('\0')];
  const indices = new Map<string, number>([['', 0]]);
  let size = 1;
  const index = (text: string): number => {
    let at = indices.get(text);
    if (at === undefined) {
      at = size;
      indices.set(text, at);
      heap.push(Buffer.from(`${text}\0`));
      size += Buffer.byteLength(text) + 1;
    }
    return at;
  };
  const short = (value: number): Buffer => Buffer.from([value & 0xff, (value >> 8) & 0xff]);
  const long = (value: number): Buffer => Buffer.concat([short(value & 0xffff), short(value >>> 16)]);
  const place = wide ? long : short;
  const rows = [
    [short(0), place(index('a.dll')), place(0), place(0), place(0)],
    ...types.map((type) => [short(6), place(index(type)), place(index('System'))]),
    [long(0x8004), ...version.map(short), long(0), place(0), place(index(name)), place(index(culture))],
    ...references.map((one) => [...[9, 0, 0, 0].map(short), long(0), place(0), place(index(one)), place(0), place(0)]),
  ].flat();
  const counts = [
    1,
    ...(types.length > 0 ? [types.length] : []),
    1,
    ...(references.length > 0 ? [references.length] : []),
  ];
  const present = Buffer.alloc(8);
  present.writeUInt8(types.length > 0 ? 3 : 1, 0);
  present.writeUInt8(references.length > 0 ? 9 : 1, 4);
  const tables = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 2, 0, wide ? 7 : 0, 1]),
    present,
    Buffer.alloc(8),
    ...counts.map(long),
    ...rows,
  ]);
  const strings = Buffer.concat(heap);
  const versionText = Buffer.from('v4.0.30319\0\0');
  const start = 16 + versionText.length + 4 + 12 + 20;
  return Buffer.concat([
    Buffer.from('BSJB'),
    short(1),
    short(1),
    long(0),
    long(versionText.length),
    versionText,
    short(0),
    short(2),
    long(start),
    long(tables.length),
    Buffer.from('#~\0\0'),
    long(start + tables.length),
    long(strings.length),
    Buffer.from('#Strings\0\0\0\0'),
    tables,
    strings,
  ]);
}

/** A resource directory with a version resource alone, in one language. */
function versionResource(texts: Readonly<Record<string, string>>, address: number): Buffer {
  const strings = Object.entries(texts).map(([key, value]) =>
    block(key, Buffer.from(`${value}\0`, 'utf16le'), value.length + 1),
  );
  const table = block('StringFileInfo', Buffer.alloc(0), 0, [block('000004b0', Buffer.alloc(0), 0, strings)]);
  const content = block('VS_VERSION_INFO', Buffer.alloc(52), 52, [table]);
  const directory = (id: number, offset: number): Buffer => {
    const bytes = Buffer.alloc(24);
    bytes.writeUInt16LE(1, 14);
    bytes.writeUInt32LE(id, 16);
    bytes.writeUInt32LE(offset >>> 0, 20);
    return bytes;
  };
  const entry = Buffer.alloc(16);
  entry.writeUInt32LE(address + 88, 0);
  entry.writeUInt32LE(content.length, 4);
  return Buffer.concat([directory(16, 0x8000_0018), directory(1, 0x8000_0030), directory(1033, 72), entry, content]);
}

function block(key: string, value: Buffer, valueLength: number, children: readonly Buffer[] = []): Buffer {
  const head = Buffer.concat([Buffer.alloc(6), Buffer.from(`${key}\0`, 'utf16le')]);
  const whole = Buffer.concat([
    padded(head),
    ...(value.length > 0 ? [value] : []),
    ...children.map((one, at) => Buffer.concat([Buffer.alloc(at === 0 ? -value.length & 3 : 0), padded(one)])),
  ]);
  whole.writeUInt16LE(whole.length, 0);
  whole.writeUInt16LE(valueLength, 2);
  return whole;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

const MARK = Buffer.from('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae', 'hex');

/** Data of a host of .NET: where its bundle begins, and the mark behind it. */
export function hostData(bundleAt: number): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigUInt64LE(BigInt(bundleAt));
  return Buffer.concat([Buffer.alloc(32), place, MARK, Buffer.alloc(32)]);
}

export interface MadeBundleFile {
  readonly path: string;
  readonly kind: number;
  readonly content: Uint8Array;
  /** As it is stored, where it is compressed. */
  readonly compressed?: Uint8Array;
}

/** A program with a bundle behind it. */
export function bundleFile(
  host: (bundleAt: number) => Buffer,
  files: readonly MadeBundleFile[],
  version: 1 | 2 | 6 = 6,
): Buffer {
  const start = host(0).length + 512;
  const bodies: Buffer[] = [];
  let at = start;
  const u64 = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  const u32 = (value: number): Buffer => u64(value).subarray(0, 4);
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
    return Buffer.concat([Buffer.from(length), bytes]);
  };
  const entries = files.map(({ path, kind, content, compressed }) => {
    const stored = Buffer.from(compressed ?? content);
    const entry = Buffer.concat([
      u64(at),
      u64(content.length),
      version >= 6 ? u64(compressed?.length ?? 0) : Buffer.alloc(0),
      Buffer.from([kind]),
      text(path),
    ]);
    bodies.push(stored);
    at += stored.length;
    return entry;
  });
  const list = [
    u32(version),
    u32(0),
    u32(files.length),
    text('bundle-id'),
    version > 1 ? Buffer.alloc(40) : Buffer.alloc(0),
  ];
  return Buffer.concat([host(at), Buffer.alloc(512), ...bodies, ...list, ...entries]);
}
