import { randomBytes } from 'node:crypto';
import { atLeast } from '../exchange.ts';
import type { PortDoor } from '../service.ts';

/** What a server chose. */
export interface Chosen {
  readonly version: number;
  readonly suite: number;
}

export const SSL3 = 0x0300;
export const TLS1 = 0x0301;
export const TLS11 = 0x0302;
export const TLS12 = 0x0303;

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const counted = (bytes: Buffer): Buffer => Buffer.concat([u16(bytes.length), bytes]);

/** A ClientHello (RFC 5246, section 7.4.1.2) of exactly one version and with these suites. */
export function clientHello(version: number, suites: readonly number[]): Buffer {
  const extension = (type: number, content: Buffer): Buffer => Buffer.concat([u16(type), counted(content)]);
  const extensions = [
    // supported_groups: x25519, secp256r1, secp384r1; ec_point_formats: uncompressed.
    extension(10, counted(Buffer.from('001d00170018', 'hex'))),
    extension(11, Buffer.from('0100', 'hex')),
  ];
  // signature_algorithms: RSA and ECDSA with SHA-256, SHA-384, SHA-512, SHA-1, PSS.
  if (version >= TLS12) {
    extensions.push(
      extension(13, counted(Buffer.from('0401050106010403050306030804080508060201 0203'.replace(' ', ''), 'hex'))),
    );
  }
  const body = Buffer.concat([
    u16(version),
    randomBytes(32),
    Buffer.from([0]),
    counted(Buffer.concat(suites.map(u16))),
    Buffer.from([1, 0]),
    ...(version > SSL3 ? [counted(Buffer.concat(extensions))] : []),
  ]);
  const handshake = Buffer.concat([Buffer.from([1, 0]), counted(body)]);
  return Buffer.concat([Buffer.from([0x16]), u16(Math.min(version, TLS1)), counted(handshake)]);
}

/**
 * What a server makes of one version and some suites; undefined where it refuses them.
 * @throws SpentError, DialError, or the reason of the signal
 */
export async function offer(door: PortDoor, version: number, suites: readonly number[]): Promise<Chosen | undefined> {
  const exchange = await door.open();
  try {
    exchange.send(clientHello(version, suites));
    const { bytes } = await exchange.read(atLeast(80), Math.min(1500, door.budget.idleMs));
    return readServerHello(bytes);
  } finally {
    exchange.close();
  }
}

/** Reads the beginning of a ServerHello (RFC 5246, section 7.4.1.3). */
export function readServerHello(bytes: Buffer): Chosen | undefined {
  // Record: type, version, length; handshake: type, length of three bytes; version, random of 32 bytes, session.
  if (bytes.length < 44 || bytes[0] !== 0x16 || bytes[5] !== 2) return undefined;
  const session = bytes[43]!;
  const at = 44 + session;
  if (session > 32 || bytes.length < at + 2) return undefined;
  return { version: bytes.readUInt16BE(9), suite: bytes.readUInt16BE(at) };
}
