import { bitsOfACharacter, surprise } from './randomness.ts';

/** Words that stand where a secret will be. */
const templates =
  /example|sample|dummy|change.?(?:me|it|this)|placeholder|your[_-]?|redacted|xxxx|yyyy|zzzz|fixme|not.?(?:a.)?real|(?<![A-Za-z])(?:todo|fake|mock|null|none|nil)(?![A-Za-z])|(?:pass|api|key|token|secret).?here/i;

/** The same, of words that passphrases have, too. */
const plainTemplates =
  /replace|insert|removed|hidden|masked|undefined|default|required|optional|generated?(?![A-Za-z0-9])/gi;

/** Words that manuals use as secrets. */
const words =
  /foo.?bar|lorem|ipsum|secret.?(?:key|token|value)|some.?(?:secret|token|key|pass)|my.?(?:secret|token|key|pass|api)|the.?(?:secret|token|key|pass)|super.?secret|top.?secret|very.?secret|_token$|_key$|_secret$|_password$|pass.?word|passwd|passphrase|username|empty|string|unknown|invalid|disabled|enabled|random|encrypted|deadbeef|cafebabe|baadf00d|swordfish|open.?sesame|correct.?horse.?battery.?staple|hunter2|letmein|qwerty|testing|test.?(?:key|token|secret|pass)|tester|tiger/gi;

/** Of a passphrase, the share that may be such words by chance. */
const SHARE = 0.3;
/** Characters from which on a value may be a passphrase. */
const LEAST_PHRASE = 16;

/** Whether a value consists of some words, and does not merely have one of them among others. */
function isMadeOf(expression: RegExp, value: string): boolean {
  let length = 0;
  for (const [word] of value.matchAll(expression)) length += word.length;
  return length > 0 && (value.length < LEAST_PHRASE || length >= SHARE * value.length);
}

/** Runs that a keyboard or a counter makes, not chance. */
const runs =
  /0123456|1234567|2345678|7654321|9876543|abcdefg|bcdefgh|ABCDEFG|hijklmn|qrstuvw|poiuyt|asdfgh|zxcvbn|(.)\1{5}|(..)\2{4}|(...)\3{3}|(....)\4{2}|\.\.\.|…|\*\*\*/;

/** What stands for a value that comes from elsewhere: variables, templates, calls, markup. */
const references =
  /^\$[A-Za-z_]\w*$|^\$[({]|\$\{[A-Za-z_]|\{\{|\}\}|^\{.*\}$|^<.*>$|^%[sdv]$|%\(\w+\)s|^%\{|^%\w+%$|#\{|^@\w+@$|^__\w+__$|^!(?:Ref|Sub|GetAtt|vault|secret|env)|^[&*][A-Za-z_-]+$|\(\)|^\[.*\]$|^(?:process|os|env|ENV|secrets|vars?|config|settings|self|this|local|module|data|args|kwargs|params|options|request|req|ctx|context|props|state|row|user)[.[]|^(?:vault|ssm|secretsmanager|arn|file|env|ref|op|awssm|gcpsm|akv):|^ENC\[|^AQICAH/;

/** Whether a value stands in the place of a secret and is none. */
export function isReference(value: string): boolean {
  return references.test(value);
}

/** Whether somebody made a text up that looks like a token: an example, a pattern. */
export function isMadeUp(token: string): boolean {
  return (
    runs.test(token) || /example|sample|dummy|xxxx|your[_-]|placeholder|redacted|changeme|deadbeef|fake/i.test(token)
  );
}

/** Whether a value will be replaced before it is used: `changeme`, `your-password`, `xxxx`. */
export function isTemplate(value: string): boolean {
  return (
    templates.test(value) ||
    isMadeOf(plainTemplates, value) ||
    runs.test(value) ||
    new Set(value).size <= 2 ||
    isCounted(value)
  );
}

/** Whether most characters are the next of those before them: `ABCDEvwxyz0189`. */
function isCounted(value: string): boolean {
  let steps = 0;
  for (let at = 1; at < value.length; at++) if (value.charCodeAt(at) - value.charCodeAt(at - 1) === 1) steps++;
  return value.length >= 8 && steps * 2 >= value.length;
}

/** Whether a value is a word of manuals and templates, or was typed for the look, with digits for letters, too. */
export function isPlaceholder(value: string): boolean {
  return isTemplate(value) || isMadeOf(words, value) || new Set(value).size <= 3 || isMadeOf(words, withLetters(value));
}

/** Whether the name of a user stands for any: whoever is called `bob`, `ci` or `app` has a password, too. */
export function isAnyUser(name: string): boolean {
  return /example|your[_-]|placeholder|change.?me|^user_?name$|xxxx|dummy|^[<{$]/i.test(name);
}

/** `p4ssw0rd` is `password`. */
function withLetters(value: string): string {
  return value.replace(/[013457@$!]/g, (sign) => letters[sign] ?? sign);
}

const letters: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** How a value of a secret was made: drawn at random, typed with some mixture, a word. */
export type Make = 'random' | 'mixed' | 'weak';

/** Hex digits, of which digests are made, too. */
export const isHex = /^(?:[0-9a-f]+|[0-9A-F]+)$/;
export const isUuid = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;

/** Tells by the letters alone how a value was made. */
export function makeOf(value: string): Make {
  const mixture = kindsOf(value);
  if (value.length >= 16 && isHex.test(value)) {
    return bitsOfACharacter(value) >= 2.6 && /[A-Fa-f]/.test(value) && /\d/.test(value) ? 'random' : 'weak';
  }
  if (value.length < 8) return isMixed(value, mixture) ? 'mixed' : 'weak';
  const odd = surprise(value);
  const bits = bitsOfACharacter(value);
  if (value.length >= 20 && odd >= 4.6 && bits >= 3.4 && mixture >= 2) return 'random';
  if (value.length >= 16 && odd >= 4.5 && bits >= 3 && mixture >= 2) return 'random';
  if (value.length >= 10 && odd >= 4.6 && bits >= 2.8 && mixture >= 3) return 'random';
  if (value.length >= 8 && odd >= 4.2 && bits >= 2.5 && mixture >= 3) return 'mixed';
  return isMixed(value, mixture) ? 'mixed' : 'weak';
}

/** How many of small letters, capitals, digits and anything else a value has. */
function kindsOf(value: string): number {
  let kinds = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) kinds |= 1;
    else if (code >= 0x41 && code <= 0x5a) kinds |= 2;
    else kinds |= code >= 0x30 && code <= 0x39 ? 4 : 8;
  }
  return (kinds & 1) + ((kinds >> 1) & 1) + ((kinds >> 2) & 1) + (kinds >> 3);
}

function isMixed(value: string, mixture: number): boolean {
  return value.length >= 6 && mixture >= 2 && /[\d\W]/.test(value);
}
