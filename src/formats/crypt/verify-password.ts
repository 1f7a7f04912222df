import { MD5_ROUNDS, md5Crypt } from './md5-crypt.ts';
import { SHA_ROUNDS, shaCrypt } from './sha-crypt.ts';

/** A hash of crypt(5), taken apart. */
export interface PasswordHash {
  /** `md5`, `sha256`, `sha512`, `yescrypt`, `gost-yescrypt`, `scrypt`, `bcrypt`, `sha1`, `sunmd5`, `nt`, `bsdi`, `des`; `unknown`. */
  readonly method: string;
  /** Hashes that one try takes; undefined where it cannot be tried here. */
  readonly rounds?: number;
  /** Whether it is made of a password. Takes `rounds` hashes. */
  verify?(password: string): boolean;
}

const methods: readonly (readonly [prefix: string, method: string])[] = [
  ['$y$', 'yescrypt'],
  ['$gy$', 'gost-yescrypt'],
  ['$7$', 'scrypt'],
  ['$2', 'bcrypt'],
  ['$sha1$', 'sha1'],
  ['$md5', 'sunmd5'],
  ['$3$', 'nt'],
  ['_', 'bsdi'],
];

/** Takes a hash apart; undefined where a text is none that crypt(3) would make. */
export function readPasswordHash(text: string): PasswordHash | undefined {
  const md5 = /^\$1\$([^$:]{0,8})\$([./0-9A-Za-z]{22})$/.exec(text);
  if (md5 !== null) {
    const [, salt = '', digest] = md5;
    return { method: 'md5', rounds: MD5_ROUNDS, verify: (word) => md5Crypt(Buffer.from(word), salt) === digest };
  }
  const sha = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$:]{0,16})\$([./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/.exec(text);
  if (sha !== null) {
    const [, number, asked, salt = '', digest] = sha;
    const method = number === '5' ? 'sha256' : 'sha512';
    const rounds = asked === undefined ? SHA_ROUNDS : Math.max(1000, Number(asked));
    return { method, rounds, verify: (word) => shaCrypt(method, Buffer.from(word), salt, rounds) === digest };
  }
  for (const [prefix, method] of methods)
    if (text.startsWith(prefix) && text.length > prefix.length + 8) return { method };
  if (/^[./0-9A-Za-z]{13}$/.test(text)) return { method: 'des' };
  return text.startsWith('$') ? { method: 'unknown' } : undefined;
}
