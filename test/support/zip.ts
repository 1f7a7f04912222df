import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a test archive. What is stated may be a lie. */
export interface ZipFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Default: deflated. */
  readonly stored?: boolean;
  readonly statedSize?: number;
  readonly statedCrc?: number;
  readonly method?: number;
  readonly encrypted?: boolean;
  /** Writes the sizes and the position into a zip64 field. */
  readonly zip64?: boolean;
  /** Points the directory to the local header of another file. */
  readonly sameBodyAs?: number;
  /** What the header in front of the body says, where it is not what the directory says. */
  readonly local?: Partial<Pick<ZipFile, 'name' | 'method' | 'encrypted'>>;
  /** Sizes and checksum stand behind the body. */
  readonly descriptor?: boolean;
  /** Mode of a file of Unix. */
  readonly mode?: number;
}

export interface ZipOptions {
  readonly comment?: string | Uint8Array;
  /** Writes a zip64 end record, as archives with more than 65,535 files have. */
  readonly zip64?: boolean;
  /** Stands in front of the archive, which knows nothing of it. */
  readonly prefix?: string | Uint8Array;
  readonly statedCount?: number;
  readonly statedDirectorySize?: number;
}

const ABSENT = 0xffffffff;

/** Writes a zip archive (PKWARE APPNOTE 6.3.10). */
export function zip(files: readonly ZipFile[], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [];
  const headers: { file: ZipFile; local: Buffer; body: Buffer; offset: number }[] = [];
  let offset = 0;
  for (const file of files) {
    const content = Buffer.from(file.content);
    const body = file.stored === true ? content : deflateRawSync(content);
    const stated = { ...file, ...file.local };
    const name = Buffer.from(stated.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    writeCommon(local, 4, stated, content, body);
    const descriptor = Buffer.alloc(file.descriptor === true ? 16 : 0);
    if (file.descriptor === true) {
      descriptor.writeUInt32LE(0x08074b50, 0);
      local.copy(descriptor, 4, 14, 26);
      local.fill(0, 14, 26);
    }
    local.writeUInt16LE(name.length, 26);
    headers.push({ file, local, body, offset });
    parts.push(local, name, body, descriptor);
    offset += local.length + name.length + body.length + descriptor.length;
  }
  const directory = Buffer.concat(headers.map((header) => central(header, headers)));
  parts.push(directory);
  const count = files.length;
  if (options.zip64 === true) parts.push(end64(count, directory.length, offset));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  const small = options.zip64 === true ? 0xffff : (options.statedCount ?? count);
  end.writeUInt16LE(small, 8);
  end.writeUInt16LE(small, 10);
  end.writeUInt32LE(options.zip64 === true ? ABSENT : (options.statedDirectorySize ?? directory.length), 12);
  end.writeUInt32LE(options.zip64 === true ? ABSENT : offset, 16);
  const comment = Buffer.from(options.comment ?? '');
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([Buffer.from(options.prefix ?? ''), ...parts, end, comment]);
}

function writeCommon(header: Buffer, at: number, file: ZipFile, content: Buffer, body: Buffer): void {
  header.writeUInt16LE(20, at);
  const flags = 0x800 | (file.encrypted === true ? 1 : 0) | (file.descriptor === true ? 8 : 0);
  header.writeUInt16LE(flags, at + 2);
  header.writeUInt16LE(file.method ?? (file.stored === true ? 0 : 8), at + 4);
  header.writeUInt32LE(file.statedCrc ?? crc32(content), at + 10);
  header.writeUInt32LE(file.zip64 === true ? ABSENT : body.length, at + 14);
  header.writeUInt32LE(file.zip64 === true ? ABSENT : (file.statedSize ?? content.length), at + 18);
}

function central(
  { file, body, offset }: { file: ZipFile; body: Buffer; offset: number },
  all: readonly { readonly offset: number }[],
): Buffer {
  const name = Buffer.from(file.name);
  const content = Buffer.from(file.content);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  writeCommon(header, 6, file, content, body);
  header.writeUInt16LE(name.length, 28);
  if (file.mode !== undefined) {
    header[5] = 3;
    header.writeUInt32LE(((0o100000 | file.mode) << 16) >>> 0, 38);
  }
  const position = file.sameBodyAs === undefined ? offset : (all[file.sameBodyAs]?.offset ?? 0);
  let extra = Buffer.alloc(0);
  if (file.zip64 === true) {
    extra = Buffer.alloc(28);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(file.statedSize ?? content.length), 4);
    extra.writeBigUInt64LE(BigInt(body.length), 12);
    extra.writeBigUInt64LE(BigInt(position), 20);
  }
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(file.zip64 === true ? ABSENT : position, 42);
  return Buffer.concat([header, name, extra]);
}

function end64(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(offset + size), 64);
  end.writeUInt32LE(1, 72);
  return end;
}
