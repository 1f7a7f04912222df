import { type Assignment, nameOf } from './assignment.ts';
import { isAboutIt } from './for-show.ts';
import { isHex, isMadeUp, isPlaceholder, isReference, isTemplate, isUuid, makeOf } from './placeholder.ts';
import { bitsOfACharacter, surprise } from './randomness.ts';
import type { Candidate, NamedRule, Verdict } from './secret-rule.ts';
import { isShown, isTemplateFile, type Use, useOf } from './surroundings.ts';
import type { View } from './view.ts';

/** Characters before a name in which a rule looks for whose it is. */
const NEAR = 160;

/** The rules about secrets that are told by their names, for one assignment: the first that it fits. */
export function namedCandidate(
  assignment: Assignment,
  view: View,
  rules: readonly NamedRule[],
): { readonly rule: NamedRule; readonly candidate: Candidate } | undefined {
  const { value, start, end, nameStart } = assignment;
  if (value.length < 12 || value.length > 600) return undefined;
  // Words and names of other things, which most values in programs are.
  if (!/\d/.test(value) && surprise(value) < 4.5) return undefined;
  if (isReference(value) || isMadeUp(value)) return undefined;
  let name: string | undefined;
  let near: string | undefined;
  for (const rule of rules) {
    if (!rule.value.test(value)) continue;
    name ??= nameOf(assignment.name);
    if (!rule.names.test(name)) continue;
    if (rule.about !== undefined && !rule.about.test(name)) {
      near ??= nameOf(`${view.around.path.slice(-80)} ${view.text.slice(Math.max(0, nameStart - NEAR), nameStart)}`);
      if (!rule.about.test(near)) continue;
    }
    const verdict = rule.check === undefined ? randomVerdict(value, rule) : rule.check(value, view, start);
    if (verdict === undefined || (verdict.validated === undefined && isForShow(assignment, view))) continue;
    return { rule, candidate: { start, end, ...verdict } };
  }
  return undefined;
}

/** Whether a manual, a test or a template shows an assignment: there nothing but the form of an issuer proves a secret. */
function isForShow(assignment: Assignment, view: View): boolean {
  const { kind, path } = view.around;
  return isAboutIt(assignment, view) || (kind === 'file' && isShowing(path));
}

function isShowing(path: string): boolean {
  const use = useOf(path);
  return use === 'prose' || isTemplateFile(path) || (use !== 'own' && isShown(path));
}

/** Whose it is and which form it has were proved; that it was drawn at random is proved here. */
function randomVerdict(value: string, rule: NamedRule): Verdict {
  if (isUuid.test(value)) return new Set(value).size > 8 ? { confidence: 'medium' } : undefined;
  if (isPlaceholder(value)) return undefined;
  // Hex digits, in parts, too: their form was asked for, so chance is all that is left.
  if (/^[0-9a-fA-F-]{20,}$/.test(value)) {
    return bitsOfACharacter(value) >= 2.6 ? { confidence: 'high' } : undefined;
  }
  const make = makeOf(value);
  if (make === 'random') return { confidence: rule.issuer === 'any' ? 'medium' : 'high' };
  return make === 'mixed' && rule.kind === 'password' ? { confidence: 'medium' } : undefined;
}

/** What is no secret although its name says so: addresses, paths, hashes, expressions. */
function isOther(value: string): boolean {
  return (
    isReference(value) ||
    value.includes('://') ||
    /\s/.test(value) ||
    // Words of a language that is written with escapes; tokens that their own rule knows.
    /\\u[0-9A-Fa-f]{4}.{0,40}\\u[0-9A-Fa-f]{4}|^eyJ[\w-]{10,600}\.eyJ/.test(value) ||
    /^(?:sha\d+[-:]|\$[\w-]+\$|\{\w+\}|pbkdf2|bcrypt|argon2|scrypt|SCRAM-|md5[0-9a-f]{32}$|data:|urn:|application\/|text\/|-----BEGIN)/.test(
      value,
    ) ||
    /^[~.]{0,2}\/[\w.-]+(?:\/|$)/.test(value) ||
    /^[\w.+-]+@[\w-]+\.[\w.]+$/.test(value) ||
    /^\d+(?:\.\d+)*$/.test(value) ||
    /\$(?:2[aby]|apr1|[156y])\$/.test(value) ||
    /^(?:true|false|yes|no|on|off|0x[0-9a-f]+)$/i.test(value)
  );
}

