import type { Duplex } from 'node:stream';
import type { ProcQuestion } from '../sockets/proc-reader.ts';
import { encodeCredit, encodeFrame, type Frame, FrameKind, FrameReader, RELAY_VERSION } from './relay-frames.ts';
import { RelayStream } from './relay-stream.ts';

/** What a relay says of itself. */
export interface RelayAbout {
  /** As the process namespace it runs in numbers it. */
  readonly pid: number;
  /** Byte order of the machine: /proc/net/tcp has addresses in it. */
  readonly littleEndian: boolean;
  /** Namespaces as links of /proc tell them: `net:[4026531840]`. */
  readonly network?: string;
  readonly processes?: string;
}

/** The relay died, went silent, or said what no relay says. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
}

/** A program inside the namespaces of a container, and the way through it. */
export interface Relay {
  readonly about: RelayAbout;
  /**
   * Opens a connection from inside to an address (not a name). The stream of a UDP one has a datagram a piece.
   * @param from own address of the connection; absent: the one that the kernel takes
   * @throws Error with `code` as of node:net when nobody takes it
   * @throws RelayError where the relay is gone
   */
  dial(protocol: 'tcp' | 'udp', host: string, port: number, signal: AbortSignal, from?: string): Promise<Duplex>;
  /**
   * Looks something up below /proc, as the relay sees it.
   * @returns undefined where it cannot be read
   * @throws RelayError where the relay is gone
   */
  look(question: ProcQuestion, signal?: AbortSignal): Promise<Buffer | undefined>;
  /** Settles when the relay has ended, with the reason where nobody asked it to. */
  readonly ended: Promise<RelayError | undefined>;
  /** Ends the relay and all connections through it. */
  close(): void;
}

export interface RelayOptions {
  readonly signal: AbortSignal;
  /** Until the relay must have said what it is. Default: 20 s. */
  readonly helloMs?: number;
  /** Until an answer about /proc must be whole. Default: 5 s. */
  readonly lookMs?: number;
  /** What else is known of why the relay ended: what it wrote to standard error. */
  words?(): string;
}

/** Characters of texts in frames of the relay. */
const WORDS = 4096;

/** Something that the relay owes an answer for. */
interface Pending {
  opened?(): void;
  data?(bytes: Buffer): void;
  end?(): void;
  failed(error: Error): void;
}

/**
 * Speaks with a relay (relay.ts) over its standard streams.
 * @throws RelayError when what is there is no relay of this version
 */
export async function openRelay(transport: Duplex, options: RelayOptions): Promise<Relay> {
  const client = new RelayClient(transport, options);
  await client.greeted;
  return client;
}

class RelayClient implements Relay {
  readonly greeted: Promise<void>;
  readonly ended: Promise<RelayError | undefined>;
  readonly #transport: Duplex;
  readonly #options: RelayOptions;
  readonly #reader = new FrameReader();
  readonly #streams = new Map<number, RelayStream>();
  readonly #pending = new Map<number, Pending>();
  readonly #onAbort = (): void => this.#leave(new RelayError('it was given up'));
  #about: RelayAbout | undefined;
  #last = 0;
  #isOver: boolean = false;
  #end!: (error: RelayError | undefined) => void;
  #greet!: (error?: RelayError) => void;

