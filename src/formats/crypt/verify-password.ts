import { hash, scryptSync } from 'node:crypto';
import { bcrypt, bcryptSteps } from './bcrypt.ts';
import { desCrypt } from './des-crypt.ts';
import { decodeCharacter, decodeLittle, encodeLittle } from './encode.ts';
import { MD5_ROUNDS, md5Crypt } from './md5-crypt.ts';
import { SHA_ROUNDS, shaCrypt } from './sha-crypt.ts';
import { fitsYescrypt, readYescryptSettings, yescrypt, yescryptSteps } from './yescrypt.ts';

/** A hash of crypt(5), taken apart. */
export interface PasswordHash {
  /**
   * `yescrypt`, `gost-yescrypt`, `scrypt`, `bcrypt`, `sha512`, `sha256`, `sha1`, `sunmd5`, `md5`, `apr1`, `nt`, `bsdi`, `des`;
   * `sha1-unsalted` of Apache; `unknown`.
   */
  readonly method: string;
  /** Microseconds that one try takes, more or less; undefined where it cannot be tried here. */
  readonly work?: number;
  /** Whether it is made of a password. */
  verify?(password: string): boolean;
}

/** Methods that are known by name only, or whose settings may be such as are not computed here. */
const named: readonly (readonly [prefix: string, method: string])[] = [
  ['$y$', 'yescrypt'],
  ['$gy$', 'gost-yescrypt'],
  ['$7$', 'scrypt'],
  ['$2', 'bcrypt'],
  ['$sha1$', 'sha1'],
  ['$md5', 'sunmd5'],
  ['$3$', 'nt'],
  ['_', 'bsdi'],
];

const readers: readonly ((text: string) => PasswordHash | undefined)[] = [
  readYescrypt,
  readSha,
  readBcrypt,
  readMd5,
  readScrypt,
  readDes,
];

/** Takes a hash apart; undefined where a text is none that crypt(3) would make. */
export function readPasswordHash(text: string): PasswordHash | undefined {
  for (const read of readers) {
    const found = read(text);
    if (found !== undefined) return found;
  }
  for (const [prefix, method] of named) {
    if (text.startsWith(prefix) && text.length > prefix.length + 8) return { method };
  }
  return text.startsWith('$') ? { method: 'unknown' } : undefined;
}

/** The same of a file of Apache (htpasswd), which has two methods more: https://httpd.apache.org/docs/2.4/misc/password_encryptions.html. */
export function readApacheHash(text: string): PasswordHash | undefined {
  const apr1 = /^\$apr1\$([^$:]{0,8})\$([./0-9A-Za-z]{22})$/.exec(text);
  if (apr1 !== null) {
    const [, salt = '', digest] = apr1;
    return {
      method: 'apr1',
      work: MD5_ROUNDS * HASH,
      verify: (word) => md5Crypt(Buffer.from(word), salt, '$apr1$') === digest,
    };
  }
  const sha1 = /^\{SHA\}([+/0-9A-Za-z]{27}=)$/.exec(text);
  if (sha1 === null) return readPasswordHash(text);
  return { method: 'sha1-unsalted', work: HASH, verify: (word) => hash('sha1', word, 'base64') === sha1[1] };
}

/** Microseconds of a digest, a mixing of yescrypt, a block of Blowfish, and a hash of DES, as they were measured. */
const HASH = 2;
const MIXING = 0.1;
const BLOWFISH = 0.1;
const DES = 100;

function readYescrypt(text: string): PasswordHash | undefined {
  const parts = /^\$y\$([./0-9A-Za-z]{3,30})\$([./0-9A-Za-z]{0,86})\$([./0-9A-Za-z]{43})$/.exec(text);
  if (parts === null) return undefined;
  const settings = readYescryptSettings(parts[1]!);
  const salt = decodeLittle(parts[2]!);
  if (settings === undefined || salt === undefined || !fitsYescrypt(settings)) return undefined;
  return {
    method: 'yescrypt',
    work: yescryptSteps(settings) * MIXING,
    verify: (word) => yescrypt(Buffer.from(word), salt, settings) === parts[3],
  };
}

function readSha(text: string): PasswordHash | undefined {
  const sha = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$:]{0,16})\$([./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/.exec(text);
  if (sha === null) return undefined;
  const [, number, asked, salt = '', digest] = sha;
  const method = number === '5' ? 'sha256' : 'sha512';
  const rounds = asked === undefined ? SHA_ROUNDS : Math.max(1000, Number(asked));
  return {
    method,
    work: rounds * HASH,
    verify: (word) => shaCrypt(method, Buffer.from(word), salt, rounds) === digest,
  };
}

function readBcrypt(text: string): PasswordHash | undefined {
  const parts = /^\$2([abxy])\$(0[4-9]|[12]\d|3[01])\$([./0-9A-Za-z]{22})([./0-9A-Za-z]{31})$/.exec(text);
  if (parts === null) return undefined;
  const [, variant, digits, salt = '', digest] = parts;
  const cost = Number(digits);
  const isSigned = variant === 'x';
  return {
    method: 'bcrypt',
    work: bcryptSteps(cost) * BLOWFISH,
    verify: (word) => bcrypt(Buffer.from(word), salt, cost, { isSigned }) === digest,
  };
}

function readMd5(text: string): PasswordHash | undefined {
  const md5 = /^\$1\$([^$:]{0,8})\$([./0-9A-Za-z]{22})$/.exec(text);
  if (md5 === null) return undefined;
  const [, salt = '', digest] = md5;
  return { method: 'md5', work: MD5_ROUNDS * HASH, verify: (word) => md5Crypt(Buffer.from(word), salt) === digest };
}

/** Of crypt(5): `$7$`, the power of two, blocks and threads in five characters each, the salt as it is written. */
function readScrypt(text: string): PasswordHash | undefined {
  const parts = /^\$7\$([./0-9A-Za-z])([./0-9A-Za-z]{5})([./0-9A-Za-z]{5})([^$:]{0,86})\$([./0-9A-Za-z]{43})$/.exec(
    text,
  );
  if (parts === null) return undefined;
  const [, power, blocks, threads, salt = '', digest] = parts;
  const [N, r, p] = [2 ** decodeCharacter(power!), little(blocks!), little(threads!)];
  const memory = 128 * r * (N + p + 2);
  if (N < 2 || r < 1 || p < 1 || memory > MOST_SCRYPT || r * p >= 2 ** 30) return undefined;
  return {
    method: 'scrypt',
    work: 2 * N * 2 * r * p * MIXING,
    verify: (word) => encodeLittle(scryptSync(word, salt, 32, { N, r, p, maxmem: 2 * MOST_SCRYPT })) === digest,
  };
}

/** Bytes of memory: a hash of the usual settings takes 64 MiB. */
const MOST_SCRYPT: number = 65 * 1024 * 1024;

/** A number, least significant six bits first. */
function little(text: string): number {
  return [...text].reduce((sum, character, place) => sum + decodeCharacter(character) * 64 ** place, 0);
}

function readDes(text: string): PasswordHash | undefined {
  const parts = /^([./0-9A-Za-z]{2})([./0-9A-Za-z]{11})$/.exec(text);
  if (parts === null) return undefined;
  const [, salt = '', digest] = parts;
  return { method: 'des', work: DES, verify: (word) => desCrypt(Buffer.from(word), salt) === digest };
}