/** Whether a value has letters that no generator of passwords draws, but languages have. */
function isForeign(value: string): boolean {
  return /[\x80-\xff]/.test(value);
}

/** A call: `credentials['Token']`, `fields.Str()`. */
const call = /^[A-Za-z_][\w.]*(?:\(|\[|->|::)/;
/** A member of something: `settings.token`. */
const member = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;

/** Whether a value is what a program computes. A password may have a point: outside of programs, letters tell it from names. */
function isExpression(value: string, use: Use): boolean {
  if (keyWithSigns.test(value)) return false;
  if (call.test(value)) return true;
  return member.test(value) && (use === 'source' || use === 'prose' || !/\d/.test(value) || surprise(value) < 4.7);
}

/** Of what tokens are made; keys of Django have signs, and so have variables of Parcel (`$0d1ed891c5cb27c0$var$key`). */
const tokenLike = /^[A-Za-z0-9_+/=.:~-]+$/;
const keyWithSigns = /^(?!\$[0-9a-f]{16}\$)(?=.*\d)(?=.*[!@#$%^&*(])[A-Za-z0-9_+=!@#$%^&*()-]{40,100}$/;

/** Whether a password or another secret is given to a name, as far as nothing but name and value tell. */
export function genericCandidate(
  assignment: Assignment,
  view: View,
  meaning: 'password' | 'secret',
): Candidate | undefined {
  const { value, start, end, isQuoted, by, isFirst } = assignment;
  if (value.length < 4 || value.length > 512 || (by === 'argument' && !isQuoted)) return undefined;
  const { kind, path, isBinary } = view.around;
  const isSetting = kind !== 'file';
  const use = isSetting ? 'own' : useOf(path);
  const make = makeOf(value);
  const shown = isShown(path);
  // Elsewhere only what was drawn at random is told from names, words and what manuals show.
  if (use !== 'own' && (make !== 'random' || shown || use === 'prose' || isForeign(value))) return undefined;
  if (isOther(value) && !keyWithSigns.test(value)) return undefined;
  if (use === 'own' ? isTemplate(value) : isPlaceholder(value)) return undefined;
  if (!isQuoted && !isSetting && isExpression(value, use)) return undefined;
  if (meaning === 'secret' && !tokenLike.test(value) && !keyWithSigns.test(value)) return undefined;
  if (use === 'own') {
    if (make === 'random') return { start, end, confidence: shown ? 'medium' : 'high' };
    if (meaning === 'password') return weakPassword(assignment, make, shown || isBinary);
    return isUuid.test(value) || (make === 'mixed' && value.length >= 12)
      ? { start, end, confidence: 'medium' }
      : undefined;
  }
  if (isAboutIt(assignment, view)) return undefined;
  if (by === 'space' && !(isFirst && use === 'settings')) return undefined;
  if (!isQuoted && (isBinary ? !isVariable(assignment) : use === 'source' && by !== 'equals')) return undefined;
  if (meaning === 'secret' ? value.length < 16 : isHex.test(value)) return undefined;
  if (isHex.test(value) && value.length < 24) return undefined;
  if (use === 'source' && meaning === 'secret' && value.length < 40 && !/\d/.test(value)) return undefined;
  return { start, end, confidence: 'medium' };
}

/** Whether it is a variable of the environment as programs have them among their strings: `DB_PASSWORD=...`. */
function isVariable({ name, value, by, isFirst }: Assignment): boolean {
  return by === 'equals' && isFirst && /^[A-Z][A-Z0-9_]+$/.test(name) && /^[!-~]+$/.test(value);
}

function weakPassword({ start, end, value }: Assignment, make: string, isDoubtful: boolean): Candidate | undefined {
  if (make === 'mixed') return { start, end, confidence: isDoubtful ? 'low' : 'medium' };
  return isDoubtful || isPlaceholder(value) || /^[\w.]+\.[a-z]\w*$/.test(value)
    ? undefined
    : { start, end, confidence: 'low' };
}
