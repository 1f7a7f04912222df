import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { layersContext } from '../../test/support/layers.ts';
import { noise } from '../../test/support/noise.ts';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { StreamLayer } from '../image/stream-layer.ts';
import { TarLayer } from '../image/tar-layer.ts';
import type { ByteSource } from '../model/bytes.ts';
import { readLayer } from './read-layer.ts';

const timeOut = (): DOMException => new DOMException('too late', 'TimeoutError');

describe('a layer that takes too long', () => {
  it.each([
    ['compressed', (bytes: Buffer) => gzipSync(bytes)],
    ['uncompressed', (bytes: Buffer) => bytes],
  ])('counts what came of it against the budget of the image: %s', async (_, stored) => {
    const archive = tar([{ path: 'a', content: noise(200_000) }]);
    const bytes = stored(archive).subarray(0, 150_000);
    const stop = new AbortController();
    const content = new StreamLayer({
      size: bytes.length,
      open: async function* () {
        yield bytes;
        stop.abort(timeOut());
        throw stop.signal.reason;
      },
    });

    const { walk, facts } = await readLayer(content, [], { ...layersContext(), signal: stop.signal });

    expect(facts.problems).toMatchObject([{ code: 'scan.timeout' }]);
    expect(walk.bytes).toBeGreaterThan(100_000);
    expect(walk.bytes).toBeLessThan(archive.length);
  });

  it('counts how far it was walked where it is read at any place', async () => {
    const archive = tar(Array.from({ length: 20_000 }, (_, i): TarEntry => ({ path: `${i}` })));
    const memory = new MemorySource(archive);
    const stop = new AbortController();
    const source: ByteSource = {
      size: memory.size,
      read: (target, position) => {
        if (position > archive.length / 3) stop.abort(timeOut());
        return memory.read(target, position);
      },
      slice: (start, length) => memory.slice(start, length),
    };

    const { walk } = await readLayer(new TarLayer(source), [], { ...layersContext(), signal: stop.signal });

    expect(walk.bytes).toBeGreaterThan(archive.length / 3);
    expect(walk.bytes).toBeLessThan(archive.length);
  });
});