  constructor(transport: Duplex, options: RelayOptions) {
    this.#transport = transport;
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.greeted = new Promise((resolve, reject) => {
      const ms = options.helloMs ?? 20_000;
      const late = (): void => this.#leave(new RelayError(`it did not say anything within ${ms / 1000} s`));
      const timer = setTimeout(late, ms);
      this.#greet = (error) => {
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error);
      };
    });
    transport.on('data', (chunk: Buffer) => this.#receive(chunk));
    transport.on('end', () => this.#gone('it ended'));
    transport.on('close', () => this.#gone('it ended'));
    transport.on('error', (error: Error) => this.#gone(`its connection broke (${error.message})`));
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    if (options.signal.aborted) this.#onAbort();
  }

  get about(): RelayAbout {
    return this.#about as RelayAbout;
  }

  async dial(protocol: 'tcp' | 'udp', host: string, port: number, signal: AbortSignal, from?: string): Promise<Duplex> {
    signal.throwIfAborted();
    const id = this.#next();
    const stream = new RelayStream(id, this.#line, protocol === 'udp');
    return await new Promise((resolve, reject) => {
      const settle = (error?: Error): void => {
        this.#pending.delete(id);
        signal.removeEventListener('abort', onAbort);
        if (error === undefined) {
          resolve(stream);
          return;
        }
        this.#streams.delete(id);
        stream.on('error', () => {}).destroy();
        reject(error);
      };
      const onAbort = (): void => settle(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#streams.set(id, stream);
      this.#pending.set(id, { opened: settle, failed: settle });
      stream.once('close', () => this.#streams.delete(id));
      this.#transport.write(encodeFrame(FrameKind.dial, id, JSON.stringify({ protocol, host, port, from })));
    });
  }

  async look(question: ProcQuestion, signal?: AbortSignal): Promise<Buffer | undefined> {
    signal?.throwIfAborted();
    const id = this.#next();
    return await new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let length = 0;
      const settle = (outcome: Buffer | undefined, error?: Error): void => {
        this.#pending.delete(id);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        if (error === undefined) resolve(outcome);
        else reject(error);
      };
      const onAbort = (): void => settle(undefined, signal?.reason as Error);
      // A process can make that reading about it takes for ever: that is its own loss.
      const timer = setTimeout(() => settle(undefined), this.#options.lookMs ?? 5000);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(id, {
        data: (bytes) => {
          length += bytes.length;
          if (length > question.bytes) this.#leave(new RelayError('it answered with more than it was asked for'));
          else pieces.push(bytes);
        },
        end: () => settle(Buffer.concat(pieces)),
        failed: (error) => settle(undefined, error instanceof RelayError ? error : undefined),
      });
      this.#transport.write(encodeFrame(FrameKind.ask, id, JSON.stringify(question)));
    });
  }

  close(): void {
    this.#leave(undefined);
  }

  readonly #line = {
    data: (id: number, bytes: Uint8Array): void => this.#write(encodeFrame(FrameKind.data, id, bytes)),
    end: (id: number): void => this.#write(encodeFrame(FrameKind.end, id)),
    close: (id: number): void => this.#write(encodeFrame(FrameKind.close, id)),
    credit: (id: number, bytes: number): void => this.#write(encodeCredit(id, bytes)),
  };

  #write(frame: Buffer): void {
    if (!this.#isOver) this.#transport.write(frame);
  }

  #next(): number {
    if (this.#isOver) throw new RelayError('the relay has ended');
    this.#last++;
    return this.#last;
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.read(chunk)) {
        if (this.#isOver) return;
        this.#take(frame);
      }
    } catch (error) {
      this.#leave(error instanceof RelayError ? error : new RelayError(`it said ${(error as Error).message}`));
    }
  }

  #take({ kind, stream: id, payload }: Frame): void {
    if (this.#about === undefined) {
      if (kind !== FrameKind.hello) throw new RelayError('it does not begin as a relay does');
      this.#about = readAbout(payload);
      this.#greet();
      return;
    }
    // It answers to what it was asked, and may still speak of what was given up.
    if (id === 0 || id > this.#last) throw new RelayError('it speaks of what nobody asked for');
    const pending = this.#pending.get(id);
    const stream = this.#streams.get(id);
    switch (kind) {
      case FrameKind.opened:
        pending?.opened?.();
        break;
      case FrameKind.failed:
      case FrameKind.close: {
        const error = kind === FrameKind.failed ? readFailure(payload) : undefined;
        if (pending === undefined) stream?.over(error);
        else pending.failed(error ?? reset());
        break;
      }
      case FrameKind.data:
        if (pending?.data) pending.data(payload);
        else if (stream?.received(payload) === false) throw new RelayError('it sends more than it was asked for');
        break;
      case FrameKind.end:
        if (pending?.end) pending.end();
        else stream?.ended();
        break;
      case FrameKind.credit:
        if (payload.length !== 4) throw new RelayError('it gives no number');
        stream?.credited(payload.readUInt32BE(0));
        break;
      default:
        throw new RelayError(`it sends frames of kind ${kind}`);
    }
  }

  #gone(why: string): void {
    const words = this.#options.words?.().trim() ?? '';
    this.#leave(new RelayError(words === '' ? why : `${why}: ${words}`));
  }

  /** Whatever the reason, nobody waits any longer. */
  #leave(error: RelayError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    const reason = error ?? new RelayError('the relay was closed');
    this.#greet(reason);
    for (const pending of [...this.#pending.values()]) pending.failed(reason);
    for (const stream of [...this.#streams.values()]) stream.destroy(reason);
    this.#transport.destroy();
    this.#end(error);
  }
}

function readAbout(payload: Buffer): RelayAbout {
  const fields = readFields(payload);
  if (fields['version'] !== RELAY_VERSION) throw new RelayError('it is a relay of another version, or none');
  const { pid, network, processes } = fields;
  return {
    pid: typeof pid === 'number' ? pid : 0,
    littleEndian: fields['littleEndian'] !== false,
    ...(typeof network === 'string' && { network }),
    ...(typeof processes === 'string' && { processes }),
  };
}

function readFailure(payload: Buffer): Error {
  const { code, message } = readFields(payload);
  return Object.assign(new Error(typeof message === 'string' ? message : 'the connection failed'), {
    code: typeof code === 'string' ? code : 'EIO',
  });
}

function readFields(payload: Buffer): Readonly<Record<string, unknown>> {
  if (payload.length > WORDS) throw new RelayError('it says too much');
  const value: unknown = JSON.parse(payload.toString());
  if (typeof value !== 'object' || value === null) throw new RelayError('it says no fields');
  return value as Readonly<Record<string, unknown>>;
}

function reset(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
}
