import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { ServiceFinding } from '../../../model/service-scanner.ts';
import { atLeast, type Exchange } from '../exchange.ts';
import { type ServiceRule, serviceFinding } from '../finding.ts';
import type { PortState } from '../probes/run-probe.ts';
import { DialError, openService, type Service } from '../service.ts';

const common = {
  kind: 'service',
  severity: 'critical',
  confidence: 'certain',
  remediation: 'Choose a long random password, and give it to the container as a secret.',
} as const;

/** Rules on passwords that need more than sending them. */
export const passwordRules = {
  postgresql: {
    ...common,
    id: 'service.postgresql-weak-password',
    title: 'PostgreSQL has a password that everybody guesses',
    why: 'The superuser may read and change everything, and run programs as the server.',
    sources: ['https://www.postgresql.org/docs/current/sasl-authentication.html'],
  },
  mysql: {
    ...common,
    id: 'service.mysql-weak-password',
    title: 'MySQL or MariaDB has a password that everybody guesses',
    why: 'root may read and change all databases.',
    sources: ['https://mariadb.com/docs/server/reference/clientserver-protocol'],
  },
} as const satisfies Record<string, ServiceRule>;

/** Few, and those that images and their documentation name. */
const guesses: Readonly<Record<'postgresql' | 'mysql', readonly (readonly [user: string, password: string])[]>> = {
  postgresql: [
    ['postgres', 'postgres'],
    ['postgres', 'password'],
    ['postgres', 'mysecretpassword'],
    ['postgres', 'example'],
  ],
  mysql: [
    ['root', 'root'],
    ['root', 'password'],
    ['root', 'my-secret-pw'],
    ['root', 'example'],
  ],
};

/**
 * Tries a few passwords at a database of the own container.
 * @throws SpentError, DialError, or the reason of the signal
 */
export async function* tryPasswords(service: Service, state: PortState): AsyncGenerator<ServiceFinding> {
  const { name } = service;
  if (name !== 'postgresql' && name !== 'mysql') return;
  for (const [user, password] of guesses[name]) {
    if (state.triesLeft <= 0) return;
    state.triesLeft--;
    const exchange = await openService(service);
    let answer: 'in' | 'out' | 'other';
    try {
      answer =
        name === 'mysql'
          ? await loginToMysql(exchange, user, password)
          : await loginToPostgres(exchange, user, password);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new DialError('the answer to a login is broken');
    } finally {
      exchange.close();
    }
    // Neither let in nor refused: it speaks another way of logging in, or lets nobody in at all.
    if (answer === 'other') return;
    if (answer === 'out') continue;
    yield serviceFinding(passwordRules[name], service, `the user ${user} is let in with the ${described(password)}`);
    return;
  }
}

/** Which one it was helps to find where it is set; it is in every list of passwords. */
function described(password: string): string {
  return `well-known password "${password.slice(0, 2)}…"`;
}

/** A message of PostgreSQL: type, length, content (chapter "Message Formats"). */
async function postgresMessage(
  exchange: Exchange,
  rest: { bytes: Buffer },
): Promise<{ type: string; content: Buffer }> {
  for (let round = 0; round < 20; round++) {
    if (rest.bytes.length >= 5) {
      const length = rest.bytes.readUInt32BE(1);
      if (length < 4 || length > 65_536) throw new RangeError('length');
      if (rest.bytes.length >= 1 + length) {
        const message = { type: String.fromCharCode(rest.bytes[0]!), content: rest.bytes.subarray(5, 1 + length) };
        rest.bytes = rest.bytes.subarray(1 + length);
        return message;
      }
    }
    const { bytes } = await exchange.read(atLeast(1));
    if (bytes.length === 0) throw new RangeError('end');
    rest.bytes = Buffer.concat([rest.bytes, bytes]);
  }
  throw new RangeError('pieces');
}

function counted(content: Buffer, type = ''): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, content]);
}

const md5 = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

async function loginToPostgres(exchange: Exchange, user: string, password: string): Promise<'in' | 'out' | 'other'> {
  exchange.send(counted(Buffer.from(`\0\x03\0\0user\0${user}\0database\0postgres\0\0`, 'latin1')));
  const rest = { bytes: Buffer.alloc(0) as Buffer };
  let scram: Scram | undefined;
  for (let step = 0; step < 6; step++) {
    const { type, content } = await postgresMessage(exchange, rest);
    if (type === 'E') return /C28(?:P01|000)\0/.test(content.toString('latin1')) ? 'out' : 'other';
    if (type !== 'R') return 'other';
    switch (content.readUInt32BE(0)) {
      case 0:
        // Without a question there was no password to be right.
        return step === 0 ? 'other' : 'in';
      case 3:
        exchange.send(counted(Buffer.from(`${password}\0`), 'p'));
        break;
      case 5: {
        const hashed = md5(md5(password, user), content.subarray(4, 8));
        exchange.send(counted(Buffer.from(`md5${hashed}\0`), 'p'));
        break;
      }
      case 10: {
        scram = new Scram(password);
        const first = Buffer.from(scram.first());
        const size = Buffer.alloc(4);
        size.writeUInt32BE(first.length);
        exchange.send(counted(Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), size, first]), 'p'));
        break;
      }
      case 11: {
        const final = scram?.final(content.subarray(4).toString('latin1'));
        if (final === undefined) return 'other';
        exchange.send(counted(Buffer.from(final), 'p'));
        break;
      }
      case 12:
        break;
      default:
        return 'other';
    }
  }
  return 'other';
}

