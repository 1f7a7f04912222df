import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServiceToken } from '../../config/service-tokens.ts';
import type { Clock } from '../clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A session that nobody uses ends after so many milliseconds. */
export const LIFE = 12 * HOUR;

/** After so many it ends even where it is used: who has a token can come again. */
const LONGEST_LIFE = 7 * 24 * HOUR;

/** One that is used gets a later end, at most so often. */
const RENEW_AFTER = HOUR;

/** Clocks of processes that share a database may differ by so much. */
const SKEW = 5 * MINUTE;

/** Somebody who signed in with a token. */
export interface Session {
  readonly token: ServiceToken;
  /** Milliseconds since 1970. */
  readonly ends: number;
  /** To be sent instead of what was sent: it ends later. */
  readonly renewed?: string;
}

/**
 * Sessions of browsers: what a cookie holds is sealed (HMAC-SHA256, RFC 2104) and says with which token somebody signed in, when,
 * and when it ends. Nothing of it is kept: every process of a database opens what another one sealed, and a token that goes takes
 * its sessions with it.
 */
export class Sessions {
  readonly #key: Uint8Array;
  readonly #clock: Pick<Clock, 'now'>;

  /** @param key 32 bytes, the same in all processes of a database */
  constructor(key: Uint8Array, clock: Pick<Clock, 'now'>) {
    this.#key = key;
    this.#clock = clock;
  }

  /** @returns what the cookie shall hold */
  begin(token: ServiceToken): string {
    const now = this.#clock.now();
    return this.#seal(token, now, now);
  }

  /**
   * Whose session it is. Undefined: it is none, it is over, or its token is gone.
   * @param tokens those of now
   */
  find(sealed: string, tokens: readonly ServiceToken[]): Session | undefined {
    const [body = '', seal = '', ...more] = sealed.split('.');
    if (more.length > 0 || !isSame(seal, this.#sign('session', body))) return undefined;
    const [name = '', began, used] = Buffer.from(body, 'base64url').toString('latin1').split(' ');
    const [first, last] = [Number(began), Number(used)];
    const now = this.#clock.now();
    const ends = endOf(first, last);
    // One of a clock that is ahead would live for longer than it may.
    if (!(now < ends) || first > now + SKEW || last > now + SKEW) return undefined;
    let token: ServiceToken | undefined;
    for (const one of tokens) if (isSame(name, this.#nameOf(one))) token = one;
    if (token === undefined) return undefined;
    if (now - last < RENEW_AFTER) return { token, ends };
    return { token, ends: endOf(first, now), renewed: this.#seal(token, first, now) };
  }

  #seal(token: ServiceToken, began: number, used: number): string {
    const body = Buffer.from(`${this.#nameOf(token)} ${began} ${used}`).toString('base64url');
    return `${body}.${this.#sign('session', body)}`;
  }

  /** Says which token it is to whoever has the key, and nothing to anybody else. */
  #nameOf({ digest }: ServiceToken): string {
    return this.#sign('token', digest.toString('hex'));
  }

  #sign(purpose: 'session' | 'token', text: string): string {
    return createHmac('sha256', this.#key).update(`${purpose} ${text}`).digest('base64url');
  }
}

function endOf(began: number, used: number): number {
  return Math.min(used + LIFE, began + LONGEST_LIFE);
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
