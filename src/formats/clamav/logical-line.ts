import { FormatError } from '../../errors.ts';
import { type Attributes, parseAttributes } from './attributes.ts';
import { type Expression, eachPart, parseExpression } from './expression.ts';
import { type LineOutcome, loaded, unsupported } from './outcome.ts';
import { parseSubsignature, type Subsignature } from './subsignature.ts';

/** Logic over patterns. */
export interface LogicalRecord {
  readonly name: string;
  readonly attributes: Attributes;
  readonly expression: Expression;
  readonly parts: readonly Subsignature[];
}

const MAX_PARTS = 64;

/** `NAME;ATTRIBUTES;EXPRESSION;PART0;PART1...` of .ldb. @throws FormatError */
export function readLogicalLine(line: string): LineOutcome<LogicalRecord> {
  const fields = splitLine(line);
  if (fields.length < 4) throw new FormatError('a logical signature has a name, attributes, an expression and parts');
  if (fields.length > MAX_PARTS + 3) throw new FormatError('it has more than 64 parts');
  const [name, attributesText, expressionText, ...texts] = fields as [string, string, string, ...string[]];
  if (name === '') throw new FormatError('it has no name');
  const outcome = parseAttributes(attributesText);
  if (outcome.kind !== 'loaded') return outcome;
  const attributes = outcome.record;
  const expression = parseExpression(expressionText);
  let highest = -1;
  eachPart(expression, (index) => {
    highest = Math.max(highest, index);
  });
  if (highest !== texts.length - 1) throw new FormatError('the expression does not speak of all parts');
  const parts = texts.map((text, index) => parseSubsignature(text, index, attributes.target));
  const reason = notSupported(attributes, parts);
  if (reason !== undefined) return unsupported(reason, name);
  return loaded({ name, attributes, expression, parts });
}

/** Semicolons between the slashes of a regular expression are of it. */
function splitLine(line: string): string[] {
  if (!line.includes('/')) return line.split(';', MAX_PARTS + 4);
  const fields: string[] = [];
  let start = 0;
  let within = false;
  for (let at = 0; at < line.length && fields.length <= MAX_PARTS + 3; at++) {
    const sign = line[at];
    if (sign === '\\' && within) at++;
    else if (sign === '/' && fields.length > 2) within = !within;
    else if (sign === ';' && !within) {
      fields.push(line.slice(start, at));
      start = at + 1;
    }
  }
  fields.push(line.slice(start));
  return fields;
}

function notSupported(attributes: Attributes, parts: readonly Subsignature[]): string | undefined {
  if (attributes.icon === true) return 'icon';
  for (const part of parts) {
    if (part.kind === 'macro') return 'macro';
    if (part.kind === 'image') return 'hash of a picture';
    if (part.kind === 'regex' && part.regex.pattern === undefined) return `regular expression: ${part.regex.reason}`;
  }
  return undefined;
}
