import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveProbe } from '../../../test/support/archive-probe.ts';
import { layersContext } from '../../../test/support/layers.ts';
import { noise } from '../../../test/support/noise.ts';
import { tar } from '../../../test/support/tar.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { zip } from '../../../test/support/zip.ts';
import { MemorySource } from '../../formats/byte-source.ts';
import { TarLayer } from '../../image/tar-layer.ts';
import type { Analyzer } from '../../model/analyzer.ts';
import { Appetite } from '../../model/file.ts';
import { readLayer } from '../read-layer.ts';

const MiB = 1024 * 1024;

describe.each([
  ['can be read at any place', (bytes: Buffer) => bytes],
  ['is compressed', (bytes: Buffer) => gzipSync(bytes)],
])('the time limit, in an archive of a layer that %s', (_, made) => {
  it('ends between two members, and what came before is kept', async () => {
    const slow: Analyzer = {
      name: 'slow',
      version: 1,
      wants: ({ name }) => (name.endsWith('.jar') ? Appetite.Members : Appetite.Body),
      open: () => {
        let count = 0;
        return {
          read: () => {
            count++;
            const end = performance.now() + 2;
            while (performance.now() < end);
          },
          close: () => [{ kind: 'release', path: 'count', text: String(count) }],
        };
      },
    };
    const content = zip(Array.from({ length: 3000 }, (__, i) => ({ name: `${i}`, content: 'x' })));
    const layer = new TarLayer(
      new MemorySource(
        made(
          tar([
            { path: 'a.jar', content },
            { path: 'b', content: 'x' },
          ]),
        ),
      ),
    );
    const context = { ...layersContext(), temporary: temporaryFolder(), signal: AbortSignal.timeout(2000) };

    const { facts } = await readLayer(layer, [slow], context);

    expect(facts.problems.map(({ code, path }) => [code, path])).toEqual([['scan.timeout', 'a.jar']]);
    const [fact] = facts.facts;
    const count = Number(fact?.kind === 'release' ? fact.text : 0);
    expect(count).toBeGreaterThan(1);
    expect(count).toBeLessThan(3000);
  });
});

describe('the memory of archives', () => {
  it('does not grow with their size: they come in a compressed layer, deflated in each other', async () => {
    const inner = zip([
      { name: 'pad', content: noise(6 * MiB), stored: true },
      { name: 'a.txt', content: 'a' },
    ]);
    const war = zip(Array.from({ length: 6 }, (_, i) => ({ name: `${i}.jar`, content: inner })));
    const bytes = gzipSync(tar(Array.from({ length: 3 }, (_, i) => ({ path: `${i}.war`, content: war }))), {
      level: 1,
    });
    const layer = new TarLayer(new MemorySource(bytes));
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    const probe = archiveProbe(({ name }) => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      return name.endsWith('.txt') ? Appetite.Body : Appetite.None;
    });

    const { facts } = await readLayer(layer, [probe], { ...layersContext(), temporary: temporaryFolder() });

    expect(facts.problems).toEqual([]);
    const [fact] = facts.facts;
    expect(fact?.kind === 'release' ? fact.text.match(/a\.txt/g) : []).toHaveLength(18);
    // The buffers of a body of the layer and of one in it, what came before they had grown, and the decoder.
    expect(most).toBeLessThan(64 * MiB);
  });
});
