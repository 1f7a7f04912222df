import { createSocket } from 'node:dgram';
import { open, readdir, readlink, writeFile } from 'node:fs/promises';
import { connect, isIP } from 'node:net';
import { endianness } from 'node:os';
import { argv, pid, stdin, stdout } from 'node:process';

// A program of its own: it runs in the network namespace of an observed container, under a Node.js that has nothing but
// this file, and serves whoever holds its standard streams. It imports nothing of Drydock, and the other side
// (relay-frames.ts, relay-client.ts) nothing of it; what both must agree on is written in relay-frames.ts.

const VERSION = 1;
const Kind = {
  hello: 0,
  dial: 1,
  opened: 2,
  failed: 3,
  data: 4,
  end: 5,
  close: 6,
  credit: 7,
  ask: 8,
} as const;
const HEADER = 9;
const PIECE = 64 * 1024;
const WINDOW = 256 * 1024;
/** Connections at a time, and questions about /proc at a time. */
const STREAMS = 256;
const LARGEST_FRAME = 1024 * 1024;

/** A connection, or one that is being made. */
interface Stream {
  /** Bytes that the other side takes before it says that it takes more. */
  window: number;
  take(chunk: Buffer): void;
  end(): void;
  /** The other side takes more again. */
  resume(): void;
  destroy(): void;
}

const streams = new Map<number, Stream>();
let questions = 0;

function send(kind: number, stream: number, payload: string | Uint8Array = ''): void {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const header = Buffer.allocUnsafe(HEADER);
  header.writeUInt32BE(HEADER - 4 + body.length, 0);
  header.writeUInt8(kind, 4);
  header.writeUInt32BE(stream, 5);
  stdout.write(header);
  if (body.length > 0) stdout.write(body);
}

function sendData(stream: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += PIECE) send(Kind.data, stream, bytes.subarray(at, at + PIECE));
}

function credit(stream: number, bytes: number): void {
  const amount = Buffer.alloc(4);
  amount.writeUInt32BE(bytes, 0);
  send(Kind.credit, stream, amount);
}

function fail(stream: number, error: unknown): void {
  const { code, message } = error as NodeJS.ErrnoException;
  send(Kind.failed, stream, JSON.stringify({ code: code ?? 'EIO', message: String(message).slice(0, 300) }));
}

/** Ends a stream for both sides; the other side hears of it once. */
function finish(id: number, error?: unknown): void {
  const stream = streams.get(id);
  if (stream === undefined) return;
  streams.delete(id);
  stream.destroy();
  if (error === undefined) send(Kind.close, id);
  else fail(id, error);
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function dial(id: number, { protocol, host, port, from }: Readonly<Record<string, unknown>>): void {
  if (streams.has(id)) return;
  if (streams.size >= STREAMS) {
    fail(id, failure('EMFILE', `${STREAMS} connections are open already`));
  } else if (typeof host !== 'string' || isIP(host) === 0) {
    fail(id, failure('EINVAL', 'the host is no address'));
  } else if (from !== undefined && (typeof from !== 'string' || isIP(from) !== isIP(host))) {
    fail(id, failure('EINVAL', 'the own address is none of the same kind'));
  } else if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535) {
    fail(id, failure('EINVAL', 'there is no such port'));
  } else if (protocol === 'udp') dialUdp(id, host, Number(port), from);
  else dialTcp(id, host, Number(port), from);
}

function dialTcp(id: number, host: string, port: number, from: string | undefined): void {
  const socket = connect({
    ...(from !== undefined && { localAddress: from }),
    host,
    port,
    allowHalfOpen: true,
    noDelay: true,
  });
  let held = 0;
  const stream: Stream = {
    window: WINDOW,
    take(chunk) {
      held += chunk.length;
      if (held > WINDOW) {
        finish(id, failure('EPROTO', 'more was sent than was allowed'));
        return;
      }
      socket.write(chunk, () => {
        held -= chunk.length;
        if (streams.has(id)) credit(id, chunk.length);
      });
    },
    end: () => void socket.end(),
    resume: () => void socket.resume(),
    destroy: () => void socket.destroy(),
  };
  streams.set(id, stream);
  socket.on('connect', () => send(Kind.opened, id));
  socket.on('data', (chunk) => {
    if (!streams.has(id)) return;
    stream.window -= chunk.length;
    sendData(id, chunk);
    if (stream.window <= 0) socket.pause();
  });
  socket.on('end', () => {
    if (streams.has(id)) send(Kind.end, id);
  });
  socket.on('error', (error) => finish(id, error));
  socket.on('close', () => finish(id));
}

/** Each frame of data is one datagram, in both directions; what comes while the window is used up is lost, as with UDP. */
function dialUdp(id: number, host: string, port: number, from: string | undefined): void {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  let isConnected = false;
  const stream: Stream = {
    window: WINDOW,
    take(chunk) {
      if (!isConnected) return;
      // Errors of the network come as events, those of the call here: a datagram that is too large.
      socket.send(chunk, (error) => {
        if (error) finish(id, error);
        else if (streams.has(id)) credit(id, chunk.length);
      });
    },
    end() {},
    resume() {},
    destroy() {
      socket.removeAllListeners().on('error', () => {});
      socket.close();
    },
  };
  streams.set(id, stream);
  socket.on('error', (error) => finish(id, error));
  socket.on('message', (message) => {
    // A datagram of more than a piece does not exist: 65,507 bytes are the most.
    if (stream.window < message.length) return;
    stream.window -= message.length;
    send(Kind.data, id, message);
  });
  const connected = (): void => {
    isConnected = true;
    send(Kind.opened, id);
  };
  if (from === undefined) socket.connect(port, host, connected);
  else socket.bind(0, from, () => socket.connect(port, host, connected));
}

