import { FormatError } from '../../errors.ts';
import { type ClamType, isClamType } from './file-types.ts';
import { fitsLevel, inert, isDecimal, isHex, type LineOutcome, loaded, unsupported } from './outcome.ts';

/** A signature that is not to speak. */
export interface IgnoreRecord {
  readonly name: string;
  /** MD5 of its line: only this one, and not what later takes its name. */
  readonly lineDigest?: string;
}

/** `NAME[:MD5-of-line]` of .ign2, and `FILE:LINE:NAME` of .ign. @throws FormatError */
export function readIgnoreLine(line: string): LineOutcome<IgnoreRecord> {
  const fields = line.split(':', 4);
  if (fields.length > 3) throw new FormatError('it has too many fields');
  const [first, second, third] = fields as [string, string?, string?];
  if (first === '') throw new FormatError('it has no name');
  if (third !== undefined) return loaded({ name: third });
  if (second === undefined) return loaded({ name: first });
  if (second.length !== 32 || !isHex(second)) throw new FormatError('the hash of the line is no MD5');
  return loaded({ name: first, lineDigest: second.toLowerCase() });
}

/** First bytes by which a type of file is known. */
export interface MagicRecord {
  readonly name: string;
  readonly offset: number | undefined;
  readonly magic: Uint8Array;
  readonly type: ClamType;
}

/** `0|1|4:OFFSET:BYTES:NAME:RTYPE:TYPE[:MINFL[:MAXFL]]` of .ftm. @throws FormatError */
export function readMagicLine(line: string): LineOutcome<MagicRecord> {
  const fields = line.split(':', 9);
  if (fields.length < 6 || fields.length > 8) throw new FormatError('a magic has six to eight fields');
  const [mode, offset, bytes, name, , type] = fields as [string, string, string, string, string, string];
  if (!isClamType(type)) return inert('an unknown type of file');
  if (!fitsLevel(fields[6], fields[7])) return inert('another level');
  if (mode !== '0') return unsupported('magic by search or partition', name);
  if ((offset !== '*' && !isDecimal(offset)) || !isHex(bytes)) throw new FormatError('a magic is malformed');
  return loaded({
    name,
    type,
    magic: Buffer.from(bytes, 'hex'),
    offset: offset === '*' ? undefined : Number(offset),
  });
}

/** `NAME:GROUP1:GROUP2:HASH` of .idb, which is checked and not matched. @throws FormatError */
export function readIconLine(line: string): LineOutcome<never> {
  const fields = line.split(':', 5);
  if (fields.length !== 4) throw new FormatError('an icon has four fields');
  if (fields[3]!.length !== 124 || !isHex(fields[3]!)) throw new FormatError('the hash of the icon is malformed');
  return unsupported('icon', fields[0]!);
}
