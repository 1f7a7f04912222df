import { atLeast, bytesOf, type Exchange } from '../exchange.ts';
import { DialError } from '../service.ts';

/** What a server offers in SSH_MSG_KEXINIT (RFC 4253, section 7.1). */
export interface KeyExchangeOffer {
  readonly exchange: readonly string[];
  readonly hostKeys: readonly string[];
  /** Of the server's direction. */
  readonly ciphers: readonly string[];
  readonly macs: readonly string[];
}

/** Bytes of lines before the name of the server, and of the packet after it. */
const MOST = 35_000;

/**
 * The first words of a server of SSH: its name, and what it offers before keys are exchanged (RFC 4253, sections 4.2 and 6).
 * @throws DialError where it is no server of SSH
 */
export async function hearSsh(
  exchange: Exchange,
): Promise<{ readonly name: string; readonly offer: KeyExchangeOffer | undefined }> {
  exchange.send(bytesOf('SSH-2.0-Drydock\r\n'));
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    const name = /^(?:[^\n]*\n)*?(SSH-[^\r\n]*)\r?\n/.exec(bytes.toString('latin1'));
    if (name !== null) {
      if (/^SSH-1\.(?!99)/.test(name[1]!)) return { name: name[1]!, offer: undefined };
      const packet = bytes.subarray(name[0].length);
      if (packet.length >= 4 && packet.length - 4 >= packet.readUInt32BE()) {
        return { name: name[1]!, offer: readOffer(packet.subarray(4)) };
      }
    }
    if (bytes.length > MOST) throw new DialError('a server of SSH says too much');
    const more = await exchange.read(atLeast(1));
    if (more.bytes.length === 0) throw new DialError(`the server of SSH says no more (${more.end})`);
    bytes = Buffer.concat([bytes, more.bytes]);
  }
}

/** @param packet from the length of its padding on: a message, its cookie, and lists of names. @throws DialError */
function readOffer(packet: Buffer): KeyExchangeOffer {
  if (packet[1] !== 20) throw new DialError('no key exchange of SSH begins');
  let at = 18;
  const [exchange, hostKeys, , ciphers, , macs] = Array.from({ length: 6 }, () => {
    const end = at + 4 + (at + 4 <= packet.length ? packet.readUInt32BE(at) : packet.length);
    if (end > packet.length) throw new DialError('a message of SSH ends early');
    const names = packet
      .subarray(at + 4, end)
      .toString('latin1')
      .split(',')
      .slice(0, 200);
    at = end;
    return names;
  });
  return { exchange: exchange!, hostKeys: hostKeys!, ciphers: ciphers!, macs: macs! };
}
