import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { readModel } from './model-file.ts';

const ensemble = { first: [0], second: [0], undecided: [0, 0], precise: [], thresholds: {} };

/** A file of weights with three features. */
function modelFile(version = 1): Buffer {
  const shorts = (count: number): Buffer => Buffer.alloc(2 * count, 1);
  const floats = (count: number): Buffer => Buffer.from(new Float32Array(count).fill(0.5).buffer);
  const sections: Record<string, Buffer> = {
    keys: Buffer.of(0x05, 0x80, 0x01, 0xff, 0xff, 0x03),
    weights: Buffer.of(127, 0x81, 64),
    embedding: shorts(256 * 16),
    taps: shorts(24 * 16 * 64),
    scales: floats(4),
    bias: floats(256),
    hidden: floats(64 * 256),
    'hidden-bias': floats(64),
    out: floats(65),
    digests: Buffer.from('3:abc:def\n6:ghi:jkl'),
  };
  let at = 0;
  const places = Object.fromEntries(
    Object.entries(sections).map(([name, { length }]) => {
      at += length;
      return [name, [at - length, length]];
    }),
  );
  const header = Buffer.from(JSON.stringify({ sections: places, linear: { power: 0.5, largest: 2 }, ensemble }));
  const prefix = Buffer.alloc(16);
  prefix.write('DRYDOCKM', 'latin1');
  prefix.writeUInt32LE(version, 8);
  prefix.writeUInt32LE(header.length, 12);
  const body = Buffer.concat([prefix, header, ...Object.values(sections)]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

describe('readModel', () => {
  it('reads what is written', () => {
    const file = modelFile();

    const { linear, network, digests, digest } = readModel(file);

    expect([...linear.keys]).toEqual([5, 133, 133 + 0xffff]);
    expect(Array.from(linear.codes, (code) => linear.meaning[code])).toEqual([
      2,
      -2,
      Math.fround((64 * 64 * 2) / (127 * 127)),
    ]);
    expect(network.taps).toHaveLength(24 * 16 * 64);
    expect(network.taps[0]).toBe(0x0101);
    expect(network.out[64]).toBe(0.5);
    expect(digests).toEqual(['3:abc:def', '6:ghi:jkl']);
    expect(digest).toBe(file.subarray(-32).toString('hex'));
  });

  it('refuses a file in which one byte is another, wherever it stands', () => {
    const file = modelFile();
    for (let at = 0; at < file.length; at += 997) {
      const damaged = Buffer.from(file);
      damaged[at]! ^= 0x10;

      expect(() => readModel(damaged), `byte ${at}`).toThrow(FormatError);
    }
  });

  it.each([0, 8, 47, 1000, 60_000])('refuses a file that ends after %i bytes', (bytes) => {
    expect(() => readModel(modelFile().subarray(0, bytes))).toThrow(FormatError);
  });

  it('says of another version that it is one', () => {
    expect(() => readModel(modelFile(2))).toThrow(expect.objectContaining({ reason: 'unsupported' }));
  });
});
