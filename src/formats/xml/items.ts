import { setImmediate as breathe } from 'node:timers/promises';
import { type XmlHandler, type XmlLimits, XmlParser } from './parser.ts';

/** Bytes that are parsed before what they brought is handed on. */
const PIECE = 64 * 1024;

/** Milliseconds of work after which everything else in the process gets its turn. */
const BREATH = 20;

/**
 * Reads a document as a stream of whatever the handler makes of it. `start` gets the function that hands an item on;
 * the items of a piece of the document are held, not more.
 * @throws FormatError and LimitError as `XmlParser` does, and what the handler throws
 */
export async function* xmlItems<T>(
  chunks: AsyncIterable<Uint8Array>,
  start: (emit: (item: T) => void) => XmlHandler,
  limits: XmlLimits = {},
): AsyncGenerator<T> {
  const items: T[] = [];
  const parser = new XmlParser(
    start((item) => items.push(item)),
    limits,
  );
  let breath = performance.now();
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      parser.push(chunk.subarray(at, at + PIECE));
      yield* items.splice(0);
      if (performance.now() - breath > BREATH) {
        await breathe();
        breath = performance.now();
      }
    }
  }
  parser.end();
  yield* items.splice(0);
}
