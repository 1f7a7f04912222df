import { parentPort, workerData } from 'node:worker_threads';
import { configureChecks } from './checks/configure.ts';
import { checks } from './checks/index.ts';
import { programContents } from './contents/program-contents.ts';
import { ecosystems } from './ecosystems/index.ts';
import { FormatError, SourceError } from './errors.ts';
import { FileSource } from './formats/byte-source.ts';
import type { LayerContent } from './image/content.ts';
import { RegistryLayer } from './image/registry-layer.ts';
import { TarLayer } from './image/tar-layer.ts';
import type { ReadOrder, ThreadAnswer, ThreadOrder, ThreadSetting } from './layer-threads.ts';
import type { Analyzer } from './model/analyzer.ts';
import type { Check } from './model/check.ts';
import { dpkgCopyright } from './packages/dpkg/copyright.ts';
import { packReading } from './reading/layer-record.ts';
import { readLayer } from './reading/read-layer.ts';

/** Bytes between two messages about progress. */
const TELL_EVERY = 4 * 1024 * 1024;

const { analyzers: names, temporary, checkSettings } = workerData as ThreadSetting;
const analyzersOf = (some: readonly Check[]): ReadonlyMap<string, Analyzer> => {
  const listed = [
    ...ecosystems.flatMap((one) => one.analyzers),
    ...some.flatMap(({ analyzers, contents = [] }) => [...analyzers, ...contents]),
    programContents,
    dpkgCopyright,
  ];
  const each = listed.flatMap((analyzer) => [analyzer, analyzer.digesting ?? analyzer]);
  return new Map(each.map((analyzer) => [analyzer.name, analyzer]));
};
let byName = analyzersOf(checks);
// Those that judge contents come with their rules, which may be much to load: only where they are to read.
if (checkSettings !== undefined && names.some((name) => !byName.has(name))) {
  byName = analyzersOf(await configureChecks(checks, checkSettings));
}
const analyzers = names.map((name) => {
  const analyzer = byName.get(name);
  if (analyzer === undefined) throw new Error(`the analyzer ${name} is on no list`);
  return analyzer;
});

const port = parentPort as NonNullable<typeof parentPort>;
const tell = (answer: ThreadAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(answer, transfer);
let running = new AbortController();
/** Pieces of the layer that the main thread fetches, and whoever waits for the next one. */
let pieces: Exclude<ThreadOrder, { kind: 'read' | 'stop' }>[] = [];
let arrived = (): void => {};

port.on('message', (order: ThreadOrder) => {
  switch (order.kind) {
    case 'read':
      void read(order);
      break;
    case 'stop':
      running.abort(new DOMException('the layer was given up', order.reason));
      arrived();
      break;
    default:
      pieces.push(order);
      arrived();
  }
});

/** The layer as its pieces come. Each one that is used up is told, so that no more are on the way than fit. */
async function* incoming(): AsyncGenerator<Uint8Array, void, void> {
  for (;;) {
    running.signal.throwIfAborted();
    const piece = pieces.shift();
    if (piece === undefined) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
      continue;
    }
    if (piece.kind === 'end') return;
    if (piece.kind === 'cut') {
      if (piece.absent) throw new SourceError('source.not-found', piece.message);
      throw new FormatError(piece.message, { reason: piece.reason });
    }
    yield piece.bytes;
    const { length: bytes, buffer: memory } = piece.bytes;
    tell({ kind: 'taken', bytes, memory }, [memory]);
  }
}

function contentOf(order: ReadOrder): LayerContent {
  const { place, stream } = order;
  if (place !== undefined) return new TarLayer(new FileSource(place.descriptor, place.start, place.size));
  return new RegistryLayer({ ...stream, open: incoming });
}

async function read(order: ReadOrder): Promise<void> {
  running = new AbortController();
  pieces = [];
  let untold = 0;
  const onProgress = (bytes: number): void => {
    untold += bytes;
    if (untold < TELL_EVERY) return;
    tell({ kind: 'progress', bytes: untold });
    untold = 0;
  };
  try {
    const { limits, verify, only } = order;
    const context = { limits, signal: running.signal, temporary };
    const packed = packReading(
      await readLayer(contentOf(order), analyzers, context, { verify, onProgress, ...(only && { only }) }),
    );
    const { block } = packed;
    // A block of its own is handed over instead of being copied.
    const whole = block.buffer instanceof ArrayBuffer && block.buffer.byteLength === block.byteLength;
    tell({ kind: 'done', reading: packed, bytes: untold }, whole ? [block.buffer] : []);
  } catch (error) {
    tell({ kind: 'failed', error });
  }
}
