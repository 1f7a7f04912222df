import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of the key of page tokens: half of it signs, half of it encrypts. */
const keyBytes = 32;

/** Milliseconds for which a token may be used. */
const lifetime = 60 * 60 * 1000;
/** Milliseconds by which the clock of another server may be ahead. */
const skew = 60 * 1000;

const version = 0x80;
const blockBytes = 16;
const digestBytes = 32;
/** Version, time and initial vector. */
const headBytes = 1 + 8 + blockBytes;

/**
 * The key of page tokens from its text.
 * @param text 32 bytes as 64 hexadecimal digits or in base64, of either alphabet
 */
export function parsePaginationKey(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  return Buffer.from(text, 'base64url');
}

/**
 * Page tokens in the form of Fernet (https://github.com/fernet/spec), which Clair's are: servers with the same key
 * continue each other's lists. Nobody without the key can read or make one.
 */
export class PageTokens {
  readonly #signing: Uint8Array;
  readonly #encryption: Uint8Array;
  readonly #clock: () => number;

  /** @param clock milliseconds since 1970 */
  constructor(key: Uint8Array, clock: () => number) {
    if (key.length !== keyBytes) throw new TypeError(`a pagination key has ${keyBytes} bytes`);
    this.#signing = key.subarray(0, keyBytes / 2);
    this.#encryption = key.subarray(keyBytes / 2);
    this.#clock = clock;
  }

  seal(text: string): string {
    const vector = randomBytes(blockBytes);
    const cipher = createCipheriv('aes-128-cbc', this.#encryption, vector);
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(Math.floor(this.#clock() / 1000)));
    const signed = Buffer.concat([Buffer.of(version), time, vector, cipher.update(text, 'utf8'), cipher.final()]);
    const token = Buffer.concat([signed, this.#sign(signed)]).toString('base64url');
    return token + '='.repeat((4 - (token.length % 4)) % 4);
  }

  /** What was sealed; undefined for what was not sealed with this key, is too old or comes from the future. */
  open(token: string): Buffer | undefined {
    const bytes = decode(token);
    if (bytes === undefined || bytes.length < headBytes + blockBytes + digestBytes || bytes[0] !== version) {
      return undefined;
    }
    const signed = bytes.subarray(0, -digestBytes);
    if (!timingSafeEqual(this.#sign(signed), bytes.subarray(-digestBytes))) return undefined;
    const sealed = Number(bytes.readBigUInt64BE(1)) * 1000;
    const now = this.#clock();
    if (now > sealed + lifetime || sealed > now + skew) return undefined;
    const encrypted = signed.subarray(headBytes);
    if (encrypted.length % blockBytes !== 0) return undefined;
    const decipher = createDecipheriv(
      'aes-128-cbc',
      this.#encryption,
      signed.subarray(headBytes - blockBytes, headBytes),
    );
    try {
      return Buffer.concat([decipher.update(encrypted), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  #sign(bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.#signing).update(bytes).digest();
  }
}

/** The URL alphabet of base64, with the padding or without; undefined for any other spelling of the same bytes. */
function decode(token: string): Buffer | undefined {
  const unpadded = token.replace(/={0,2}$/, '');
  if (unpadded !== token && token.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(unpadded, 'base64url');
  return bytes.toString('base64url') === unpadded ? bytes : undefined;
}
