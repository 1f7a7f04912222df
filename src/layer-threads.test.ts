import { createServer } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layer } from '../test/support/image.ts';
import { layersContext } from '../test/support/layers.ts';
import { noise } from '../test/support/noise.ts';
import { alpineFiles } from '../test/support/root-file-systems.ts';
import { temporaryFolder } from '../test/support/temporary.ts';
import { ecosystems } from './ecosystems/index.ts';
import { FormatError, SourceError } from './errors.ts';
import type { LayerStream } from './image/content.ts';
import { RegistryLayer } from './image/registry-layer.ts';
import { layerThreads } from './layer-threads.ts';
import type { Limits } from './limits.ts';
import type { LayerHelper } from './reading/helpers.ts';
import { type LayerReading, readLayer } from './reading/read-layer.ts';

const analyzers = [...new Map(ecosystems.flatMap((one) => one.analyzers).map((one) => [one.name, one])).values()];
const plain = layer([...alpineFiles(), { path: 'noise', content: noise(5_000_000) }, { path: 'last' }]);
const bytes: Buffer = gzipSync(plain);

/** The layer in pieces of a size; then `how` says how it ends. */
function streamOf(piece: number, until = bytes.length, how: () => void = () => {}, from = bytes): LayerStream {
  return {
    size: from.length,
    open: async function* () {
      for (let at = 0; at < until; at += piece) yield from.subarray(at, Math.min(at + piece, until));
      how();
    },
  };
}

const told = ({ facts: { index, ...facts }, walk }: LayerReading): unknown => ({
  facts,
  walk,
  index: [index.pack(), Buffer.concat(index.columns())],
});

describe('a layer that is fetched for a thread', () => {
  let thread: LayerHelper;
  beforeAll(() => {
    thread = layerThreads(1, '/nonexistent').start(analyzers);
  });
  afterAll(() => thread.close());

  const inThread = async (stream: LayerStream, limits: Partial<Limits> = {}): Promise<LayerReading> => {
    const context = layersContext(limits);
    return await thread.read({ stream, limits: context.limits, signal: context.signal }, {});
  };
  const here = (stream: LayerStream, limits: Partial<Limits> = {}): Promise<LayerReading> =>
    readLayer(new RegistryLayer(stream), analyzers, layersContext(limits));

  it.each([7001, 65_536, 1_000_000, 10_000_000])(
    'is the same as one that is read here, in pieces of %i',
    async (piece) => {
      expect(told(await inThread(streamOf(piece)))).toEqual(told(await here(streamOf(piece))));
    },
  );

  it('is the same where it is not compressed', async () => {
    const stream = streamOf(65_536, plain.length, undefined, plain);

    expect(told(await inThread(stream))).toEqual(told(await here(stream)));
  });

  it.each<[string, () => void]>([
    ['ends early', () => {}],
    [
      'is shorter than it should be',
      () => {
        throw new FormatError('the blob is short', { reason: 'truncated' });
      },
    ],
    [
      'is gone',
      () => {
        throw new SourceError('source.not-found', 'there is no such blob');
      },
    ],
  ])('is the same when it %s', async (_, how) => {
    const cut = (): LayerStream => streamOf(50_000, 3_000_000, how);

    const reading = await inThread(cut());

    expect(told(reading)).toEqual(told(await here(cut())));
    expect(reading.facts.problems).not.toEqual([]);
  });

  it('is not fetched to its end when a limit ends it', async () => {
    let sent = 0;
    const endless: LayerStream = {
      size: 1,
      open: async function* (signal) {
        const block = gzipSync(noise(1_000_000));
        yield bytes;
        for (; signal?.aborted !== true; sent++) {
          yield block;
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      },
    };

    const reading = await inThread(endless, { layerBytes: 8_000_000 });

    expect(reading.facts.problems.map(({ code }) => code)).toEqual(['layer.limit']);
    expect(sent).toBeLessThan(50);
  });

  it('fails as its source fails', async () => {
    const gone = streamOf(50_000, 1_000_000, () => {
      throw new SourceError('source.unreachable', 'the registry is gone');
    });

    await expect(inThread(gone)).rejects.toThrow('the registry is gone');
    expect(told(await inThread(streamOf(65_536)))).toEqual(told(await here(streamOf(65_536))));
  });

  it('ends when the scan is interrupted', async () => {
    const stop = new AbortController();
    const stalling: LayerStream = {
      size: bytes.length,
      open: async function* (signal) {
        yield bytes.subarray(0, 100_000);
        stop.abort(new Error('interrupted'));
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    const { limits } = layersContext();

    await expect(thread.read({ stream: stalling, limits, signal: stop.signal }, {})).rejects.toThrow('interrupted');
  });
});

describe('checks of contents in a thread', () => {
  /** Configuring them asks the daemon that they are told of for its version. */
  const askedBy = async (withContents: boolean): Promise<boolean> => {
    const clamd = path.join(temporaryFolder(), 'clamd.ctl');
    let isAsked = false;
    const daemon = createServer((socket) => {
      isAsked = true;
      socket.end('ClamAV 1.4.3/1/x\0');
    });
    await new Promise<void>((resolve) => daemon.listen(clamd, resolve));
    const settings = { ruleSets: [], deep: false, unwanted: false, clamd };
    const name = 'contents-malware';
    const contents = { name, version: 1, wants: () => 0, open: () => ({ read: () => {}, close: () => [] }) };
    const helpers = layerThreads(1, '/nonexistent', { checkSettings: settings });
    const thread = helpers.start(withContents ? [...analyzers, contents] : analyzers);
    try {
      const { limits, signal } = layersContext();
      await thread.read({ stream: streamOf(65_536), limits, signal }, {});
    } finally {
      await thread.close();
      daemon.close();
    }
    return isAsked;
  };

  it('have their rules where they read', async () => {
    expect(await askedBy(true)).toBe(true);
  });

  it('load nothing where only others read', async () => {
    expect(await askedBy(false)).toBe(false);
  });
});
