import { lineNumbers } from '../contents/line-numbers.ts';
import { type Assignment, assignmentAt } from './assignment.ts';
import { isWithinWord, mayBeAssigned, mayBeToken } from './bytes-at.ts';
import { tokenAt } from './candidate.ts';
import { constantsOf, nameInPool } from './constants.ts';
import { type EncodedText, encodedBeginning, encodedTextAt, encodedTexts } from './encoded.ts';
import { fileRules } from './forms/files.ts';
import { secretRules } from './forms/index.ts';
import { genericCandidate, meaningOf, namedCandidate } from './judge-assignment.ts';
import { exampleOf } from './known-examples.ts';
import { type Keyword, prefilter } from './prefilter.ts';
import { isDrawn, LEAST_DRAWN } from './randomness.ts';
import type { SecretMatch, SecretPlace, TextPlace } from './secret-match.ts';
import type { Candidate, GenericRule, NamedRule, SearchRule, SecretRule, TokenRule } from './secret-rule.ts';
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
  for (const piece of encodedTexts(Buffer.from(bytes).toString('latin1'))) found.push(...within(piece, 0, 1, around));
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
function within({ start, end, plain }: EncodedText, base: number, step: number, around: Surroundings): Found[] {
  const { found } = search(Buffer.from(plain, 'latin1'), { ...around, isBinary: false }, MOST_WITHIN, false);
  const [best] = surest(found, 1);
  if (best === undefined) return [];
  return [{ ...best, start: base + start * step, end: base + end * step, plain: best.plain ?? best.secret }];
}

/** Secrets of one piece of base 64 of which the surest is told. */
const MOST_WITHIN = 100;

