import { type AesBody, aesHeaderBytes, openZipAes, type ZipAes } from '../../formats/zip/zip-aes.ts';
import { CRYPTO_BYTES, type Decipher, openZipCrypto } from '../../formats/zip/zip-crypto.ts';

/** Tries that all archives of a layer have together. One of AES costs as many as this. */
const MOST_TRIES = 1_000_000;
const AES_TRIES = 2000;

/** How a member is locked. */
export interface Lock {
  /** Bytes in front of the body. */
  readonly header: Uint8Array;
  readonly aes?: ZipAes;
  /** The byte by which the old method knows the right password. */
  readonly check: number;
}

/** What opens a lock, maybe: few bytes tell. */
export interface Key {
  readonly decipher: Decipher;
  /** Of AES: tells in the end. */
  readonly isRight?: AesBody['isRight'];
}

/** A password that may fit. */
export interface Fitting {
  /** Begins anew. */
  open(): Key;
  /** It did: it is tried first from now on, since members of one archive mostly have one password. */
  fits(): void;
}

/** Opens members by passwords that rules bring, as often as an image may ask for it. */
export class Locks {
  #tries = 0;
  #last: Uint8Array | undefined;

  /** So many were tried that the rest was not. */
  get isSpent(): boolean {
    return this.#tries >= MOST_TRIES;
  }

  /** Those that may fit, one after the other. */
  *fitting(lock: Lock, passwords: readonly Uint8Array[]): Generator<Fitting> {
    const last = this.#last;
    const ordered = last !== undefined && passwords.includes(last) ? [last, ...passwords] : passwords;
    for (const [number, password] of ordered.entries()) {
      if (number > 0 && password === ordered[0]) continue;
      if (this.isSpent) return;
      this.#tries += lock.aes === undefined ? 1 : AES_TRIES;
      if (openLock(lock, password) === undefined) continue;
      yield {
        open: () => openLock(lock, password) as Key,
        fits: () => {
          this.#last = password;
        },
      };
    }
  }
}

function openLock({ header, aes, check }: Lock, password: Uint8Array): Key | undefined {
  if (aes !== undefined) return openZipAes(header, password, aes);
  const decipher = openZipCrypto(header, password, check);
  return decipher && { decipher };
}

/** Bytes of the header in front of a body. */
export function lockBytes(aes: ZipAes | undefined): number {
  return aes === undefined ? CRYPTO_BYTES : aesHeaderBytes(aes);
}
