import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/support/fake-engine.ts';
import { jsonStream, readProgress } from './json-stream.ts';

async function* pieces(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function valuesOf(stream: AsyncIterable<Buffer>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonStream(stream, 'the engine')) values.push(value);
  return values;
}

describe('jsonStream', () => {
  it.each([
    ['nothing', [], []],
    ['values on lines', ['{"a":1}\n{"a":2}\r\n'], [{ a: 1 }, { a: 2 }]],
    ['values that come in pieces', ['{"a"', ':1}', '\n', '[2]'], [{ a: 1 }, [2]]],
    ['empty lines', ['\n\r\n1\n\n'], [1]],
  ])('reads %s', async (_, texts, expected) => {
    expect(await valuesOf(pieces(...texts))).toEqual(expected);
  });

  it('does not gather a line without an end', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        sent += 65_536;
        yield Buffer.alloc(65_536, 'x');
      }
    }
    expect((await failureOf(valuesOf(endless()))).message).toContain('a line of more than');
    expect(sent).toBeLessThan(2_000_000);
  });

  it('tells what is no JSON', async () => {
    expect((await failureOf(valuesOf(pieces('{"a":\n')))).message).toBe('the engine sent something that is no JSON');
  });
});

describe('readProgress', () => {
  it('gives the last status', async () => {
    expect(await readProgress(pieces('{"status":"one"}\n{"x":1}\n{"stream":"two"}\n'), 'the engine')).toBe('two');
  });

  it.each([['{"errorDetail":{"message":"no space"},"error":"no space"}'], ['{"errorDetail":{"message":"no space"}}']])(
    'fails where the engine says so: %s',
    async (line) => {
      const error = await failureOf(readProgress(pieces(`{"status":"one"}\n${line}\n`), 'the engine'));
      expect(error).toMatchObject({ failure: 'refused', words: 'no space' });
    },
  );
});
