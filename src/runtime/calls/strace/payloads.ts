import { type ScannedLine, stringEnd } from './scan-line.ts';
import { unescapeBytes } from './text.ts';

const MAX_PAYLOADS = 16;
/** A message of DNS over UDP has 512 bytes, with EDNS some 4 KiB; escaped four times as many. */
const MAX_ESCAPED = 16 * 1024;

/**
 * The bytes that a call sent or received: the string that is its second argument, or those of `iov_base=` in a message
 * header or a list of buffers. Strings are passed over as a whole, so that none can pretend to be another.
 */
export function payloads(line: ScannedLine): Buffer[] {
  const { text, starts, ends, count } = line;
  if (count < 2) return [];
  const start = starts[1]!;
  const end = ends[1]!;
  const found: Buffer[] = [];
  const plain = text.charCodeAt(start) === 34;
  for (let at = start; at < end && found.length < MAX_PAYLOADS; at++) {
    if (text.charCodeAt(at) !== 34) continue;
    const close = Math.min(stringEnd(text, at), end);
    if (plain || text.startsWith('iov_base=', at - 9)) {
      found.push(unescapeBytes(text.slice(at + 1, Math.min(close, at + 1 + MAX_ESCAPED))));
    }
    at = close;
  }
  // A message in several buffers is one; only sendmmsg and recvmmsg have several messages.
  return found.length > 1 && !line.call.includes('mmsg') ? [Buffer.concat(found)] : found;
}
