import { mayBeToken } from './bytes-at.ts';
import { encodedBeginning } from './encoded.ts';
import { type EncodedKeyword, encodedKeywords } from './encoded-token.ts';
import { ESCAPE, mayBeEscape } from './escaped-text.ts';
import { secretRules } from './forms/index.ts';
import { type Keyword, prefilter } from './prefilter.ts';
import type { GenericRule, NamedRule, SearchRule, TokenRule } from './secret-rule.ts';

/** What is asked of the rules where a keyword stands. */
export interface Asked {
  readonly rules: (TokenRule | SearchRule)[];
  /** The word is part of names that secrets are given to. */
  isName: boolean;
  /** Characters of the word. */
  readonly length: number;
  /** Whether bytes from a place on, which is behind the word, can be what its rules look for. */
  may?: ((bytes: Uint8Array, at: number) => boolean) | undefined;
  /** Nothing of a word stands before it, but in programs. */
  isFirst: boolean;
  /**
   * The word is how a text begins in base 64 (`text`), or what a token that proves itself is in the middle of base 64
   * (`token`), or the beginning of an escape (`escape`).
   */
  readonly within?: 'text' | 'escape' | EncodedKeyword;
}

/** The rules as they are asked. */
export interface Compiled {
  readonly scan: ReturnType<typeof prefilter>;
  /** By keyword. */
  readonly askedOf: readonly Asked[];
  readonly named: readonly NamedRule[];
  readonly generic: readonly GenericRule[];
}

let compiled: Compiled | undefined;

/** Made when the first file is searched. */
export function compiledRules(): Compiled {
  compiled ??= compile();
  return compiled;
}

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
          asked: word?.asked ?? { rules: [], isName: false, length: text.length, isFirst: false },
        };
        byWord.set(key, word);
      }
      if ('pattern' in rule || 'find' in rule) word.asked.rules.push(rule);
      else word.asked.isName = true;
    }
  }
  for (const text of new Set(beginnings().map(encodedBeginning))) {
    const asked: Asked = { ...nothing, length: text.length, may: mayBeToken, isFirst: true, within: 'text' };
    byWord.set(`encoded ${text}`, { keyword: { text, anyCase: false, isPrefix: true }, asked });
  }
  for (const within of secretRules.flatMap((rule) => ('pattern' in rule ? encodedKeywords(rule) : []))) {
    const { text } = within;
    const asked: Asked = { ...nothing, length: text.length, within };
    byWord.set(`encoded in ${text}`, { keyword: { text, anyCase: false, isPrefix: true }, asked });
  }
  const escaped: Asked = { ...nothing, length: ESCAPE.length, may: mayBeEscape, within: 'escape' };
  byWord.set('escape', { keyword: { text: ESCAPE, anyCase: false, isPrefix: true }, asked: escaped });
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

const nothing = { rules: [], isName: false, isFirst: false };

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
