/** One question of a DNS message. */
export interface DnsQuestion {
  /** In the form of zone files (RFC 1035 section 5.1), without the dot at the end: bytes that are odd there come as `\DDD`. */
  readonly name: string;
  /** `A`, `AAAA`, ...; one without a name here is `TYPE123` (RFC 3597 section 5). */
  readonly type: string;
}

/** Types of resource records: RFC 1035 section 3.2.2, RFC 3596, RFC 2782, RFC 9460 and IANA's registry. */
const types: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [10, 'NULL'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
  [33, 'SRV'],
  [35, 'NAPTR'],
  [43, 'DS'],
  [48, 'DNSKEY'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [252, 'AXFR'],
  [255, 'ANY'],
]);

const HEADER = 12;
const MAX_QUESTIONS = 8;
const MAX_ANSWERS = 64;
const MAX_ADDRESSES = 10_000;

/**
 * The questions of a message that was sent to a name server (RFC 1035 section 4.1); none for an answer, and for what is no
 * message.
 * @param framed the length stands in front, as over TCP (section 4.2.2)
 */
export function questionsOf(bytes: Uint8Array, framed = false): DnsQuestion[] {
  const message = new Message(framed ? bytes.subarray(2) : bytes);
  if (message.isAnswer !== false) return [];
  return message.questions() ?? [];
}

/** Remembers which name an address was the answer for. */
export class DnsAnswers {
  readonly #names: Map<string, string> = new Map();

  /** Reads an answer of a name server; what is none is passed over. */
  learn(bytes: Uint8Array, framed = false): void {
    const message = new Message(framed ? bytes.subarray(2) : bytes);
    if (message.isAnswer !== true) return;
    const name = message.questions()?.[0]?.name;
    if (name === undefined) return;
    for (const address of message.addresses()) {
      this.#names.delete(address);
      // The one that was learned first goes.
      if (this.#names.size >= MAX_ADDRESSES) this.#names.delete(this.#names.keys().next().value!);
      this.#names.set(address, name);
    }
  }

  nameOf(address: string): string | undefined {
    return this.#names.get(address);
  }
}

class Message {
  readonly #bytes: Buffer;
  #at = HEADER;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Undefined for what cannot be a message: too short, another operation than a query. */
  get isAnswer(): boolean | undefined {
    if (this.#bytes.length < HEADER || (this.#bytes[2]! & 0x78) !== 0) return undefined;
    return (this.#bytes[2]! & 0x80) !== 0;
  }

  questions(): DnsQuestion[] | undefined {
    const count = this.#bytes.readUInt16BE(4);
    if (count === 0 || count > MAX_QUESTIONS) return undefined;
    const questions: DnsQuestion[] = [];
    for (let index = 0; index < count; index++) {
      const name = this.#name();
      if (name === undefined || this.#at + 4 > this.#bytes.length) return undefined;
      const type = this.#bytes.readUInt16BE(this.#at);
      this.#at += 4;
      questions.push({ name, type: types.get(type) ?? `TYPE${type}` });
    }
    return questions;
  }

  /** Addresses of the answer section, which `questions` must have been read before. */
  *addresses(): Generator<string> {
    const count = Math.min(this.#bytes.readUInt16BE(6), MAX_ANSWERS);
    for (let index = 0; index < count; index++) {
      if (this.#name() === undefined || this.#at + 10 > this.#bytes.length) return;
      const type = this.#bytes.readUInt16BE(this.#at);
      const length = this.#bytes.readUInt16BE(this.#at + 8);
      const data = this.#bytes.subarray(this.#at + 10, this.#at + 10 + length);
      this.#at += 10 + length;
      if (data.length !== length) return;
      if (type === 1 && length === 4) yield data.join('.');
      else if (type === 28 && length === 16) yield addressText(data);
    }
  }

  /** A name at the place, which then is behind it. A pointer ends it, and is not followed further than names are long. */
  #name(): string | undefined {
    const labels: string[] = [];
    let at = this.#at;
    let end: number | undefined;
    for (let size = 0, jumps = 0; ; ) {
      const length = this.#bytes[at];
      if (length === undefined) return undefined;
      if (length >= 0xc0) {
        const low = this.#bytes[at + 1];
        if (low === undefined || ++jumps > 16) return undefined;
        end ??= at + 2;
        at = ((length & 0x3f) << 8) | low;
        continue;
      }
      if (length > 63 || at + 1 + length > this.#bytes.length) return undefined;
      if (length === 0) {
        this.#at = end ?? at + 1;
        return labels.join('.');
      }
      size += length + 1;
      if (size > 255) return undefined;
      labels.push(this.#label(at + 1, length));
      at += 1 + length;
    }
  }

  #label(at: number, length: number): string {
    const text = this.#bytes.toString('latin1', at, at + length);
    return text.replace(/[^A-Za-z0-9_-]/g, (odd) => `\\${String(odd.charCodeAt(0)).padStart(3, '0')}`);
  }
}

/** RFC 5952: the longest run of zeros is left out. */
function addressText(data: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => data.readUInt16BE(index * 2).toString(16));
  const text = groups.join(':');
  let best = '';
  for (const [run] of text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)) if (run.length > best.length) best = run;
  if (best.replace(/^:/, '').length < 3) return text;
  const at = text.indexOf(best);
  const before = text.slice(0, at);
  const after = text.slice(at + best.length);
  return `${before}::${after.replace(/^:/, '')}`;
}
