import type { Answer } from '../exchange.ts';
import { anything, bytesOf } from '../exchange.ts';
import { askHttp } from '../http/request.ts';
import { type HttpResponse, headerOf } from '../http/response.ts';
import { DialError, openService, type PortDoor, type Service, SpentError, secure } from '../service.ts';
import { type Question, questions, recogniseAnswer, recogniseGreeting } from './signatures.ts';

/** Milliseconds in which a service that speaks first has spoken, and a handshake of TLS has begun: they are in the same machine. */
const GREETING = 400;
const HANDSHAKE = 1500;

/** Milliseconds after which no more protocols are tried: whoever is silent to ten is silent to all. */
const PATIENCE = 15_000;

/** What became of a port. */
export type Identified =
  | { readonly service: Service }
  /** It cannot be told, and why. */
  | { readonly why: string; readonly greeting?: Buffer };

/**
 * Finds out what a port speaks: it is listened to, asked what its number suggests, then in TLS, then as a web server, then in
 * one protocol after the other, each over a connection of its own.
 * @throws the reason of the signal
 */
export async function identifyPort(door: PortDoor): Promise<Identified> {
  try {
    return await identify(door);
  } catch (error) {
    if (error instanceof SpentError || error instanceof DialError) return { why: error.message };
    throw error;
  }
}

async function identify(door: PortDoor): Promise<Identified> {
  const plain = { door, encrypted: false, greeting: Buffer.alloc(0), since: performance.now() };
  const first = await listen(plain);
  if (first.bytes.length > 0) return greeted(plain, first);
  const { port } = door.port;
  const expected = questions.filter((question) => question.ports.includes(port) || isNamed(question, door));
  for (const question of expected) {
    const found = await ask(plain, question);
    if (found !== undefined) return found;
  }
  const inTls = { ...plain, encrypted: true };
  if (await speaksTls(door)) return (await within(inTls, expected)) ?? { service: { ...inTls, name: 'tls' } };
  const found = await within(plain, expected);
  if (found !== undefined) return found;
  if (performance.now() - plain.since > PATIENCE)
    return { why: 'it gave no answer that is known in time; not all protocols were tried' };
  return { why: `it gave none of ${questions.length + 2} protocols an answer that is known` };
}

/** A way to a port that nobody has given a name yet; `since` is when it was first looked at. */
type Unnamed = Omit<Service, 'name'> & { readonly since: number };

/** Where the program is called as what it speaks, that is asked first. */
function isNamed({ name }: Question, { port }: PortDoor): boolean {
  return port.process?.toLowerCase().startsWith(name.slice(0, 5)) ?? false;
}

async function within(way: Unnamed, asked: readonly Question[]): Promise<Identified | undefined> {
  if (way.encrypted) {
    const first = await listen(way);
    if (first.bytes.length > 0) return greeted(way, first);
  }
  const { door } = way;
  const answered = door.answered;
  const web = await askFront(way);
  if (web !== undefined) return web;
  for (const question of questions) {
    if (performance.now() - way.since > PATIENCE) break;
    if (!way.encrypted && asked.includes(question)) continue;
    const found = await ask(way, question);
    if (found !== undefined) return found;
  }
  // Some open their port before they serve: what is true of the first questions may be so no more.
  if (door.answered > answered) return undefined;
  for (const question of asked) {
    const found = await ask(way, question);
    if (found !== undefined) return found;
  }
  return await askFront(way);
}

async function askFront(way: Unnamed): Promise<Identified | undefined> {
  const front = await askHttp({ ...way, name: 'http' }, { method: 'GET', target: '/', headers: [] });
  return front && { service: { ...way, name: 'http', ...serverOf(front) } };
}

function serverOf(front: HttpResponse): { product?: string; version?: string } {
  const server = headerOf(front, 'server')?.slice(0, 200);
  const parts = server === undefined ? null : /^([^\s/();,]{1,60})(?:\/([\w.+~-]{1,40}))?/.exec(server);
  if (parts === null) return {};
  return { product: parts[1]!, ...(parts[2] !== undefined && { version: parts[2] }) };
}

async function listen(way: Unnamed): Promise<Answer> {
  const exchange = await openService(way);
  try {
    return await exchange.read(anything, Math.min(GREETING, way.door.budget.idleMs));
  } finally {
    exchange.close();
  }
}

function greeted(way: Unnamed, { bytes, end }: Answer): Identified {
  const greeting = bytes.subarray(0, 8192);
  const known = recogniseGreeting(greeting.toString('latin1'));
  if (known !== undefined) return { service: { ...way, greeting, ...known } };
  const why = end === 'full' ? 'it speaks first and does not stop' : 'its greeting is not known';
  return { why, greeting };
}

async function ask(way: Unnamed, question: Question): Promise<Identified | undefined> {
  const exchange = await openService(way);
  let text: string;
  try {
    exchange.send(question.send);
    const isEnough = (bytes: Buffer): boolean => recogniseAnswer(question, textOf(bytes)) !== undefined;
    text = textOf((await exchange.read(isEnough, Math.min(HANDSHAKE, way.door.budget.idleMs))).bytes);
  } finally {
    exchange.close();
  }
  const known = recogniseAnswer(question, text);
  if (known !== undefined) return { service: { ...way, ...known } };
  // A web server that was not ready when it was asked as one: now it complains of what it cannot understand.
  return /^HTTP\/1\.[01] \d{3}[ \r]/.test(text) ? await askFront(way) : undefined;
}

function textOf(bytes: Buffer): string {
  return bytes.subarray(0, 4096).toString('latin1');
}

/** Bytes with which a record of TLS begins that carries an answer to a greeting: a handshake or an alert. */
function beginsTls(bytes: Buffer): boolean {
  return (bytes[0] === 0x16 || bytes[0] === 0x15) && bytes[1] === 3;
}

/** @throws SpentError, DialError, or the reason of the signal */
async function speaksTls(door: PortDoor): Promise<boolean> {
  const { budget } = door;
  try {
    const socket = await secure(await door.connect(), { ...budget, idleMs: Math.min(HANDSHAKE, budget.idleMs) });
    socket.on('error', () => undefined);
    socket.destroy();
    return true;
  } catch (error) {
    budget.signal.throwIfAborted();
    if (error instanceof SpentError) throw error;
  }
  // A server that wants a certificate, or a name, says so in TLS. SSL 3 is no more known here, but its alert is.
  const exchange = await door.open();
  try {
    exchange.send(clientHello);
    const { bytes } = await exchange.read((got) => got.length >= 3, Math.min(HANDSHAKE, budget.idleMs));
    return beginsTls(bytes);
  } finally {
    exchange.close();
  }
}

/** A ClientHello of TLS 1.0 with four suites that every server of its time knows (RFC 2246, section 7.4.1.2). */
const clientHello: Buffer = Buffer.concat([
  Buffer.from('160301003901000035 0301'.replace(' ', ''), 'hex'),
  bytesOf('drydock drydock drydock drydock '),
  Buffer.from('00000e', 'hex'),
  Buffer.from('c013c014002f0035000a00050004', 'hex'),
  Buffer.from('0100', 'hex'),
]);
