import { lineNumbers } from '../contents/line-numbers.ts';
import { type Assignment, assignmentAt } from './assignment.ts';
import { isWithinWord, mayBeAssigned } from './bytes-at.ts';
import { tokenAt } from './candidate.ts';
import { compiledRules } from './compiled-rules.ts';
import { constantsOf, nameInPool } from './constants.ts';
import { type EncodedText, encodedTextAt, encodedTexts } from './encoded.ts';
import { encodedTokenAt } from './encoded-token.ts';
import { type UnescapedText, unescapedAround } from './escaped-text.ts';
import { fileRules } from './forms/files.ts';
import { genericCandidate, namedCandidate } from './judge-assignment.ts';
import { exampleOf } from './known-examples.ts';
import { isDrawn, LEAST_DRAWN } from './randomness.ts';
import type { SecretMatch, SecretPlace, TextPlace } from './secret-match.ts';
import { meaningOf } from './secret-names.ts';
import type { Candidate, SecretRule } from './secret-rule.ts';
import { fingerprintOf, shownOf } from './told-secret.ts';
import { type Surroundings, type View, Views } from './view.ts';

const MOST = 100;
/** Characters of a value; longer ones are documents, of which other rules know. */
const MOST_SECRET = 600;
/** Beyond which matches are counted only, before the surest are chosen. */
const MOST_RAW = 2000;

/** Secrets in a file, by their places. Never throws, whatever the bytes are; the time grows with their number alone. */
export function findSecrets(bytes: Uint8Array, place: SecretPlace): SecretMatch[] {
  const around: Surroundings = { path: place.path, kind: 'file', isBinary: looksBinary(bytes) };
  const searched = search(bytes, around);
  const pools = searched.names.size > 0 ? ofPool(bytes, around, searched.names) : [];
  const found = withoutOverlaps([...inspect(bytes, around), ...searched.found, ...pools]);
  const { beyond } = searched;
  const most = place.most ?? MOST;
  const kept = found.length > most ? surest(found, most) : found;
  const left = beyond + found.length - kept.length;
  if (left > 0) place.beyond?.(left);
  const lineOf = around.isBinary ? undefined : lineNumbers(bytes);
  return kept.map((one) => toMatch(one, one.secret, lineOf));
}

/**
 * Secrets in a text of the configuration of an image: places are indices in the string. All of them, however many: what is
 * not found is not taken out.
 */
export function findSecretsInText(text: string, place: TextPlace): SecretMatch[] {
  // One byte for each character, so that places stay the same: no form of a token has others than these.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = Math.min(text.charCodeAt(i), 0xff);
  const name = place.name === undefined ? {} : { name: place.name };
  const around: Surroundings = { path: '', kind: place.kind, ...name, isBinary: false };
  const { found } = search(bytes, around, Number.POSITIVE_INFINITY);
  for (const piece of encodedTexts(Buffer.from(bytes).toString('latin1')))
    found.push(...insideText(piece, 0, 1, around));
  if (place.name !== undefined) found.push(...ofName(Buffer.from(bytes).toString('latin1'), place.name, around));
  return withoutOverlaps(found).map((one) => toMatch(one, text.slice(one.start, one.end)));
}

interface Found extends Candidate {
  readonly rule: SecretRule;
  readonly secret: string;
}

interface Searched {
  readonly found: Found[];
  readonly beyond: number;
  /** Constants of bytecode that bytecode gives secrets to. */
  readonly names: ReadonlySet<string>;
}

/** Secrets in a piece of base 64, as one that has all of its characters: what tells one tells the others. */
function insideText({ start, end, plain }: EncodedText, base: number, step: number, around: Surroundings): Found[] {
  const { found } = search(Buffer.from(plain, 'latin1'), { ...around, isBinary: false }, MOST_WITHIN, false);
  const [best] = surest(found, 1);
  if (best === undefined) return [];
  return [{ ...best, start: base + start * step, end: base + end * step, plain: best.plain ?? best.secret }];
}

/** Secrets in a piece with escapes as it reads without them: those of which the search of the piece itself sees less. */
function insideEscapes(piece: UnescapedText, { base, step, around }: View): Found[] {
  const { found } = search(Buffer.from(piece.plain, 'latin1'), around, MOST_WITHIN, false);
  return found.flatMap((one) => {
    const [start, end] = [piece.placeOf(one.start), piece.placeOf(one.end)];
    if (!piece.isEscaped(one.start - BEFORE_SECRET, one.end)) return [];
    return [{ ...one, start: base + start * step, end: base + end * step, plain: one.plain ?? one.secret }];
  });
}

