import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { readElf } from '../elf/elf.ts';

/** What a module of Linux says of itself. */
export interface ModuleInfo {
  readonly name: string;
  /** Its own, where it has one: most are of the version of their kernel. */
  readonly version?: string;
  /** The kernel that it was made for: the first word of `vermagic`. */
  readonly kernel?: string;
  readonly licence?: string;
}

const MAX_INFO = 1024 * 1024;

/**
 * Reads `.modinfo` of a module: `key=value` texts, each ended by a zero byte (kernel.org, include/linux/module.h; modinfo(8)).
 * @returns undefined where it has none
 * @throws FormatError for what is no ELF file
 */
export function readModuleInfo(source: ByteSource): ModuleInfo | undefined {
  const section = readElf(source).sections.find(({ name }) => name === '.modinfo');
  if (section === undefined) return undefined;
  if (section.size > MAX_INFO) throw new FormatError('it says more of itself than any module does');
  const fields = new Map<string, string>();
  for (const text of readBytes(source, section.offset, section.size).toString('utf8').split('\0')) {
    const equals = text.indexOf('=');
    if (equals < 1 || equals > 40) continue;
    const key = text.slice(0, equals);
    if (!fields.has(key) && fields.size < 64) fields.set(key, text.slice(equals + 1, equals + 257).trim());
  }
  const name = fields.get('name');
  if (name === undefined || name === '') return undefined;
  const version = fields.get('version') ?? '';
  const kernel = fields.get('vermagic')?.split(' ', 1)[0] ?? '';
  const licence = fields.get('license') ?? '';
  return {
    name,
    ...(version !== '' && { version }),
    ...(kernel !== '' && { kernel }),
    ...(licence !== '' && { licence }),
  };
}
