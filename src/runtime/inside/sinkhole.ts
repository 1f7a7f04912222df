import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { argv, stdout } from 'node:process';

// A program of its own, like relay.ts: it runs in a container beside the image, under a Node.js that has nothing but this
// file. It answers every name with its own address, takes what is sent there, answers as little as makes the other side
// speak, and tells each of it as one line of JSON on standard output (sinkhole-log.ts reads them).

/** One line of what the sinkhole tells. */
export type SinkholeLine =
  | {
      readonly event: 'ready';
      readonly version: 1;
      readonly addresses: readonly string[];
      readonly ports: readonly number[];
    }
  | { readonly event: 'dns'; readonly at: number; readonly from: string; readonly name: string; readonly type: string }
  | {
      readonly event: 'connection';
      readonly at: number;
      readonly from: string;
      readonly protocol: 'tcp' | 'udp';
      readonly port: number;
      /** Bytes that came, and the first of them in base64. */
      readonly bytes: number;
      readonly first: string;
      /** Name in a TLS ClientHello. */
      readonly serverName?: string;
      readonly http?: { readonly request: string; readonly host?: string };
    }
  | { readonly event: 'dropped'; readonly count: number };

/** Ports that are often called from where nothing should call out. */
export const sinkholePorts = {
  tcp: [
    ...[21, 22, 23, 25, 80, 110, 143, 443, 465, 587, 853, 993, 995, 1080, 3128, 8000, 8080, 8443, 8888],
    // IRC, Tor, mining pools, and what shells call back to in examples.
    ...[
      6660, 6667, 6697, 7000, 9001, 9030, 9050, 9051, 3333, 3334, 4444, 4445, 5555, 5556, 7777, 8333, 9999, 14_433,
      14_444,
    ],
    ...[1337, 4242, 9000, 10_343, 20_580, 45_560, 45_700, 31_337],
    // Stores and services that an image may expect beside it.
    ...[389, 636, 1433, 1521, 2375, 2376, 2379, 3306, 5432, 5672, 6379, 6443, 9042, 9092, 9200, 10_250, 11_211, 27_017],
  ],
  udp: [123, 443, 514, 1194, 5353, 8125, 51_820],
} as const;

const CONNECTIONS = 200;
const IDLE_MS = 10_000;
const LIFE_MS = 60_000;
/** Bytes of a connection that are kept, and that are taken. */
const FIRST = 1024;
const MOST = 1024 * 1024;
/** Lines that are written in all, and a second; what is beyond is counted. */
const LINES = 100_000;
const LINES_A_SECOND = 2000;

/** Types of records by their number (IANA, DNS parameters). */
const types: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
  [33, 'SRV'],
  [35, 'NAPTR'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [255, 'ANY'],
]);

/** What a question asks (RFC 1035 section 4.1.2). */
export interface DnsQuestion {
  readonly name: string;
  readonly type: string;
  /** Where the question ends in the message. */
  readonly end: number;
}