function search(
  bytes: Uint8Array,
  around: Surroundings,
  mostRaw: number = MOST_RAW,
  isOutermost: boolean = true,
): Searched {
  compiled ??= compile();
  const { scan, askedOf } = compiled;
  const views = new Views(bytes, around);
  const found: Found[] = [];
  let beyond = 0;
  const add = (candidate: Candidate, rule: SecretRule, view: View): void => {
    if (found.length >= mostRaw) beyond++;
    else found.push(placed(candidate, rule, view));
  };
  /** Where the name of the last assignment began: it may have several keywords. */
  let lastName = -1;
  /** Where the last piece of base 64 ended. */
  let lastEncoded = -1;
  const names = new Set<string>();
  scan(bytes, (keyword, at, isWide) => {
    const { rules, isName, length, may, isEncoded, isFirst } = askedOf[keyword]!;
    if (isEncoded && (!isOutermost || at < lastEncoded)) return;
    // Most places are told from secrets by the bytes behind them, before anything is made a text.
    if (!isWide) {
      if (may !== undefined && !may(bytes, at + length)) return;
      if (isFirst && !around.isBinary && isWithinWord(bytes, at)) return;
      if (isName && around.isBinary && names.size < MOST_NAMES) {
        const name = nameInPool(bytes, at);
        if (name !== undefined && meaningOf(name) !== undefined) names.add(name);
      }
      if (rules.length === 0 && !isEncoded && !mayBeAssigned(bytes, at)) return;
    }
    const view = isWide ? views.wideAt(at) : views.at(at);
    const place = (at - view.base) / view.step;
    if (isEncoded) {
      const piece = encodedTextAt(view.text, place);
      if (piece === undefined) return;
      lastEncoded = view.base + piece.end * view.step;
      for (const one of within(piece, view.base, view.step, around)) {
        if (found.length >= mostRaw) beyond++;
        else found.push(one);
      }
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
  const { named, generic } = compiled as Compiled;
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

interface Asked {
  readonly rules: (TokenRule | SearchRule)[];
  /** The word is part of names that secrets are given to. */
  isName: boolean;
  /** Characters of the word. */
  readonly length: number;
  /** Whether bytes from a place on, which is behind the word, can be what its rules look for. */
  may?: ((bytes: Uint8Array, at: number) => boolean) | undefined;
  /** Nothing of a word stands before it, but in programs. */
  isFirst: boolean;
  /** The word is how a token begins in base 64. */
  readonly isEncoded: boolean;
}

interface Compiled {
  readonly scan: ReturnType<typeof prefilter>;
  /** By keyword. */
  readonly askedOf: readonly Asked[];
  readonly named: readonly NamedRule[];
  readonly generic: readonly GenericRule[];
}

/** Made when the first file is searched. */
let compiled: Compiled | undefined;

function compile(): Compiled {
  const byWord = new Map<string, { keyword: Keyword; asked: Asked }>();
  for (const rule of secretRules) {
    for (const text of rule.keywords) {
      const anyCase = rule.anyCase === true;
      const key = `${anyCase} ${text}`;
      const isPrefix = 'pattern' in rule && rule.lead === undefined && rule.leadOf === undefined;
      let word = byWord.get(key);
      if (word === undefined || word.keyword.isPrefix !== isPrefix) {
        word = {
          keyword: { text, anyCase, isPrefix: isPrefix && (word?.keyword.isPrefix ?? true) },
          asked: word?.asked ?? { rules: [], isName: false, length: text.length, isFirst: false, isEncoded: false },
        };
        byWord.set(key, word);
      }
      if ('pattern' in rule || 'find' in rule) word.asked.rules.push(rule);
      else word.asked.isName = true;
    }
  }
  for (const text of new Set(beginnings().map(encodedBeginning))) {
    const asked = { rules: [], isName: false, length: text.length, may: mayBeToken, isFirst: true, isEncoded: true };
    byWord.set(`encoded ${text}`, { keyword: { text, anyCase: false, isPrefix: true }, asked });
  }
  const words = [...byWord.values()];
  for (const { asked } of words) {
    if (asked.isName || asked.rules.length === 0) continue;
    asked.may = mayOfAll(asked.rules);
    asked.isFirst = asked.rules.every(isFirstInWord);
  }
  return {
    scan: prefilter(words.map(({ keyword }) => keyword)),
    askedOf: words.map(({ asked }) => asked),
    named: secretRules.filter((rule) => 'names' in rule),
    generic: secretRules.filter((rule) => 'meaning' in rule),
  };
}

/** How texts begin that are put into base 64 whole: tokens by themselves, keys with their armour. */
function beginnings(): string[] {
  const ofTokens = secretRules.flatMap((rule) =>
    'pattern' in rule && mayOf(rule) === mayBeToken && rule.anyCase !== true ? rule.keywords : [],
  );
  return [...ofTokens, '-----BEGIN'];
}

/** Whether bytes can be what one of the rules looks for; unknown, if one of them has to see the text. */
function mayOfAll(rules: Asked['rules']): Asked['may'] {
  const [first, ...others] = new Set(rules.map(mayOf));
  if (first === undefined || others.length === 0) return first;
  return others.includes(undefined)
    ? undefined
    : (bytes, at) => first(bytes, at) || others.some((may) => may?.(bytes, at));
}

/** Whether the token of a rule begins with its keyword, and with nothing of a word before it. */
function isFirstInWord(rule: TokenRule | SearchRule): boolean {
  if ('find' in rule || rule.lead !== undefined || rule.leadOf !== undefined) return false;
  return rule.isTail !== true && rule.provesItself !== true && rule.alphabet === undefined;
}

function mayOf(rule: TokenRule | SearchRule): Asked['may'] {
  if (rule.may !== undefined || 'find' in rule) return rule.may;
  return rule.lead === undefined && rule.leadOf === undefined ? mayBeToken : undefined;
}

/** Bytes that are looked at to tell a text from what is none. */
const SAMPLE = 4096;

function looksBinary(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return false;
  const end = Math.min(bytes.length, SAMPLE);
  for (let at = 0; at < end; at++) if (bytes[at] === 0) return true;
  return false;
}
