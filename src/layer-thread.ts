import { parentPort, workerData } from 'node:worker_threads';
import { checks } from './checks/index.ts';
import { ecosystems } from './ecosystems/index.ts';
import { FileSource } from './formats/byte-source.ts';
import { TarLayer } from './image/tar-layer.ts';
import type { ThreadAnswer, ThreadOrder } from './layer-threads.ts';
import { packReading } from './reading/layer-record.ts';
import { readLayer } from './reading/read-layer.ts';

/** Bytes between two messages about progress. */
const TELL_EVERY = 4 * 1024 * 1024;

const { analyzers: names, temporary } = workerData as {
  readonly analyzers: readonly string[];
  readonly temporary: string;
};
const listed = [...ecosystems.flatMap((one) => one.analyzers), ...checks.flatMap((one) => one.analyzers)];
const byName = new Map(listed.map((analyzer) => [analyzer.name, analyzer]));
const analyzers = names.map((name) => {
  const analyzer = byName.get(name);
  if (analyzer === undefined) throw new Error(`the analyzer ${name} is on no list`);
  return analyzer;
});

const port = parentPort as NonNullable<typeof parentPort>;
const tell = (answer: ThreadAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(answer, transfer);
let running = new AbortController();

port.on('message', (order: ThreadOrder) => {
  if (order.kind === 'stop') running.abort(new DOMException('the time limit was reached', order.reason));
  else void read(order);
});

async function read({ place, limits, verify }: Extract<ThreadOrder, { kind: 'read' }>): Promise<void> {
  running = new AbortController();
  let untold = 0;
  const onProgress = (bytes: number): void => {
    untold += bytes;
    if (untold < TELL_EVERY) return;
    tell({ kind: 'progress', bytes: untold });
    untold = 0;
  };
  try {
    const content = new TarLayer(new FileSource(place.descriptor, place.start, place.size));
    const context = { limits, signal: running.signal, temporary };
    const packed = packReading(await readLayer(content, analyzers, context, { verify, onProgress }));
    const { block } = packed.index;
    // A block of its own is handed over instead of being copied.
    const whole = block.buffer instanceof ArrayBuffer && block.buffer.byteLength === block.byteLength;
    tell({ kind: 'done', reading: packed, bytes: untold }, whole ? [block.buffer] : []);
  } catch (error) {
    tell({ kind: 'failed', error });
  }
}
