import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  type Decipheriv,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { atLeast, type Exchange } from '../exchange.ts';
import { DialError } from '../service.ts';
import { type KeyExchangeOffer, readKeyExchangeOffer, SshReader, sshNumber, sshPacket, sshText } from './packets.ts';

const OUR_NAME = 'SSH-2.0-Drydock';
/** Bytes of a packet: what we ask has short answers. */
const MOST_PACKET = 64 * 1024;
/** Messages that may come before the one that is waited for. */
const MOST_MESSAGES = 20;

/** The algorithms that we speak: what every server of the last ten years does. */
const ours = {
  exchange: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
  cipher: 'aes128-ctr',
  mac: 'hmac-sha2-256',
} as const;

/** The beginning of a connection of SSH 2 (RFC 4253): as far as a server offers what is asked about, and no further. */
export class SshSession {
  readonly #exchange: Exchange;
  #server = '';
  #serverOffer: Buffer = Buffer.alloc(0);
  #offer: KeyExchangeOffer | undefined;
  #in: { cipher: Decipheriv; key: Buffer } | undefined;
  #out: { cipher: Cipheriv; key: Buffer } | undefined;
  #received = 0;
  #sent = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Says hello and hears the server's name. @throws DialError where it is no server of SSH */
  async greet(): Promise<string> {
    this.#exchange.send(Buffer.from(`${OUR_NAME}\r\n`));
    for (let line = 0; line < 20; line++) {
      const text = await this.#line();
      if (!text.startsWith('SSH-')) continue;
      this.#server = text;
      return text;
    }
    throw new DialError('no name of an SSH server comes');
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end >= 0) {
        const text = this.#rest.subarray(0, end).toString('latin1').replace(/\r$/, '');
        this.#rest = this.#rest.subarray(end + 1);
        return text;
      }
      if (this.#rest.length > 8192) throw new DialError('no line ends');
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { bytes, end } = await this.#exchange.read(atLeast(1));
    if (bytes.length === 0) throw new DialError(`the server of SSH says no more (${end})`);
    this.#rest = Buffer.concat([this.#rest, bytes]);
  }

  async #bytes(count: number): Promise<Buffer> {
    if (count > MOST_PACKET) throw new DialError('a packet of SSH is too long');
    while (this.#rest.length < count) await this.#more();
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  async #packet(): Promise<Buffer> {
    let content: Buffer;
    if (this.#in === undefined) {
      const length = (await this.#bytes(4)).readUInt32BE();
      content = await this.#bytes(length);
    } else {
      const { cipher, key } = this.#in;
      const first = cipher.update(await this.#bytes(16));
      const length = first.readUInt32BE();
      if (length < 12 || length > MOST_PACKET) throw new DialError('a packet of SSH is broken');
      const rest = cipher.update(await this.#bytes(length + 4 - 16));
      const mac = await this.#bytes(32);
      const whole = Buffer.concat([first, rest]);
      const number = Buffer.alloc(4);
      number.writeUInt32BE(this.#received >>> 0);
      if (!createHmac('sha256', key).update(number).update(whole).digest().equals(mac)) {
        throw new DialError('a packet of SSH has a wrong MAC');
      }
      content = whole.subarray(4);
    }
    this.#received++;
    const padding = content[0] ?? 0;
    if (padding + 1 > content.length) throw new DialError('a packet of SSH is broken');
    return content.subarray(1, content.length - padding);
  }

  #send(message: Buffer): void {
    const packet = sshPacket(message, this.#out === undefined ? 8 : 16);
    if (this.#out === undefined) this.#exchange.send(packet);
    else {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(this.#sent >>> 0);
      const mac = createHmac('sha256', this.#out.key).update(number).update(packet).digest();
      this.#exchange.send(Buffer.concat([this.#out.cipher.update(packet), mac]));
    }
    this.#sent++;
  }

  /** The next message of one of these types; what is only told meanwhile is passed over. @throws DialError */
  async #next(...types: readonly number[]): Promise<Buffer> {
    for (let count = 0; count < MOST_MESSAGES; count++) {
      const message = await this.#packet();
      if (types.includes(message[0]!)) return message;
      if (message[0] === 1) throw new DialError('the server of SSH ends the connection');
    }
    throw new DialError('the server of SSH does not come to the point');
  }

  /** @throws DialError */
  async offer(): Promise<KeyExchangeOffer> {
    this.#serverOffer = await this.#next(20);
    this.#offer = readKeyExchangeOffer(this.#serverOffer);
    return this.#offer;
  }

  /**
   * Exchanges keys (RFC 8731).
   * @param hostKey the algorithm of the host key that is asked for
   * @returns the host key; undefined where the server speaks nothing of what we do
   * @throws DialError
   */
  async exchangeKeys(hostKey?: string): Promise<Buffer | undefined> {
    const server = this.#offer!;
    const method = ours.exchange.find((one) => server.exchange.includes(one));
    const chosen = hostKey ?? server.hostKeys[0];
    if (
      method === undefined ||
      chosen === undefined ||
      !server.ciphers.includes(ours.cipher) ||
      !server.macs.includes(ours.mac)
    ) {
      return undefined;
    }
    const lists = [method, chosen, ours.cipher, ours.cipher, ours.mac, ours.mac, 'none', 'none', '', ''];
    const mine = Buffer.concat([Buffer.from([20]), randomBytes(16), ...lists.map(sshText), Buffer.alloc(5)]);
    this.#send(mine);
    const { publicKey, privateKey } = generateKeyPairSync('x25519');
    const point = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
    this.#send(Buffer.concat([Buffer.from([30]), sshText(point)]));
    const reply = new SshReader(await this.#next(31), 1);
    const [key, theirs] = [reply.text(), reply.text()];
    const other = createPublicKey({
      key: { kty: 'OKP', crv: 'X25519', x: theirs.toString('base64url') },
      format: 'jwk',
    });
    const secret = sshNumber(diffieHellman({ privateKey, publicKey: other }));
    const hash = createHash('sha256')
      .update(Buffer.concat([OUR_NAME, this.#server, mine, this.#serverOffer, key, point, theirs].map(sshText)))
      .update(secret)
      .digest();
    await this.#next(21);
    this.#send(Buffer.from([21]));
    const derive = (letter: string): Buffer =>
      createHash('sha256').update(secret).update(hash).update(letter).update(hash).digest();
    const half = (letter: string): Buffer => derive(letter).subarray(0, 16);
    this.#out = { cipher: createCipheriv('aes-128-ctr', half('C'), half('A')), key: derive('E') };
    this.#in = { cipher: createDecipheriv('aes-128-ctr', half('D'), half('B')), key: derive('F') };
    return key;
  }

  /** Ways by which somebody may be let in (RFC 4252, section 5.2), keys being exchanged. @throws DialError */
  async loginMethods(user: string): Promise<readonly string[]> {
    this.#send(Buffer.concat([Buffer.from([5]), sshText('ssh-userauth')]));
    await this.#next(6);
    this.#send(Buffer.concat([Buffer.from([50]), ...[user, 'ssh-connection', 'none'].map(sshText)]));
    const answer = await this.#next(51, 52);
    // Whoever is let in for nothing needs no password.
    return answer[0] === 52 ? ['none'] : new SshReader(answer, 1).names();
  }
}
