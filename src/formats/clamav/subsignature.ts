import { FormatError } from '../../errors.ts';
import { type Body, caselessBody, parseBody, wideBody } from './body.ts';
import { type ByteComparison, isByteComparison, parseByteComparison } from './byte-compare.ts';
import { type Expression, eachPart, parseExpression } from './expression.ts';
import { anyOffset, type Offset, parseOffset } from './offset.ts';
import { decimal } from './outcome.ts';
import { parseRegex, type Regex } from './regex.ts';

/** A part of a logical signature. */
export type Subsignature =
  /** `bodies`: one, or with the modifiers `a` and `w` the narrow and the wide one. */
  | { readonly kind: 'body'; readonly offset: Offset; readonly bodies: readonly Body[] }
  | { readonly kind: 'regex'; readonly offset: Offset; readonly trigger: Expression; readonly regex: Regex }
  | { readonly kind: 'compare'; readonly comparison: ByteComparison }
  | { readonly kind: 'macro' | 'image' };

/**
 * Reads one part of a logical signature.
 * @param index its place: what a regular expression waits for must stand before it
 * @throws FormatError
 */
export function parseSubsignature(text: string, index: number, target: number): Subsignature {
  if (text === '') throw new FormatError('a part is empty');
  if (text.startsWith('$')) return readMacro(text);
  if (text.startsWith('fuzzy_img#')) return readImage(text);
  const slash = text.indexOf('/');
  if (slash >= 0) return readRegex(text, slash, index, target);
  if (isByteComparison(text)) return readComparison(text, index);
  return readBody(text, target);
}

function readBody(text: string, target: number): Subsignature {
  const double = text.lastIndexOf('::');
  const modifiers = double < 0 ? '' : text.slice(double + 2);
  const rest = double < 0 ? text : text.slice(0, double);
  const colon = rest.indexOf(':');
  const offset = colon < 0 ? anyOffset : parseOffset(rest.slice(0, colon), target);
  if (!/^[iwfa]{0,8}$/.test(modifiers)) throw new FormatError('a part has an unknown modifier');
  let body = parseBody(rest.slice(colon + 1));
  if (modifiers.includes('i')) body = caselessBody(body);
  if (modifiers.includes('f')) {
    const marker = { kind: 'word', negated: false } as const;
    body = { ...body, left: marker, right: marker };
  }
  const wide = modifiers.includes('w');
  const bodies = wide ? (modifiers.includes('a') ? [body, wideBody(body)] : [wideBody(body)]) : [body];
  return { kind: 'body', offset, bodies };
}

function readComparison(text: string, index: number): Subsignature {
  const comparison = parseByteComparison(text);
  if (comparison.part > index) throw new FormatError('a comparison of bytes speaks of a later part');
  return { kind: 'compare', comparison };
}

function readMacro(text: string): Subsignature {
  const parts = /^\$\{(\d{1,9})-(\d{1,9})\}(\d{1,2})\$$/.exec(text);
  if (parts === null || decimal(parts[3]!, 'the group') >= 32) throw new FormatError('a macro is malformed');
  return { kind: 'macro' };
}

function readImage(text: string): Subsignature {
  if (!/^fuzzy_img#[0-9a-fA-F]{16}(#0)?$/.test(text)) throw new FormatError('a hash of a picture is malformed');
  return { kind: 'image' };
}

/** `[OFFSET:]TRIGGER/REGEX/FLAGS` */
function readRegex(text: string, slash: number, index: number, target: number): Subsignature {
  const end = text.lastIndexOf('/');
  if (end === slash) throw new FormatError('a regular expression does not end');
  const head = text.slice(0, slash);
  const colon = head.indexOf(':');
  const offset = colon < 0 ? anyOffset : parseOffset(head.slice(0, colon), target);
  const triggerText = head.slice(colon + 1);
  if (triggerText === '') throw new FormatError('a regular expression waits for nothing');
  const trigger = parseExpression(triggerText);
  eachPart(trigger, (part) => {
    if (part >= index) throw new FormatError('a regular expression waits for a part that is not before it');
  });
  return { kind: 'regex', offset, trigger, regex: parseRegex(text.slice(slash + 1, end), text.slice(end + 1)) };
}