/** The client of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding. */
export class Scram {
  readonly #password: string;
  readonly #nonce: string;

  constructor(password: string, nonce: string = randomBytes(18).toString('base64')) {
    this.#password = password;
    this.#nonce = nonce;
  }

  first(user = ''): string {
    return `n,,n=${user},r=${this.#nonce}`;
  }

  /** Undefined where the server's message is none, or wants more work than is good. */
  final(serverFirst: string, user = ''): string | undefined {
    const parts = /^r=([\x21-\x2b\x2d-\x7e]{1,500}),s=([A-Za-z0-9+/=]{1,500}),i=(\d{1,6})(?:,|$)/.exec(serverFirst);
    if (parts === null || !parts[1]!.startsWith(this.#nonce) || Number(parts[3]) > 100_000) return undefined;
    const salted = pbkdf2Sync(this.#password, Buffer.from(parts[2]!, 'base64'), Number(parts[3]), 32, 'sha256');
    const key = createHmac('sha256', salted).update('Client Key').digest();
    const stored = createHash('sha256').update(key).digest();
    const without = `c=biws,r=${parts[1]!}`;
    const message = `n=${user},r=${this.#nonce},${serverFirst},${without}`;
    const signature = createHmac('sha256', stored).update(message).digest();
    const proof = key.map((byte, at) => byte ^ signature[at]!);
    return `${without},p=${Buffer.from(proof).toString('base64')}`;
  }
}

/** A packet of MySQL: length of three bytes, number, content. */
async function mysqlPacket(exchange: Exchange, rest: { bytes: Buffer }): Promise<{ number: number; content: Buffer }> {
  for (let round = 0; round < 20; round++) {
    if (rest.bytes.length >= 4) {
      const length = rest.bytes.readUIntLE(0, 3);
      if (length > 65_536) throw new RangeError('length');
      if (rest.bytes.length >= 4 + length) {
        const packet = { number: rest.bytes[3]!, content: rest.bytes.subarray(4, 4 + length) };
        rest.bytes = rest.bytes.subarray(4 + length);
        return packet;
      }
    }
    const { bytes } = await exchange.read(atLeast(1));
    if (bytes.length === 0) throw new RangeError('end');
    rest.bytes = Buffer.concat([rest.bytes, bytes]);
  }
  throw new RangeError('pieces');
}

function mysqlFrame(content: Buffer, number: number): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(content.length, 0, 3);
  head[3] = number;
  return Buffer.concat([head, content]);
}

const sha1 = (...parts: readonly Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(parts)).digest();

/** mysql_native_password: SHA1(password) xor SHA1(scramble, SHA1(SHA1(password))). */
function nativeProof(password: string, scramble: Buffer): Buffer {
  const once = sha1(Buffer.from(password));
  const mixed = sha1(scramble, sha1(once));
  return Buffer.from(once.map((byte, at) => byte ^ mixed[at]!));
}

async function loginToMysql(exchange: Exchange, user: string, password: string): Promise<'in' | 'out' | 'other'> {
  const rest = { bytes: Buffer.alloc(0) as Buffer };
  const greeting = (await mysqlPacket(exchange, rest)).content;
  const version = greeting.indexOf(0, 1);
  if (greeting[0] !== 10 || version < 0) return 'other';
  const scramble = Buffer.concat([
    greeting.subarray(version + 5, version + 13),
    greeting.subarray(version + 32, version + 44),
  ]);
  const fixed = Buffer.alloc(32);
  // Long password, protocol 4.1, secure connection, plugins.
  fixed.writeUInt32LE(0x1 | 0x200 | 0x8000 | 0x80000, 0);
  fixed.writeUInt32LE(0x1000000, 4);
  fixed[8] = 33;
  const proof = nativeProof(password, scramble);
  exchange.send(
    mysqlFrame(
      Buffer.concat([
        fixed,
        Buffer.from(`${user}\0`),
        Buffer.from([proof.length]),
        proof,
        Buffer.from('mysql_native_password\0'),
      ]),
      1,
    ),
  );
  for (let step = 0; step < 3; step++) {
    const { number, content } = await mysqlPacket(exchange, rest);
    if (content[0] === 0) return 'in';
    // Access denied, with or without a password.
    if (content[0] === 0xff)
      return content.length > 2 && [1045, 1698].includes(content.readUInt16LE(1)) ? 'out' : 'other';
    if (content[0] !== 0xfe) return 'other';
    const end = content.indexOf(0, 1);
    if (end < 0 || content.subarray(1, end).toString('latin1') !== 'mysql_native_password') return 'other';
    exchange.send(mysqlFrame(nativeProof(password, content.subarray(end + 1, end + 21)), number + 1));
  }
  return 'other';
}
