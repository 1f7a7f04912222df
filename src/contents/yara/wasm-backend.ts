import { createRequire } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import {
  type Backend,
  type BackendError,
  type BackendMatch,
  type BackendRules,
  noVariables,
  readBackendError,
  type ScanLimits,
  type Variables,
} from './backend.ts';

/** What the thread is told. */
export type WasmOrder =
  | { readonly kind: 'compile'; readonly text: string; readonly maxMatches: number; readonly variables: Variables }
  | { readonly kind: 'scan'; readonly bytes: Uint8Array; readonly variables: Variables };

/** What it answers. */
export type WasmAnswer =
  | { readonly kind: 'compiled' }
  | { readonly kind: 'refused'; readonly errors: readonly string[] }
  | { readonly kind: 'scanned'; readonly matches: readonly BackendMatch[] }
  | { readonly kind: 'failed'; readonly message: string };

export interface WasmThreadData {
  readonly port: MessagePort;
  /** One 32-bit number: answers that were sent. */
  readonly answered: Int32Array<SharedArrayBuffer>;
}

/** From sources as from what they are compiled to. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './wasm-thread.ts' : './wasm-thread.js', import.meta.url);

/** Seconds that a set may take to compile: it is not the image that writes it. */
const COMPILE_SECONDS = 600;

/**
 * YARA-X as WebAssembly, for machines that have no native one. It keeps no time limit of its own: it runs in a thread,
 * which is ended when the time is over, and the next scan compiles the rules in a new one. It cannot hand out what it
 * compiled.
 */
export function wasmBackend(): Backend {
  const { version } = createRequire(import.meta.url)('@virustotal/yara-x/package.json') as { version: string };
  return { name: 'wasm', version, compile };
}

/** One that has refused a text and waits for another: it takes a tenth of a second to start. */
let spare: WasmThread | undefined;

function compile(text: string, limits: ScanLimits): BackendRules | readonly BackendError[] {
  const { maxMatches, maxSeconds } = limits;
  const start = (): WasmThread | readonly string[] => {
    const thread = spare ?? new WasmThread();
    spare = undefined;
    const answer = thread.ask({ kind: 'compile', text, maxMatches, variables: noVariables }, COMPILE_SECONDS);
    if (answer?.kind === 'compiled') return thread;
    if (answer?.kind === 'refused') {
      spare = thread;
      return answer.errors;
    }
    thread.end();
    return [reasonOf(answer)];
  };
  const first = start();
  if (!(first instanceof WasmThread)) return first.map(readBackendError);
  let thread: WasmThread | undefined = first;
  return {
    scan: (bytes, variables) => {
      if (thread === undefined) {
        const again = start();
        if (!(again instanceof WasmThread)) throw new Error(again[0]);
        thread = again;
      }
      const answer = thread.ask({ kind: 'scan', bytes: new Uint8Array(bytes), variables }, maxSeconds);
      if (answer?.kind === 'scanned') return answer.matches;
      thread.end();
      thread = undefined;
      if (answer === undefined) return undefined;
      throw new Error(reasonOf(answer));
    },
    close: () => {
      thread?.end();
      thread = undefined;
    },
  };
}

function reasonOf(answer: WasmAnswer | undefined): string {
  return answer?.kind === 'failed' ? answer.message : 'YARA-X does not answer';
}

/** A thread that is asked as a function is called: the caller waits. */
class WasmThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #answered: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4));

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: WasmThreadData = { port: port2, answered: this.#answered };
    this.#worker = new Worker(entry, { workerData, transferList: [port2], execArgv: [], stderr: false });
    // What ends it is told by the answer that does not come.
    this.#worker.on('error', () => {});
    this.#worker.unref();
    port1.unref();
  }

  /** @returns undefined: no answer in that time */
  ask(order: WasmOrder, seconds: number): WasmAnswer | undefined {
    const before = Atomics.load(this.#answered, 0);
    this.#port.postMessage(order, order.kind === 'scan' ? [order.bytes.buffer as ArrayBuffer] : []);
    Atomics.wait(this.#answered, 0, before, seconds * 1000);
    return (receiveMessageOnPort(this.#port) as { message: WasmAnswer } | undefined)?.message;
  }

  end(): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}
