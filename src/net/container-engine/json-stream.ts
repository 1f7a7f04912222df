import { EngineError } from './engine-error.ts';
import { field, textField } from './json-fields.ts';

/** Bytes of one value of a stream. */
const VALUE_BYTES = 1024 * 1024;

/**
 * The values of a body that is one JSON value after another, each on a line of its own.
 * @throws EngineError `broken` for a line that is no JSON or too long
 */
export async function* jsonStream(pieces: AsyncIterable<Buffer>, name: string): AsyncGenerator<unknown, void, void> {
  let rest: Buffer[] = [];
  let bytes = 0;
  const take = (): unknown => {
    const text = Buffer.concat(rest).toString('utf8').trim();
    rest = [];
    bytes = 0;
    if (text === '') return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new EngineError('broken', `${name} sent something that is no JSON`, { cause: error });
    }
  };
  for await (const piece of pieces) {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(10, start);
      const part = piece.subarray(start, end < 0 ? undefined : end);
      bytes += part.length;
      if (bytes > VALUE_BYTES) throw new EngineError('broken', `${name} sent a line of more than ${VALUE_BYTES} bytes`);
      rest.push(part);
      if (end < 0) break;
      start = end + 1;
      const value = take();
      if (value !== undefined) yield value;
    }
  }
  const value = take();
  if (value !== undefined) yield value;
}

/**
 * The end of a long task of an engine, which tells how it goes on and answers 200 whatever comes of it.
 * @returns what it said last under `status` or `stream`
 * @throws EngineError `refused` with the words of the engine when the task failed
 */
export async function readProgress(
  pieces: AsyncIterable<Buffer>,
  name: string,
  onStatus?: (status: string) => void,
): Promise<string | undefined> {
  let last: string | undefined;
  for await (const value of jsonStream(pieces, name)) {
    const words = textField(value, 'error') ?? textField(field(value, 'errorDetail'), 'message');
    if (words !== undefined) {
      throw new EngineError('refused', `${name} failed: ${words.slice(0, 500)}`, { words: words.slice(0, 500) });
    }
    const status = textField(value, 'status') ?? textField(value, 'stream');
    if (status === undefined) continue;
    last = status.slice(0, 500);
    onStatus?.(last);
  }
  return last;
}
