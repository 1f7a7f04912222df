import { meaningOf } from '../../secrets/secret-names.ts';
import { withoutSecrets } from '../../secrets/without-secrets.ts';

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
/** A name and its value in the middle of a text: of a query, of options of a mount, of JSON. */
const inText =
  /(?<![\w.])([A-Za-z_][\w.-]{0,80})(["']?\s{0,3}[=:]\s{0,3}["']?)((?:(?:basic|bearer|token)\s{1,3})?(?:[^\s"'&;,}]|,(?![\w.-]{1,80}=)){1,1000})/gi;

/** Options of programs that take a secret under a name that does not say so. */
interface SecretOptions {
  readonly programs: RegExp;
  /** The value is the next word. */
  readonly options: ReadonlySet<string>;
  /** The value stands right behind one of these letters. */
  readonly letters: string;
}

const rows: readonly (readonly [programs: RegExp, options: string, letters: string])[] = [
  [/^(?:mysql|mariadb)/, '', 'p'],
  [/^7z[ar]?$/, '', 'p'],
  [/^curl$/, '-u --user -U --proxy-user -b --cookie --oauth2-bearer --pass --proxy-pass --tlspassword', 'uUb'],
  [/^(?:redis|valkey|keydb)-(?:cli|benchmark)$/, '-a --pass', ''],
  [/^sshpass$|^mongo|^cqlsh$|^rdesktop$|^login$/, '-p', 'p'],
  [/^ldap(?:search|modify|add|delete|passwd|whoami|compare|modrdn)$/, '-w -s -a', 'w'],
  [/^(?:sqlcmd|bcp|osql|tsql|zip|unzip|ipmitool|mosquitto_(?:pub|sub)|ssh-keygen)$/, '-P -N', 'P'],
  [/^snmp/, '-c -A -X', 'cAX'],
  [/^openssl$/, '-k -K -passin -passout -pass', ''],
  [/^(?:lftp|wput|ncftp)$/, '-u -p', 'u'],
  [/^(?:http|https|xh|xhs|ab)$/, '-a -A -P', 'aAP'],
  [/^(?:smbclient|rpcclient|net|smbget)$/, '-U --user', 'U'],
];
const table: readonly SecretOptions[] = rows.map(([programs, options, letters]) => ({
  ...{ programs, letters },
  options: new Set(options.split(' ')),
}));
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
    .replace(inText, (all, name: string, by: string) => (isNamedSecret(name) ? `${name}${by}…` : all));
  return withoutSecrets(plain.slice(0, most), most);
}

function hidden(words: readonly string[], depth = 0): string[] {
  const active = new Set<SecretOptions>();
  let isValue = false;
  return words.map((word) => {
    const wasValue = isValue;
    // `--password --token x`: whichever of them is the value, none of the others is told.
    isValue = takesSecret(word, active);
    if (wasValue) return '…';
    if (!word.startsWith('-')) {
      const program = /[^/]{0,100}$/.exec(word)?.[0] ?? '';
      for (const one of table) if (one.programs.test(program)) active.add(one);
    }
    return withoutValue(word, active, depth);
  });
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
