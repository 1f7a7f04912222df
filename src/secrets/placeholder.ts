import { bitsOfACharacter, surprise } from './randomness.ts';

/** Words that stand where a secret will be, or are the ones that manuals use. */
const words =
  /example|sample|dummy|change.?(?:me|it|this)|placeholder|replace|insert|your[_-]?|redacted|removed|hidden|masked|foo_?bar|foobar|xxxx|yyyy|zzzz|lorem|ipsum|fixme|not.?(?:a.)?real|(?<![A-Za-z])(?:todo|fake|mock|null|none|nil)(?![A-Za-z])|secret.?(?:key|token|here|value)|(?:pass|api|key|token|secret).?here|some.?(?:secret|token|key|pass)|my.?(?:secret|token|key|pass|api)|the.?(?:secret|token|key|pass)|super.?secret|top.?secret|very.?secret|_token$|_key$|_secret$|_password$|password|passwd|passphrase|username|undefined|default|required|optional|string|unknown|invalid|disabled|enabled|generate|random|encrypted|deadbeef|cafebabe|baadf00d|swordfish|opensesame|open.sesame|correct.?horse|hunter2|letmein|qwerty|testing|test.?(?:key|token|secret|pass)|tester/i;

/** Runs that a keyboard or a counter makes, not chance. */
const runs =
  /0123456|1234567|2345678|7654321|9876543|abcdefg|bcdefgh|ABCDEFG|hijklmn|qrstuvw|poiuyt|asdfgh|zxcvbn|(.)\1{5}|(..)\2{4}|(...)\3{3}|(....)\4{2}|\.\.\.|…|\*\*\*/;

/** What stands for a value that comes from elsewhere: variables, templates, calls, markup. */
const references =
  /^\$|\$\{|\$\(|\{\{|\}\}|^\{|^<|>$|^%|%[sdv({]|%\w+%$|^#\{|#\{|^@\w+@$|^__\w+__$|^!\w|^&\w|^\*|\(\)|^\[|^(?:process|os|env|ENV|secrets|vars?|config|settings|self|this|local|module|data|args|kwargs|params|options|request|req|ctx|context|props|state|row|user)[.[]|^(?:vault|ssm|secretsmanager|arn|file|env|ref|op|awssm|gcpsm|akv):|^ENC\[|^AQICAH/;

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

/** Whether a value is a word of manuals and templates, or was typed for the look. */
export function isPlaceholder(value: string): boolean {
  return words.test(value) || runs.test(value) || new Set(value).size <= 3;
}

/** How a value of a secret was made: drawn at random, typed with some mixture, a word. */
export type Make = 'random' | 'mixed' | 'weak';

/** Hex digits, of which digests are made, too. */
export const isHex = /^(?:[0-9a-f]+|[0-9A-F]+)$/;
export const isUuid = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;

/** Tells by the letters alone how a value was made. */
export function makeOf(value: string): Make {
  const kinds = Number(/[a-z]/.test(value)) + Number(/[A-Z]/.test(value)) + Number(/\d/.test(value));
  const others = value.replace(/[A-Za-z0-9]/g, '').length;
  const mixture = kinds + Math.min(1, others);
  if (value.length >= 16 && isHex.test(value)) {
    return bitsOfACharacter(value) >= 2.6 && /[A-Fa-f]/.test(value) && /\d/.test(value) ? 'random' : 'weak';
  }
  const odd = surprise(value);
  const bits = bitsOfACharacter(value);
  if (value.length >= 20 && odd >= 4.6 && bits >= 3.4 && mixture >= 2) return 'random';
  if (value.length >= 16 && odd >= 4.5 && bits >= 3 && mixture >= 2) return 'random';
  if (value.length >= 10 && odd >= 4.6 && bits >= 2.8 && mixture >= 3) return 'random';
  if (value.length >= 8 && odd >= 4.2 && bits >= 2.5 && mixture >= 3) return 'mixed';
  return value.length >= 6 && mixture >= 2 && /[\d\W]/.test(value) ? 'mixed' : 'weak';
}
