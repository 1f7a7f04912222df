import { FormatError } from '../../errors.ts';
import { type Body, parseBody } from './body.ts';
import { anyOffset, type Offset, parseOffset } from './offset.ts';
import { fitsLevel, inert, isDecimal, type LineOutcome, loaded, unsupported } from './outcome.ts';

/** One pattern that speaks by itself. */
export interface BodyRecord {
  readonly name: string;
  readonly target: number;
  readonly offset: Offset;
  readonly body: Body;
}

/** Types of objects that a signature can be for: see `targets` in the manual. */
export const MAX_TARGET = 14;
const MINIMUM = 3;

/** `NAME:TARGET:OFFSET:BODY[:MINFL[:MAXFL]]` of .ndb and .sdb. @throws FormatError */
export function readBodyLine(line: string): LineOutcome<BodyRecord> {
  const fields = line.split(':', 7);
  if (fields.length < 4 || fields.length > 6) throw new FormatError('a body has four to six fields');
  const [name, targetText, offsetText, bodyText] = fields as [string, string, string, string];
  if (name === '') throw new FormatError('it has no name');
  if (targetText !== '*' && !isDecimal(targetText)) throw new FormatError('the target is no number');
  const target = targetText === '*' ? 0 : Number(targetText);
  const fits = fitsLevel(fields[4], fields[5]);
  if (target > MAX_TARGET) return inert('an unknown target');
  const offset = parseOffset(offsetText, target);
  const body = parseBody(bodyText, MINIMUM);
  if (!fits) return inert('another level');
  if (offset.kind === 'macro') return unsupported('macro', name);
  return loaded({ name, target, offset, body });
}

/** `NAME=BODY` of .db. @throws FormatError */
export function readOldBodyLine(line: string): LineOutcome<BodyRecord> {
  const equals = line.indexOf('=');
  if (equals <= 0) throw new FormatError('a name and a body belong to each other by `=`');
  const body = parseBody(line.slice(equals + 1), MINIMUM);
  return loaded({ name: line.slice(0, equals), target: 0, offset: anyOffset, body });
}
