import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasProgram } from '../../../test/support/decompression.ts';
import { noise } from '../../../test/support/noise.ts';
import { decoded } from '../archive/decoded.ts';
import { inflowOf } from '../archive/inflow.ts';
import { MemorySource } from '../byte-source.ts';
import { lzmaAlone, plausibleLzma } from './lzma-alone.ts';

const hasXz = hasProgram('xz');

function undone(compressed: Uint8Array): { bytes: Buffer; failure: string | undefined } {
  const stage = decoded(lzmaAlone, inflowOf(new MemorySource(compressed)), () => true);
  const pieces: Buffer[] = [];
  for (;;) {
    const steps = stage.flow.take(1e6);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    if (step.value.length === 0) break;
    pieces.push(Buffer.from(step.value));
  }
  stage.close();
  return { bytes: Buffer.concat(pieces), failure: stage.failure?.reason };
}

const inputs: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('x')],
  ['zeros', Buffer.alloc(3_000_000)],
  ['noise', noise(300_000)],
  ['a program', readFileSync(process.execPath).subarray(30_000_000, 32_000_000)],
];

describe.skipIf(!hasXz)(hasXz ? 'what xz makes as .lzma' : 'xz is not installed', () => {
  const ways = ['-6', '-9', '--lzma1=lc=0,lp=4,pb=4,dict=4KiB', '--lzma1=lc=4,lp=0,pb=0,dict=64KiB,nice=273'];
  const table = inputs.flatMap(([what, input]) => ways.map((way) => [what, way, input] as const));

  it.each(table)('is undone: %s by %s', (_, way, input) => {
    const { stdout: compressed } = spawnSync('xz', ['-c', '--format=lzma', way], { input, maxBuffer: 2 ** 26 });

    expect(plausibleLzma(compressed)).toBe(true);
    const { bytes, failure } = undone(compressed);
    expect(failure).toBeUndefined();
    expect(bytes.equals(input)).toBe(true);
  });

  it('is undone as far as it goes where it is cut', () => {
    const input = inputs[4]?.[1].subarray(0, 50_000) as Buffer;
    const { stdout: compressed } = spawnSync('xz', ['-c', '--format=lzma'], { input });
    for (let length = 0; length < compressed.length; length += 977) {
      const { bytes, failure } = undone(compressed.subarray(0, length));

      expect(failure).toBe('truncated');
      expect(bytes.equals(input.subarray(0, bytes.length))).toBe(true);
    }
  });
});
