/** One element of DER (X.690): its tag, where its content is. */
export interface DerElement {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** @returns nothing, if there is no element that ends within the bytes */
export function derAt(bytes: Uint8Array, at: number, most: number = bytes.length): DerElement | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) return undefined;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0);
    start += count;
  }
  return start + length <= most ? { tag, start, end: start + length } : undefined;
}

/** The elements in another one, at most a dozen. */
export function derChildren(bytes: Uint8Array, { start, end }: DerElement): readonly DerElement[] {
  const children: DerElement[] = [];
  let at = start;
  while (at < end && children.length < 12) {
    const child = derAt(bytes, at, end);
    if (child === undefined) break;
    children.push(child);
    at = child.end;
  }
  return children;
}

const INTEGER = 0x02;
const OCTETS = 0x04;
const SEQUENCE = 0x30;

/** What a private key in DER is: plain, under a password, none. */
export function derKeyKind(bytes: Uint8Array): 'plain' | 'encrypted' | undefined {
  const outer = derAt(bytes, 0);
  if (outer?.tag !== SEQUENCE) return undefined;
  const parts = derChildren(bytes, outer);
  const [first, second, third] = parts;
  if (first?.tag === SEQUENCE && second?.tag === OCTETS && parts.length === 2) return 'encrypted';
  if (first?.tag !== INTEGER || first.end - first.start !== 1 || second === undefined) return undefined;
  // PKCS #8: version, algorithm, key.
  if (second.tag === SEQUENCE && third?.tag === OCTETS) {
    return bytes[second.start] === 0x06 ? 'plain' : undefined;
  }
  // SEC 1: version 1, key of 16 to 80 bytes.
  if (second.tag === OCTETS) return bytes[first.start] === 1 && second.end - second.start >= 16 ? 'plain' : undefined;
  const integers = parts.filter(({ tag }) => tag === INTEGER);
  if (integers.length !== parts.length) return undefined;
  // DSA: version, p, q, g, public, private.
  if (parts.length === 6) return 'plain';
  // PKCS #1: version, modulus, exponents, primes: their product is the modulus.
  if (parts.length < 9) return undefined;
  return numberOf(bytes, parts[1]!) === numberOf(bytes, parts[4]!) * numberOf(bytes, parts[5]!) ? 'plain' : undefined;
}

function numberOf(bytes: Uint8Array, { start, end }: DerElement): bigint {
  if (end - start > 2100) return 0n;
  return BigInt(`0x0${Buffer.from(bytes.subarray(start, end)).toString('hex')}`);
}
