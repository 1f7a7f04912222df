import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { folderFlow } from './folder-flow.ts';
import type { Coder, Folder } from './streams.ts';

/** A folder of one coder. */
function folderOf(coder: Partial<Coder>): Folder {
  const { inputs = 1 } = coder;
  return {
    coders: [{ id: '00', inputs, properties: Buffer.alloc(0), ...coder }],
    bonds: [],
    packed: Array.from({ length: inputs }, (_, input) => input),
    sizes: [10],
    firstPacked: 0,
    hasDigest: false,
    files: [10],
  };
}

describe('a folder of a 7z archive', () => {
  it.each([
    ['BCJ2', { id: '0303011b', inputs: 4 }, 'is packed by BCJ2, which is not supported,'],
    ['Deflate64', { id: '040109' }, 'is packed by Deflate64, which is not supported,'],
    ['PPMd', { id: '030401' }, 'is packed by PPMd, which is not supported,'],
    ['what nobody knows', { id: '7f' }, 'is packed by unknown method 7f, which is not supported,'],
    ['what nobody knows and has two inputs', { id: '7f', inputs: 2 }, 'is packed by unknown method 7f'],
    ['AES', { id: '06f10701' }, 'is encrypted'],
  ])('that is packed by %s is refused by name', (_, coder, words) => {
    const folder = folderOf(coder);
    const streams = { starts: [0, 0, 0, 0], sizes: [10, 0, 0, 0], folders: [folder] };
    let refused: unknown;
    try {
      folderFlow(new MemorySource(Buffer.alloc(100)), streams, folder, () => () => true);
    } catch (error) {
      refused = error;
    }

    expect(refused).toBeInstanceOf(FormatError);
    expect(refused).toMatchObject({ reason: 'unsupported', message: expect.stringContaining(words) });
  });
});
