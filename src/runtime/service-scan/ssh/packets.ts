/** Fields of SSH's messages (RFC 4251, section 5). */
export class SshReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** @throws RangeError where the message ends early */
  take(count: number): Buffer {
    if (count < 0 || this.#at + count > this.#bytes.length) throw new RangeError('a message of SSH ends early');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  text(): Buffer {
    return this.take(this.take(4).readUInt32BE());
  }

  names(): string[] {
    const text = this.text().toString('latin1');
    return text === '' ? [] : text.split(',').slice(0, 200);
  }
}

export function sshText(content: Uint8Array | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A number without a sign as mpint (RFC 4251, section 5). */
export function sshNumber(bytes: Buffer): Buffer {
  let from = 0;
  while (from < bytes.length && bytes[from] === 0) from++;
  const plain = bytes.subarray(from);
  return sshText((plain[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), plain]) : plain);
}

/** A message in a packet without encryption (RFC 4253, section 6). */
export function sshPacket(message: Buffer, block = 8, sealed = false): Buffer {
  // With a MAC over the sealed packet, the length is not part of what is filled up to whole blocks.
  const head = sealed ? 1 : 5;
  let padding = block - ((head + message.length) % block);
  if (padding < 4) padding += block;
  const packet = Buffer.alloc(5 + message.length + padding);
  packet.writeUInt32BE(1 + message.length + padding, 0);
  packet[4] = padding;
  message.copy(packet, 5);
  return packet;
}

/** What a server offers in SSH_MSG_KEXINIT (RFC 4253, section 7.1). */
export interface KeyExchangeOffer {
  readonly exchange: readonly string[];
  readonly hostKeys: readonly string[];
  /** Of the server's direction. */
  readonly ciphers: readonly string[];
  readonly macs: readonly string[];
}

/** @throws RangeError where it is none */
export function readKeyExchangeOffer(message: Buffer): KeyExchangeOffer {
  if (message[0] !== 20) throw new RangeError('no key exchange of SSH begins');
  const reader = new SshReader(message, 17);
  const [exchange, hostKeys, , ciphers, , macs] = [0, 1, 2, 3, 4, 5].map(() => reader.names());
  return { exchange: exchange!, hostKeys: hostKeys!, ciphers: ciphers!, macs: macs! };
}
