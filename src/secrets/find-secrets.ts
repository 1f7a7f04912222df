import { lineNumbers } from '../contents/line-numbers.ts';
import { candidateOf } from './candidate.ts';
import { type Keyword, prefilter } from './prefilter.ts';
import { secretRules } from './rules/index.ts';
import type { SecretMatch, SecretPlace, TextPlace } from './secret-match.ts';
import type { Candidate, SecretRule } from './secret-rule.ts';
import { fingerprintOf, shownOf } from './told-secret.ts';
import { type Surroundings, type View, Views } from './view.ts';

const MOST = 100;
/** Beyond which matches are counted only, before the surest are chosen. */
const MOST_RAW = 2000;

/** Secrets in a file, by their places. Never throws, whatever the bytes are; the time grows with their number alone. */
export function findSecrets(bytes: Uint8Array, place: SecretPlace): SecretMatch[] {
  const around: Surroundings = { path: place.path, kind: 'file', isBinary: looksBinary(bytes) };
  const { found, beyond } = search(bytes, around);
  const most = place.most ?? MOST;
  const kept = found.length > most ? surest(found, most) : found;
  const left = beyond + found.length - kept.length;
  if (left > 0) place.beyond?.(left);
  const lineOf = around.isBinary ? undefined : lineNumbers(bytes);
  return kept.map((one) => toMatch(one, one.secret, lineOf));
}

/** Secrets in a text of the configuration of an image: places are indices in the string. */
export function findSecretsInText(text: string, place: TextPlace): SecretMatch[] {
  // One byte for each character, so that places stay the same: no form of a token has others than these.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = Math.min(text.charCodeAt(i), 0xff);
  const name = place.name === undefined ? {} : { name: place.name };
  const { found } = search(bytes, { path: '', kind: place.kind, ...name, isBinary: false });
  return surest(found, MOST).map((one) => toMatch(one, text.slice(one.start, one.end)));
}

interface Found extends Candidate {
  readonly rule: SecretRule;
  readonly secret: string;
}

function search(bytes: Uint8Array, around: Surroundings): { found: Found[]; beyond: number } {
  compiled ??= compile();
  const { scan, rulesOf } = compiled;
  const views = new Views(bytes, around);
  const found: Found[] = [];
  let beyond = 0;
  scan(bytes, (keyword, at, isWide) => {
    const view = isWide ? views.wideAt(at) : views.at(at);
    for (const rule of rulesOf[keyword]!) {
      const candidate = candidateOf(rule, view, (at - view.base) / view.step);
      if (candidate === undefined) continue;
      if (found.length >= MOST_RAW) beyond++;
      else found.push(placed(candidate, rule, view));
    }
  });
  return { found: withoutOverlaps(found), beyond };
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
  const { rule, start, end, confidence, validated, encrypted, example } = found;
  const fingerprint = fingerprintOf(found.plain ?? secret, rule.kind);
  return {
    rule: rule.id,
    start,
    end,
    ...(lineOf !== undefined && { line: lineOf(start) }),
    shown: shownOf(secret, rule.kind),
    ...(fingerprint !== undefined && { fingerprint }),
    confidence,
    ...(validated !== undefined && { validated }),
    ...(example !== undefined && { example }),
    ...(encrypted !== undefined && { encrypted }),
  };
}

interface Compiled {
  readonly scan: ReturnType<typeof prefilter>;
  readonly rulesOf: readonly (readonly SecretRule[])[];
}

/** Made when the first file is searched. */
let compiled: Compiled | undefined;

function compile(): Compiled {
  const byWord = new Map<string, { keyword: Keyword; rules: SecretRule[] }>();
  for (const rule of secretRules) {
    for (const text of rule.keywords) {
      const anyCase = rule.anyCase === true;
      const key = `${anyCase} ${text}`;
      const known = byWord.get(key);
      if (known === undefined) {
        byWord.set(key, { keyword: { text, anyCase, isPrefix: 'pattern' in rule }, rules: [rule] });
      } else {
        known.rules.push(rule);
      }
    }
  }
  const words = [...byWord.values()];
  return { scan: prefilter(words.map(({ keyword }) => keyword)), rulesOf: words.map(({ rules }) => rules) };
}

/** Bytes that are looked at to tell a text from what is none. */
const SAMPLE = 4096;

function looksBinary(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return false;
  const end = Math.min(bytes.length, SAMPLE);
  for (let at = 0; at < end; at++) if (bytes[at] === 0) return true;
  return false;
}
