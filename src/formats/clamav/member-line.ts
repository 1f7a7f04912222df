import { FormatError } from '../../errors.ts';
import type { Range } from './attributes.ts';
import { type ClamType, isClamType } from './file-types.ts';
import { decimal, fitsLevel, inert, isDecimal, type LineOutcome, loaded } from './outcome.ts';
import { parseRegex } from './regex.ts';

/** What a member of an archive is called, how large it is and where it stands. Absent: nothing is asked. */
export interface MemberRecord {
  readonly name: string;
  /** Type of the archive; absent: any. */
  readonly container?: ClamType;
  readonly containerSize?: Range;
  /** Over the whole path of the member, in the dialect of YARA. */
  readonly path?: string;
  readonly packedSize?: Range;
  readonly realSize?: Range;
  readonly encrypted?: boolean;
  /** From 1. */
  readonly position?: Range;
  /** What the old forms ask besides. */
  readonly crc?: number;
  readonly method?: number;
  readonly depth?: number;
}

const ANY = '*';

/**
 * `NAME:CONTAINER:CSIZE:NAMEREGEX:PACKEDSIZE:REALSIZE:ENCRYPTED:POSITION:RES1:RES2[:MINFL[:MAXFL]]` of .cdb. The
 * checksum in RES1 is not looked at, as ClamAV does not. @throws FormatError
 */
export function readMemberLine(line: string): LineOutcome<MemberRecord> {
  const fields = splitColons(line);
  if (fields.length < 10 || fields.length > 12) throw new FormatError('a member has ten to twelve fields');
  const [name, container, containerSize, path, packed, real, encrypted, position] = fields as string[];
  if (name === '') throw new FormatError('it has no name');
  if (container !== ANY && !isClamType(container!)) throw new FormatError('the type of the archive is unknown');
  const record: MemberRecord = {
    name: name!,
    ...(container === ANY || container === 'CL_TYPE_ANY' ? {} : { container: container as ClamType }),
    ...optional('containerSize', range(containerSize!)),
    ...optional('path', nameRegex(path!)),
    ...optional('packedSize', range(packed!)),
    ...optional('realSize', range(real!)),
    ...optional('encrypted', flag(encrypted!)),
    ...optional('position', range(position!)),
  };
  return fitsLevel(fields[10], fields[11]) ? loaded(record) : inert('another level');
}

/** `NAME:ENC:REGEX:REALSIZE:PACKEDSIZE:CRC:METHOD:POSITION:DEPTH` of .zmd and .rmd. @throws FormatError */
export function readOldMemberLine(line: string, container: ClamType): LineOutcome<MemberRecord> {
  const fields = splitColons(line);
  if (fields.length < 9 || fields.length > 11) throw new FormatError('a member has nine to eleven fields');
  const [name, encrypted, path, real, packed, crc, method, position, depth] = fields as string[];
  if (name === '') throw new FormatError('it has no name');
  const record: MemberRecord = {
    name: name!,
    container,
    ...optional('path', nameRegex(path!)),
    ...optional('realSize', range(real!)),
    ...optional('packedSize', range(packed!)),
    ...optional('encrypted', flag(encrypted!)),
    ...optional('crc', checksum(crc!)),
    ...optional('method', number(method!)),
    ...optional('position', range(position!)),
    ...optional('depth', number(depth!)),
  };
  return fitsLevel(fields[9], fields[10]) ? loaded(record) : inert('another level');
}

/** Colons within a class or behind a backslash belong to the expression. */
function splitColons(line: string): string[] {
  return line.includes('[:') || line.includes('\\:') ? line.split(/(?<!\\|\[)(?<!\[:[a-z]{1,8}):/) : line.split(':');
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

function range(text: string): Range | undefined {
  if (text === ANY) return undefined;
  const dash = text.indexOf('-');
  if (dash < 0) {
    const value = decimal(text, 'a size or a position');
    return { minimum: value, maximum: value };
  }
  const low = text.slice(0, dash);
  const high = text.slice(dash + 1);
  if (!isDecimal(low) || !isDecimal(high)) throw new FormatError('a range is malformed');
  return { minimum: Number(low), maximum: Number(high) };
}

function number(text: string): number | undefined {
  return text === ANY ? undefined : decimal(text, 'a field');
}

function flag(text: string): boolean | undefined {
  if (text === ANY) return undefined;
  if (text !== '0' && text !== '1') throw new FormatError('whether it is encrypted is neither 0 nor 1');
  return text === '1';
}

function checksum(text: string): number | undefined {
  if (text === ANY) return undefined;
  if (!/^[0-9a-fA-F]{1,8}$/.test(text)) throw new FormatError('the checksum is malformed');
  return Number.parseInt(text, 16);
}

/** POSIX knows less than Perl does, and of that the same, but that a backslash in a class is one. */
function nameRegex(text: string): string | undefined {
  if (text === ANY) return undefined;
  const { pattern } = parseRegex(text, 'E');
  if (pattern === undefined) throw new FormatError('the expression for the name is no POSIX one');
  return pattern;
}
