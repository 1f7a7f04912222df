import { type SecretOptions, type SecretWords, secretOptions, secretWords } from './program-secrets.ts';
import { meaningOf } from './secret-names.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Arguments of a process, and characters of each, that are told. */
const ARGUMENTS = 64;
const CHARACTERS = 300;
/** Characters of each that are looked at: what is cut before that must not hide where a secret ends. */
const LOOKED_AT = 2048;

/**
 * The password of an address (RFC 3986 section 3.2.1), up to the last `@`: many are written down that should have been
 * escaped. Digits before a slash are a port.
 */
const inAddress = /(:\/\/(?!\[)[^\s/:]{0,100}:)(?!\d{1,5}(?:[/?#]|$))\S{1,1000}@/g;
/** The same without a scheme, as in `root:secret@tcp(db:3306)/shop`; not the digest of an image. */
const beforeAt = /^((?:[\w.-]{1,80}=)?[^\s:/@=]{1,100}:)[^\s/]{1,1000}@(?!sha\d{3}:)/;
/** A token in place of a user, as forges take it; names of people are shorter. */
const userAlone = /(https?:\/\/)[\w.~%+-]{16,512}@/gi;
/** What SQL calls a password: of users (`IDENTIFIED BY`, `PASSWORD`), of encrypted databases (`PRAGMA key`). */
const inSql =
  /\b((?:identified\s{1,3}by|password|pragma\s{1,3}key\s{0,3}=)\s{0,3})(?:'[^']{0,1000}'?|"[^"]{0,1000}"?)/gi;
/** A name in the middle of a text, and what gives it a value: of a query, of options of a mount, of JSON. */
const named = /(?<![\w.])([A-Za-z_][\w.-]{0,80})["']?\s{0,3}[=:]\s{0,3}["']?/g;
const valueOfName = /(?:(?:basic|bearer|token)\s{1,3})?(?:[^\s"'&;,}]|,(?![\w.-]{1,80}=)){1,1000}/iy;
/** Names of headers all of whose text is the secret, up to the quote that ends it. */
const wholeHeader = /^(?:set-)?cookie$|^(?:proxy-)?authorization$/i;
const restOfHeader = /[^"'\n]{1,2048}/y;
/** Names that are only here those of a secret. */
const otherSecret = /^(?:set-)?cookie$|^proxy-?auth$/i;
/** Words that are named for secrets, and are mostly commands and kinds of things. */
const alsoCommand = /^(?:secrets?|tokens?|auth|jwt|pat|bearer|credentials?|passwd|authorization)$/i;
/** Programs that read a secret from what is written to them. */
const readsSecret = /^(?:chpasswd|--password-stdin|--passphrase-fd|--stdin)$/;
/** Letters without a value that may stand before the one that has it, as in `curl -su`. */
const BEFORE = 3;
/** Command lines in command lines: `sh -c "sh -c '…'"`. */
const DEPTH = 3;
/** Of any program. */
const credentials =
  /^--?(?:(?:src-|dest-)?creds|credentials?|basic-?auth|http-auth|auth-user-pass|userpass|user-pass)$/;

/**
 * Arguments as they may leave the host: bounded, without what is known to be a secret by its form, and without the values of
 * options and variables that are named for one, or that a well-known program takes for one. What looks like one is left out
 * rather than told.
 */
export function shownArguments(words: readonly string[]): readonly string[] {
  return hidden(words.slice(0, ARGUMENTS).map((word) => word.slice(0, LOOKED_AT))).map((word) =>
    word.slice(0, CHARACTERS),
  );
}

/** A command line, as engines tell it, as it may leave the host. */
export function shownLine(line: string): string {
  return ofLine(line.slice(0, LOOKED_AT), 0);
}

/**
 * The value of a label as it may leave the host: nothing of it where the key is named for a secret, and for users of a proxy
 * (`traefik.http.middlewares.x.basicauth.users`).
 */
export function shownLabel(key: string, value: string, most: number): string {
  const isHidden = isNamedSecret(key.slice(0, 256)) || /(?:basic|digest)_?-?auth.{0,20}users/i.test(key.slice(0, 256));
  return isHidden && value !== '' ? '…' : shownText(value, most);
}

/** A text that is no command, without the secrets that it tells of by itself. */
function shownText(text: string, most: number): string {
  const plain = text
    .slice(0, Math.max(most, LOOKED_AT))
    .replace(inAddress, '$1…@')
    .replace(beforeAt, '$1…@')
    .replace(userAlone, '$1…@')
    .replace(inSql, '$1…');
  return withoutSecrets(withoutNamed(plain).slice(0, most), most);
}

/** Without the values of names; each value is read only where its name is one of a secret. */
function withoutNamed(text: string): string {
  let told = 0;
  let shown = '';
  for (const { 0: all, 1: name = '', index } of text.matchAll(named)) {
    const start = index + all.length;
    if (index < told || !(isNamedSecret(name) || otherSecret.test(name))) continue;
    const value = wholeHeader.test(name) && /:\s{0,3}["']?$/.test(all) ? restOfHeader : valueOfName;
    value.lastIndex = start;
    const length = value.exec(text)?.[0].length ?? 0;
    if (length === 0) continue;
    shown += `${text.slice(told, start)}…`;
    told = start + length;
  }
  return shown + text.slice(told);
}

function hidden(words: readonly string[], depth = 0): string[] {
  const active = new Set<SecretOptions>();
  const counted = new CountedWords();
  const isRead = words.some((word) => readsSecret.test(word));
  let isValue = false;
  let isWritten = false;
  return words.map((word, index) => {
    const wasValue = isValue;
    if (/^[|;&]+$/.test(word)) isWritten = false;
    const wasWritten = isWritten;
    if (isRead && /^(?:echo|printf)$/.test(word)) isWritten = true;
    // `--password --token x`: whichever of them is the value, none of the others is told.
    isValue = takesSecret(word, active) || isNameAlone(words, index);
    const wasCounted = counted.take(word);
    if (wasValue || wasWritten || wasCounted) return '…';
    if (!word.startsWith('-')) {
      const program = /[^/]{0,100}$/.exec(word)?.[0] ?? '';
      for (const one of secretOptions) if (one.programs.test(program)) active.add(one);
      counted.start(program);
    }
    return withoutValue(word, active, depth);
  });
}

/** Counts the words of programs that take a secret by its place. */
class CountedWords {
  readonly #active = new Map<SecretWords, number | undefined>();

  start(program: string): void {
    for (const one of secretWords) {
      if (one.programs.test(program)) this.#active.set(one, one.after === undefined ? 0 : undefined);
    }
  }

  /** @returns whether it is a secret */
  take(word: string): boolean {
    if (/^[|;&]+$/.test(word)) this.#active.clear();
    if (word.startsWith('-')) return false;
    let isSecret = false;
    for (const [one, count] of this.#active) {
      if (count === undefined) {
        if (one.after?.test(word)) this.#active.set(one, 0);
        continue;
      }
      this.#active.set(one, count + 1);
      if (count + 1 >= one.from) isSecret = true;
    }
    return isSecret;
  }
}

/** A word that names a secret, as `set requirepass x` has it, and `set //registry.example/:_authToken x`. */
function isNameAlone(words: readonly string[], index: number): boolean {
  const word = words[index]!;
  if (index === 0 || words[index - 1]!.startsWith('-') || alsoCommand.test(word)) return false;
  const name = /^(?:\/\/[^\s]{0,200}:)?([A-Za-z_][\w.-]{2,80})$/.exec(word)?.[1];
  return name !== undefined && isNamedSecret(name);
}

/** Its value is the next word. */
function takesSecret(word: string, active: ReadonlySet<SecretOptions>): boolean {
  if (!/^-{1,2}[A-Za-z][\w.-]{0,80}$/.test(word)) return false;
  if (credentials.test(word) || isNamedSecret(word)) return true;
  const last = word.startsWith('--') || word.length > BEFORE + 2 ? word : `-${word.at(-1)}`;
  for (const { options, letters } of active) {
    if (options.has(word) || (options.has(last) && letters.includes(last.slice(1)))) return true;
  }
  return false;
}

function withoutValue(word: string, active: ReadonlySet<SecretOptions>, depth: number): string {
  const [, name, by, value] = /^(-{0,2}[A-Za-z_][\w.-]{0,80})([=:])([\s\S]*)$/.exec(word) ?? [];
  if (name !== undefined && value !== '') {
    const isOption = [...active].some(({ options }) => options.has(name));
    if (isOption || credentials.test(name) || isNamedSecret(name)) return `${name}${by}…`;
  }
  if (/^-[A-Za-z]/.test(word)) {
    for (let at = 1; at <= BEFORE + 1 && at < word.length - 1 && /[A-Za-z]/.test(word[at]!); at++) {
      for (const { letters } of active) if (letters.includes(word[at]!)) return `${word.slice(0, at + 1)}…`;
    }
  }
  for (const { form } of active) {
    const known = form?.exec(word)?.[0];
    if (known === undefined) continue;
    const at = word.lastIndexOf('@');
    return `${known}…${at > known.length ? word.slice(at) : ''}`;
  }
  return shownText(depth < DEPTH && /\s/.test(word) ? ofLine(word, depth + 1) : word, LOOKED_AT);
}

/** A word that is a command line of its own, as `sh -c` takes it; or a sentence, in which nothing is found. */
function ofLine(line: string, depth: number): string {
  // A quote that was cut off reaches to the end.
  const pieces = /(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s"'])+/g;
  const words = (line.match(pieces) ?? []).map((word) => word.replace(/^(["'])([\s\S]*?)\1?$/, '$2'));
  const shown = hidden(words, depth);
  let index = 0;
  return line.replace(pieces, (word) => {
    const at = index++;
    return shown[at] === words[at] ? word : shown[at]!;
  });
}

function isNamedSecret(name: string): boolean {
  return meaningOf(name.replace(/^-+/, '')) !== undefined;
}