/** Answers a question about /proc: a file, the names in a folder, one link, or the links of a folder. */
async function answer(id: number, question: Readonly<Record<string, unknown>>): Promise<void> {
  if (questions >= STREAMS) {
    fail(id, failure('EMFILE', `${STREAMS} questions are open already`));
    return;
  }
  questions++;
  try {
    sendData(id, await look(question));
    send(Kind.end, id);
  } catch (error) {
    fail(id, error);
  } finally {
    questions--;
  }
}

async function look({ look: what, path, bytes, prefix }: Readonly<Record<string, unknown>>): Promise<Uint8Array> {
  if (typeof path !== 'string' || !/^\/proc(?:\/[\w/.-]*)?$/.test(path) || path.includes('..')) {
    throw failure('EINVAL', 'only /proc is told of');
  }
  const most = Math.min(Number(bytes), 16 * LARGEST_FRAME);
  if (what === 'file') return await readFile(path, most);
  if (what === 'link') return await readlink(path, { encoding: 'buffer' });
  const names = await readdir(path);
  if (what === 'names') return joined(names, most);
  const wanted = typeof prefix === 'string' ? prefix : '';
  const links: string[] = [];
  for (let at = 0; at < names.length; at += 64) {
    const targets = await Promise.all(names.slice(at, at + 64).map((name) => linkOf(`${path}/${name}`)));
    for (const [index, target] of targets.entries()) {
      if (target?.startsWith(wanted)) links.push(names[at + index] as string, target);
    }
  }
  return joined(links, most);
}

/** No name and no target has a zero byte in it. */
function joined(texts: readonly string[], most: number): Uint8Array {
  return Buffer.from(texts.join('\0')).subarray(0, most);
}

/** A descriptor may be closed at any time. */
async function linkOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}

/** Files of /proc have no size: they are read until they end. */
async function readFile(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    while (length < most) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, most - length));
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      if (bytesRead === 0) break;
      pieces.push(piece.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(pieces);
  } finally {
    await file.close();
  }
}

function serve(kind: number, id: number, payload: Buffer): void {
  const stream = streams.get(id);
  switch (kind) {
    case Kind.dial:
      dial(id, JSON.parse(payload.toString()) as Record<string, unknown>);
      break;
    case Kind.ask:
      void answer(id, JSON.parse(payload.toString()) as Record<string, unknown>);
      break;
    case Kind.data:
      stream?.take(payload);
      break;
    case Kind.end:
      stream?.end();
      break;
    case Kind.close:
      streams.delete(id);
      stream?.destroy();
      break;
    case Kind.credit:
      if (stream === undefined) break;
      stream.window += payload.readUInt32BE(0);
      if (stream.window > 0) stream.resume();
      break;
    default:
      throw new Error(`there is no frame of kind ${kind}`);
  }
}

let pieces: Buffer[] = [];
let waiting = 0;

/** Takes a piece of the input and serves what frames are complete with it. */
function receive(chunk: Buffer): void {
  pieces.push(chunk);
  waiting += chunk.length;
  let next = nextFrame();
  while (next !== undefined) {
    serve(next.readUInt8(4), next.readUInt32BE(5), next.subarray(HEADER));
    next = nextFrame();
  }
}

function nextFrame(): Buffer | undefined {
  if (waiting < HEADER) return undefined;
  if ((pieces[0] as Buffer).length < HEADER) pieces = [Buffer.concat(pieces)];
  const length = 4 + (pieces[0] as Buffer).readUInt32BE(0);
  if (length < HEADER || length > LARGEST_FRAME) throw new Error(`a frame of ${length} bytes is none`);
  if (waiting < length) return undefined;
  if ((pieces[0] as Buffer).length < length) pieces = [Buffer.concat(pieces)];
  const first = pieces[0] as Buffer;
  if (first.length === length) pieces.shift();
  else pieces[0] = first.subarray(length);
  waiting -= length;
  return first.subarray(0, length);
}

/** Whoever started it is gone: so is this, with all connections. */
const leave = (): never => process.exit(0);

// Containers that share the network of this one share this file, too; it is there for each container to be written.
const nameServer = argv[2];
if (nameServer !== undefined && isIP(nameServer) !== 0) {
  await writeFile('/etc/resolv.conf', `nameserver ${nameServer}\n`);
}

stdout.on('error', leave);
stdin.on('data', receive).on('end', leave).on('close', leave).on('error', leave);
process.on('SIGTERM', leave);
const about = {
  version: VERSION,
  pid,
  littleEndian: endianness() === 'LE',
  network: await linkOf('/proc/self/ns/net'),
  processes: await linkOf('/proc/self/ns/pid'),
};
send(Kind.hello, 0, JSON.stringify(about));