/** Characters before a secret in which its name stands. */
const BEFORE_SECRET = 80;

/** Secrets of one piece of base 64 of which the surest is told. */
const MOST_WITHIN = 100;

function search(
  bytes: Uint8Array,
  around: Surroundings,
  mostRaw: number = MOST_RAW,
  isOutermost: boolean = true,
): Searched {
  const { scan, askedOf } = compiledRules();
  const views = new Views(bytes, around);
  const found: Found[] = [];
  let beyond = 0;
  const add = (candidate: Candidate, rule: SecretRule, view: View): void => {
    if (found.length >= mostRaw) beyond++;
    else found.push(placed(candidate, rule, view));
  };
  /** Where the name of the last assignment began: it may have several keywords. */
  let lastName = -1;
  /** Where the last piece of base 64 ended, and the last one that had escapes. */
  let lastEncoded = -1;
  let lastEscaped = -1;
  const keep = (one: Found): void => {
    if (found.length >= mostRaw) beyond++;
    else found.push(one);
  };
  const names = new Set<string>();
  scan(bytes, (keyword, at, isWide) => {
    const { rules, isName, length, may, isFirst, within } = askedOf[keyword]!;
    if (within !== undefined && !isOutermost) return;
    if ((within === 'text' && at < lastEncoded) || (within === 'escape' && at < lastEscaped)) return;
    // Most places are told from secrets by the bytes behind them, before anything is made a text.
    if (!isWide) {
      if (may !== undefined && !may(bytes, at + length)) return;
      if (isFirst && !around.isBinary && isWithinWord(bytes, at)) return;
      if (isName && around.isBinary && names.size < MOST_NAMES) {
        const name = nameInPool(bytes, at);
        if (name !== undefined && meaningOf(name) !== undefined) names.add(name);
      }
      if (rules.length === 0 && within === undefined && !mayBeAssigned(bytes, at)) return;
    }
    const view = isWide ? views.wideAt(at) : views.at(at);
    const place = (at - view.base) / view.step;
    if (within === 'text') {
      const piece = encodedTextAt(view.text, place);
      if (piece === undefined) return;
      lastEncoded = view.base + piece.end * view.step;
      for (const one of insideText(piece, view.base, view.step, around)) keep(one);
      return;
    }
    if (within === 'escape') {
      const piece = unescapedAround(view.text, place);
      lastEscaped = view.base + piece.next * view.step;
      for (const one of insideEscapes(piece, view)) keep(one);
      return;
    }
    if (within !== undefined) {
      const candidate = encodedTokenAt(within, view, place);
      if (candidate !== undefined) add(candidate, within.rule, view);
      return;
    }
    for (const rule of rules) {
      if ('pattern' in rule) {
        const candidate = tokenAt(rule, view, place);
        if (candidate !== undefined) add(candidate, rule, view);
        continue;
      }
      const said = rule.find(view, place);
      if (said === undefined) continue;
      if ('start' in said) add(said, rule, view);
      else for (const candidate of said) add(candidate, rule, view);
    }
    if (!isName) return;
    const assignment = assignmentAt(view.text, place);
    if (assignment === undefined) return;
    const nameAt = view.base + assignment.nameStart * view.step;
    if (nameAt === lastName) return;
    lastName = nameAt;
    const judged = judge(assignment, view);
    if (judged !== undefined) add(judged.candidate, judged.rule, view);
  });
  return { found, beyond, names };
}

/** What a name and its value are to the rules of issuers, and if to none, to the general ones. */
function judge(assignment: Assignment, view: View): { rule: SecretRule; candidate: Candidate } | undefined {
  const { named, generic } = compiledRules();
  const { value } = assignment;
  if (value.length < 4 || value.length > MOST_SECRET || /\s/.test(value)) return undefined;
  if (isNextOption(assignment)) return undefined;
  const known = namedCandidate(assignment, view, named);
  if (known !== undefined) return known;
  const meaning = meaningOf(assignment.name);
  if (meaning === undefined) return undefined;
  const candidate = genericCandidate(assignment, view, meaning);
  const rule = generic.find((one) => one.meaning === meaning);
  return candidate === undefined || rule === undefined ? undefined : { rule, candidate };
}

/** `--disabled-password --gecos`, `passwd root`: what follows is an option or a user. */
function isNextOption({ name, value, by, isQuoted }: Assignment): boolean {
  return by === 'space' && ((!isQuoted && value.startsWith('-')) || /^(?:ch|g)?passwd$/.test(name));
}