/** The first question of a message; undefined where it is none, or an answer. */
export function readQuestion(message: Buffer): DnsQuestion | undefined {
  // An answer has the first bit of its flags set; what asks has one question.
  if (message.length < 17 || message.readUInt8(2) >= 0x80 || message.readUInt16BE(4) < 1) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    // A question is the first name of its message: there is nothing that it could point to.
    if (length > 63 || at + 1 + length + 5 > message.length || at - 12 + length > 254) return undefined;
    labels.push(labelText(message.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  const code = message.readUInt16BE(at + 1);
  return { name: labels.join('.') || '.', type: types.get(code) ?? `TYPE${code}`, end: at + 5 };
}

/** Bytes that names are not made of are written as numbers, as in zone files (RFC 1035 section 5.1). */
function labelText(label: Buffer): string {
  return [...label]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\${String(byte).padStart(3, '0')}`,
    )
    .join('');
}

/** Answers a question: A and AAAA with the addresses, if there are such; reverse lookups with no such name; others with nothing. */
export function answerDns(
  message: Buffer,
  question: DnsQuestion,
  { v4, v6 }: { readonly v4?: string; readonly v6?: string },
): Buffer {
  const data = question.type === 'A' ? v4 && bytesOfV4(v4) : question.type === 'AAAA' ? v6 && bytesOfV6(v6) : undefined;
  const header = Buffer.from(message.subarray(0, 12));
  const operation = header.readUInt8(2) & 0x78;
  // An answer with authority; recursion is there if it was asked for.
  header.writeUInt8(0x84 | operation | (header.readUInt8(2) & 0x01), 2);
  const code = operation !== 0 ? 4 : question.type === 'PTR' ? 3 : 0;
  header.writeUInt8(0x80 | code, 3);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(data ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const parts = [header, message.subarray(12, question.end)];
  if (data) {
    const record = Buffer.alloc(12);
    // The name is the one of the question.
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(question.type === 'A' ? 1 : 28, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(1, 6);
    record.writeUInt16BE(data.length, 10);
    parts.push(record, data);
  }
  return Buffer.concat(parts);
}

function bytesOfV4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function bytesOfV6(address: string): Buffer {
  const [before = '', after] = address.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const groups =
    after === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of groups.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  return bytes;
}

/** The name that a client wants to speak with, of a TLS ClientHello in one record (RFC 8446 section 4.1.2, RFC 6066 section 3). */
export function readServerName(bytes: Buffer): string | undefined {
  try {
    if (bytes.readUInt8(0) !== 22 || bytes.readUInt8(1) !== 3 || bytes.readUInt8(5) !== 1) return undefined;
    // Record, handshake, version and random; then session, ciphers and compression, each with its length before it.
    let at = 5 + 4 + 2 + 32;
    at += 1 + bytes.readUInt8(at);
    at += 2 + bytes.readUInt16BE(at);
    at += 1 + bytes.readUInt8(at);
    const end = Math.min(bytes.length, at + 2 + bytes.readUInt16BE(at));
    for (at += 2; at + 4 <= end; at += 4 + bytes.readUInt16BE(at + 2)) {
      if (bytes.readUInt16BE(at) !== 0) continue;
      // A list of names with their kind, of which one is known.
      const length = bytes.readUInt16BE(at + 7);
      if (bytes.readUInt8(at + 6) !== 0 || length > 255 || at + 9 + length > end) return undefined;
      return labelText(bytes.subarray(at + 9, at + 9 + length)).replaceAll('\\046', '.');
    }
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The request line and the host of what begins as a request of HTTP/1 does (RFC 9112 section 3). */
export function readHttp(bytes: Buffer): { request: string; host?: string } | undefined {
  const text = bytes.subarray(0, FIRST).toString('latin1');
  const request = /^[A-Z]{3,10} \S{1,900} HTTP\/1\.[01](?=\r?\n)/.exec(text)?.[0];
  if (request === undefined) return undefined;
  const host = /\r?\nhost:[ \t]{0,8}([^\r\n]{1,255})/i.exec(text)?.[1]?.trim();
  return { request, ...(host !== undefined && { host }) };
}

/** Answers, tells and counts. */
class Sinkhole {
  readonly #addresses: { v4?: string; v6?: string } = {};
  #connections = 0;
  #lines = 0;
  #second = 0;
  #inSecond = 0;
  #dropped = 0;

  async listen(tcp: readonly number[], udp: readonly number[]): Promise<void> {
    for (const { address, internal, family } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
      if (internal || address.startsWith('fe80:')) continue;
      if (family === 'IPv4') this.#addresses.v4 ??= address;
      else this.#addresses.v6 ??= address;
    }
    const listening = await Promise.all([
      ...tcp.map((port) => this.#listenTcp(port)),
      ...udp.map((port) => this.#listenUdp(port)),
      this.#listenTcp(53),
      this.#listenUdp(53),
    ]);
    setInterval(() => this.#tellDropped(), 1000).unref();
    const ports = [...new Set(listening.flatMap((port) => (port === undefined ? [] : [port])))].sort((a, b) => a - b);
    this.#write({ event: 'ready', version: 1, addresses: Object.values(this.#addresses), ports });
  }

  /** A namespace without IPv6 has no `::`. */
  async #listenTcp(port: number): Promise<number | undefined> {
    return (await this.#listenAt(port, '::')) ?? (await this.#listenAt(port, '0.0.0.0'));
  }

  #listenAt(port: number, host: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const server = createServer({ allowHalfOpen: true }, (socket) => this.#take(socket, port));
      server.on('error', () => resolve(undefined)).listen({ port, host }, () => resolve(port));
    });
  }

  #listenUdp(port: number): Promise<number | undefined> {
    return new Promise((resolve) => {
      const socket = createSocket({ type: 'udp4' });
      socket.on('error', () => resolve(undefined));
      socket.on('message', (message, { address, port: from }) => {
        if (port !== 53) {
          this.#connection('udp', address, port, message.length, message);
          return;
        }
        const answer = this.#answer(message, address);
        if (answer !== undefined) socket.send(answer, from, address, () => {});
      });
      socket.bind(port, '0.0.0.0', () => resolve(port));
    });
  }

  #answer(message: Buffer, from: string): Buffer | undefined {
    const question = readQuestion(message);
    if (question === undefined) return undefined;
    this.#tell({ event: 'dns', at: Date.now() / 1000, from, name: question.name, type: question.type });
    return answerDns(message, question, this.#addresses);
  }

  #take(socket: Socket, port: number): void {
    const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    socket.on('error', () => {});
    if (this.#connections >= CONNECTIONS) {
      this.#dropped++;
      socket.destroy();
      return;
    }
    this.#connections++;
    let first = Buffer.alloc(0);
    let bytes = 0;
    let isAnswered = false;
    let isWhole = false;
    let tail = Buffer.alloc(0);
    const life = setTimeout(() => socket.destroy(), LIFE_MS);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      // Behind the headers of a request comes an empty line, wherever the pieces of it were cut.
      const end = Buffer.concat([tail, chunk]);
      isWhole ||= end.includes('\r\n\r\n');
      tail = Buffer.from(end.subarray(-3));
      // Of what comes over TCP for a name server, two bytes of length are no part (RFC 1035 section 4.2.2).
      if (first.length < FIRST) first = Buffer.concat([first, chunk.subarray(0, FIRST - first.length)]);
      if (port === 53 && !isAnswered && first.length >= 2 && first.length >= 2 + first.readUInt16BE(0)) {
        const answer = this.#answer(first.subarray(2, 2 + first.readUInt16BE(0)), from);
        isAnswered = true;
        if (answer === undefined) socket.destroy();
        else {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(answer.length, 0);
          socket.end(Buffer.concat([length, answer]));
        }
      } else if (!isAnswered && isWhole && readHttp(first) !== undefined) {
        isAnswered = true;
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      }
      if (bytes > MOST) socket.destroy();
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(life);
      this.#connections--;
      if (port !== 53) this.#connection('tcp', from, port, bytes, first);
    });
  }

  #connection(protocol: 'tcp' | 'udp', from: string, port: number, bytes: number, first: Buffer): void {
    const serverName = readServerName(first);
    const http = readHttp(first);
    this.#tell({
      ...{ event: 'connection', at: Date.now() / 1000, from, protocol, port, bytes },
      first: first.subarray(0, FIRST).toString('base64'),
      ...(serverName !== undefined && { serverName }),
      ...(http !== undefined && { http }),
    });
  }

  /** Who asks a million names shall fill neither a disk nor a log. */
  #tell(line: SinkholeLine): void {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) [this.#second, this.#inSecond] = [second, 0];
    this.#inSecond++;
    if (this.#inSecond > LINES_A_SECOND || this.#lines >= LINES) this.#dropped++;
    else this.#write(line);
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    this.#write({ event: 'dropped', count: this.#dropped });
    this.#dropped = 0;
  }

  #write(line: SinkholeLine): void {
    this.#lines++;
    stdout.write(`${JSON.stringify(line)}\n`);
  }
}

if (import.meta.main) {
  process.on('SIGTERM', () => process.exit(0));
  stdout.on('error', () => process.exit(0));
  const more = argv
    .slice(2)
    .map(Number)
    .filter((port) => Number.isInteger(port) && port > 0 && port < 65_536);
  await new Sinkhole().listen([...new Set([...sinkholePorts.tcp, ...more])], sinkholePorts.udp);
}
