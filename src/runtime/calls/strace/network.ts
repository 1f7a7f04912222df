import type { CallDetail, SocketAddress } from '../../../model/call.ts';
import { questionsOf } from '../dns.ts';
import type { CallArguments } from './call-arguments.ts';
import { type Decoder, type Decoders, optional } from './decoder.ts';
import type { TracedSocket } from './descriptor.ts';
import { payloads } from './payloads.ts';
import type { ProcessContext } from './process-context.ts';
import { readSocketAddress } from './socket-address.ts';

function about(
  kind: 'connect' | 'bind' | 'accept' | 'send' | 'receive',
  address: SocketAddress | undefined,
  socket: TracedSocket | undefined,
  bytes?: number,
): CallDetail {
  return {
    kind,
    ...optional('address', address),
    ...optional('protocol', socket?.protocol),
    ...optional('bytes', bytes),
  };
}

const connect: Decoder = (call, context) => {
  const address = call.address(1);
  const descriptor = call.descriptor(0);
  if (address !== undefined && descriptor !== undefined && (call.error === undefined || call.error === 'EINPROGRESS')) {
    context.keepPeer(descriptor.number, address);
  }
  const name = address !== undefined && 'address' in address ? context.answers.nameOf(address.address) : undefined;
  return { ...about('connect', address, context.sockets.of(descriptor)), ...optional('name', name) } as CallDetail;
};

const bind: Decoder = (call, context) => {
  const address = call.address(1);
  const descriptor = call.descriptor(0);
  if (address !== undefined && call.error === undefined) context.sockets.bound(descriptor, address);
  return about('bind', address, context.sockets.of(descriptor));
};

const accept: Decoder = (call, context) => {
  const peer = call.returnedDescriptor();
  if (peer !== undefined) context.forget(peer.number);
  const written = call.error === undefined && call.startsWith(1, '{') ? call.address(1) : undefined;
  const socket = context.sockets.of(call.descriptor(0));
  context.sockets.accepted(peer, socket, written);
  return about('accept', peer?.socket?.remote ?? written, socket);
};

/** Sending: `address` is the argument that names the receiver, where there is one. */
const send =
  (address?: number): Decoder =>
  (call, context) => {
    const socket = context.sockets.of(call.descriptor(0));
    const to = (address === undefined ? undefined : hostAt(call, address)) ?? otherEnd(call, context);
    return questions(call, to, socket) ?? about('send', to, socket, bytesOf(call));
  };

const receive =
  (address?: number): Decoder =>
  (call, context) => {
    const socket = context.sockets.of(call.descriptor(0));
    const from = (address === undefined ? undefined : hostAt(call, address)) ?? otherEnd(call, context);
    if (isNameServer(from) && call.error === undefined) {
      for (const payload of payloads(call.line)) context.answers.learn(payload, socket?.protocol === 'tcp');
    }
    return about('receive', from, socket, bytesOf(call));
  };

function hostAt(call: CallArguments, index: number): SocketAddress | undefined {
  return call.startsWith(index, '{') ? call.address(index) : undefined;
}

/** The receiver in a message header: it stands at its beginning, before anything that a program chose as text. */
function messageName(call: CallArguments): SocketAddress | undefined {
  const { text, starts, ends, count } = call.line;
  if (count < 2) return undefined;
  const from = starts[1]!;
  const at = text.indexOf('msg_name={', from);
  if (at < 0 || at > from + 20) return undefined;
  return readSocketAddress(text, at + 9, ends[1]!);
}

/** Whom a call without an address sends to, or receives from. */
function otherEnd(call: CallArguments, context: ProcessContext): SocketAddress | undefined {
  const descriptor = call.descriptor(0);
  if (descriptor === undefined) return undefined;
  return messageName(call) ?? context.peers.get(descriptor.number) ?? context.sockets.of(descriptor)?.remote;
}

function bytesOf(call: CallArguments): number | undefined {
  return /mmsg/.test(call.line.call) ? undefined : call.returned;
}

function isNameServer(address: SocketAddress | undefined): address is SocketAddress {
  return address !== undefined && 'port' in address && address.port === 53;
}

function questions(
  call: CallArguments,
  to: SocketAddress | undefined,
  socket: TracedSocket | undefined,
): CallDetail[] | undefined {
  if (!isNameServer(to)) return undefined;
  const found = payloads(call.line).flatMap((payload) => questionsOf(payload, socket?.protocol === 'tcp'));
  return found.length === 0 ? undefined : found.map(({ name, type }) => ({ kind: 'dns', name, type, server: to }));
}

/** Sockets: man-pages section 2. */
export const networkCalls: Decoders = {
  socket: (call, context) => {
    if (call.returned !== undefined) context.forget(call.returned);
    const [family, type] = [word(call.raw(0, 60)), word(call.raw(1, 60))];
    context.sockets.made(call.returnedDescriptor(), family, type);
    return {
      kind: 'socket',
      family,
      type,
      ...optional('descriptor', call.returned),
    };
  },
  connect,
  bind,
  accept,
  accept4: accept,
  listen: (call, context) => {
    const socket = context.sockets.of(call.descriptor(0));
    return { kind: 'listen', ...optional('address', socket?.local), ...optional('protocol', socket?.protocol) };
  },
  sendto: send(4),
  send: send(),
  sendmsg: send(),
  sendmmsg: send(),
  recvfrom: receive(4),
  recv: receive(),
  recvmsg: receive(),
  recvmmsg: receive(),
  recvmmsg_time64: receive(),
};

/** `SOCK_STREAM|SOCK_CLOEXEC`: the first word is the type, the rest is about the descriptor. */
function word(text: string): string {
  return /^\w{1,40}/.exec(text)?.[0] ?? '';
}