/** Files that are secrets as a whole. */
function inspect(bytes: Uint8Array, around: Surroundings): Found[] {
  const found: Found[] = [];
  for (const rule of fileRules) {
    for (const candidate of rule.inspect(bytes, around.path) ?? []) {
      const { start, end } = candidate;
      const secret = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 64 * 1024)).toString(
        'latin1',
      );
      found.push({ ...candidate, rule, secret });
    }
  }
  return found;
}

/**
 * Constants of bytecode, as values of whichever of its names they fit. Which of them is given which is not written there, and
 * most names are of arguments: so only constants of whole programs are asked, and only values that nobody writes as a word.
 */
function ofPool(bytes: Uint8Array, around: Surroundings, names: ReadonlySet<string>): Found[] {
  const found: Found[] = [];
  for (const { text: value, start } of constantsOf(bytes) ?? []) {
    if (value.length < LEAST_DRAWN || value.length > MOST_SECRET || !isDrawn(value) || isDescriptor(value)) continue;
    const view: View = { text: value, base: start, step: 1, around: { ...around, isBinary: false } };
    for (const name of names) {
      const place = { start: 0, end: value.length, nameStart: 0, isQuoted: true, by: 'equals', isFirst: true } as const;
      const judged = judge({ name, value, ...place }, view);
      if (judged === undefined) continue;
      found.push(placed(judged.candidate, judged.rule, view));
      break;
    }
  }
  return found;
}

/** Whether a constant names a class or an algorithm, or says of what type something is: `(ILjava/lang/String;)V`. */
function isDescriptor(value: string): boolean {
  return /PBE|SHA|AES|HMAC|GCM|RSA|^\(|L[\w$]+\/[\w$/]+[;<]|^[a-z]+\/[a-z]+\/[\w$/]+$/.test(value);
}

/** Names of a pool that constants are tried with. */
const MOST_NAMES = 30;

/** The text itself as the value of the name it has in the configuration. */
function ofName(text: string, name: string, around: Surroundings): Found[] {
  const start = text.length - text.trimStart().length;
  const value = text.trim();
  if (value === '') return [];
  const view: View = { text, base: 0, step: 1, around };
  const place = {
    start,
    end: start + value.length,
    nameStart: 0,
    isQuoted: true,
    by: 'equals',
    isFirst: true,
  } as const;
  const judged = judge({ name, value, ...place }, view);
  return judged === undefined ? [] : [placed(judged.candidate, judged.rule, view)];
}

function placed(candidate: Candidate, rule: SecretRule, view: View): Found {
  const { start, end } = candidate;
  return {
    ...candidate,
    rule,
    start: view.base + start * view.step,
    end: view.base + end * view.step,
    secret: view.text.slice(start, end),
  };
}

/** Of several that share bytes the surest stays, of equals the longer. */
function withoutOverlaps(found: readonly Found[]): Found[] {
  const kept: Found[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || one.start >= last.end) kept.push(one);
    else if (sureness(one) > sureness(last)) kept[kept.length - 1] = one;
  }
  return kept;
}

const order = ['low', 'medium', 'high', 'certain'];

function sureness({ confidence }: Candidate): number {
  return order.indexOf(confidence);
}

function surest(found: readonly Found[], most: number): Found[] {
  if (found.length <= most) return [...found];
  const best = found.toSorted((a, b) => sureness(b) - sureness(a) || a.start - b.start).slice(0, most);
  return best.toSorted((a, b) => a.start - b.start);
}

function toMatch(found: Found, secret: string, lineOf?: (offset: number) => number): SecretMatch {
  const { rule, start, end, confidence, validated, encrypted } = found;
  const fingerprint = fingerprintOf(found.plain ?? secret, rule.kind);
  const example = found.example ?? (fingerprint === undefined ? undefined : exampleOf(fingerprint));
  return {
    rule: rule.id,
    start,
    end,
    ...(lineOf !== undefined && { line: lineOf(start) }),
    shown: shownOf(found.plain ?? secret, rule.kind),
    ...(fingerprint !== undefined && { fingerprint }),
    confidence,
    ...(validated !== undefined && { validated }),
    ...(example !== undefined && { example }),
    ...(encrypted !== undefined && { encrypted }),
  };
}

/** Bytes that are looked at to tell a text from what is none. */
const SAMPLE = 4096;

function looksBinary(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return false;
  const end = Math.min(bytes.length, SAMPLE);
  for (let at = 0; at < end; at++) if (bytes[at] === 0) return true;
  return false;
}
