import type zlib from 'node:zlib';
import type { Consume, EngineKind } from './decoder.ts';
import type { Engine, NativeFormat } from './engine.ts';
import { HandleEngine, handleOf } from './handle-engine.ts';
import { type NativeStream, StreamEngine } from './stream-engine.ts';

/** Loaded at the first compressed layer: uncompressed images are scanned without it, and it takes 4 ms. */
export const zlibModule = (): typeof zlib => process.getBuiltinModule('node:zlib');

/** A zstd frame may ask for at most 128 MiB of window: what every runtime allows at the most. */
export const ZSTD_WINDOW_LOG = 27;

/** `drydock`, as a raw deflate stream and as a zstd frame. */
const samples: Record<NativeFormat, readonly [text: string, compressed: string]> = {
  deflate: ['drydock', '4b29aa4cc94fce0600'],
  zstd: ['drydock', '28b52ffd2007390000647279646f636b'],
};

/**
 * Opens a native decoder. Its handle, written to synchronously, takes 0.7 of the CPU time of Node's stream over it, but
 * is no public interface: where it is missing, or does not do with a sample what it should, the stream serves.
 */
export function openEngine(format: NativeFormat, consume: Consume, kind: EngineKind): Engine {
  const open = (chunkSize: number): NativeStream => openStream(format, chunkSize);
  return (kind === 'handle' ? openHandle(format, open, consume) : undefined) ?? new StreamEngine(open, consume);
}

function openStream(format: NativeFormat, chunkSize: number): NativeStream {
  const { constants, createInflateRaw, createZstdDecompress } = zlibModule();
  if (format === 'deflate') return createInflateRaw({ chunkSize });
  return createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
}

function openHandle(
  format: NativeFormat,
  open: (chunkSize: number) => NativeStream,
  consume: Consume,
): Engine | undefined {
  const handle = handleOf(open);
  if (handle === undefined) return undefined;
  const [text, compressed] = samples[format];
  const sample = Buffer.from(compressed, 'hex');
  let sink: Consume = (chunk) => {
    made += chunk.toString('latin1');
  };
  let made = '';
  const engine = new HandleEngine(handle, format, (chunk) => sink(chunk));
  try {
    engine.step(sample, 0, sample.length);
    engine.flush();
    if (made !== text || engine.used !== sample.length || engine.full) throw new Error('not as expected');
    engine.restart();
  } catch {
    engine.close();
    return undefined;
  }
  sink = consume;
  return engine;
}
