import { densestPart, markOffsets } from './marks.ts';
import type { ScriptView } from './script-view.ts';
import { tokenRoom } from './tokens.ts';

/** Bytes that the network reads of a file. */
export const cnnBytes = 8192;

/** Bytes of each part of a text that is too long, and of payloads. Between two parts stands a zero. */
const HEAD = 4096;
const DENSE = 1531;
const TAIL = 1024;
const PAYLOAD = 1536;
const TEXT = cnnBytes - PAYLOAD - 1;

/** Those of the text at hand: one is read at a time. */
const tokens = tokenRoom();

/** A longer run of data is cut to its ends. */
const LONGEST_RUN = 96;
const RUN_HEAD = 24;
const RUN_TAIL = 8;

/**
 * What the network reads of a file, always 8,192 bytes.
 *
 * The text is the decoded view, or the stripped one where there is none, with long runs of data cut to their ends. One
 * that is too long is its first 4 kB, the part with most marks behind that, and its last 1 kB. Behind it, and behind a
 * zero, stands the beginning of payloads: 1.5 kB, or all that the text leaves free. The rest is zeros.
 */
export function cnnInput(views: readonly ScriptView[]): Uint8Array {
  const input = new Uint8Array(cnnBytes);
  const view = views.findLast(({ name }) => name !== 'payload');
  if (view === undefined) return input;
  const payloads = views.filter(({ name }) => name === 'payload');
  const room = payloads.length > 0 ? TEXT : cnnBytes;
  const text = withoutLongRuns(view.bytes);
  let o = 0;
  const add = (part: Uint8Array): void => {
    input.set(part, o);
    o = Math.min(o + part.length + 1, cnnBytes);
  };
  if (text.length <= room) {
    add(text);
  } else {
    const tail = text.length - TAIL;
    const extra = payloads.length > 0 ? 0 : PAYLOAD + 1;
    const dense = densestPart(markOffsets(text, tokens), HEAD, tail, DENSE + extra);
    add(text.subarray(0, HEAD));
    add(text.subarray(dense, Math.min(dense + DENSE + extra, tail)));
    add(text.subarray(tail));
  }
  for (const { bytes } of payloads) {
    if (o >= cnnBytes) break;
    // A long one has its say without keeping the next from theirs.
    const share = Math.max(256, Math.floor((cnnBytes - o) / 2));
    const part = withoutLongRuns(bytes.subarray(0, 4 * cnnBytes));
    add(part.subarray(0, Math.min(payloads.length === 1 ? cnnBytes : share, cnnBytes - o)));
  }
  return input;
}

/** Bytes that a run of data does not have: those with which code is written. */
const ends = new Uint8Array(256);
for (let c = 0; c <= 0x20; c++) ends[c] = 1;
for (const c of '(){}[];$<>"\'') ends[c.charCodeAt(0)] = 1;

/** The text with every run of over 96 bytes of data cut to its first 24 and its last 8. */
export function withoutLongRuns(text: Uint8Array): Uint8Array {
  let out: Uint8Array | undefined;
  let o = 0;
  let copied = 0;
  const { length } = text;
  for (let from = 0; ; ) {
    // A run that is too long has one of these bytes.
    let i = from + LONGEST_RUN;
    while (i < length && ends[text[i]!] === 1) i += LONGEST_RUN + 1;
    if (i >= length) break;
    let start = i;
    while (start > from && ends[text[start - 1]!] === 0) start--;
    while (i < length && ends[text[i]!] === 0) i++;
    from = i;
    if (i - start <= LONGEST_RUN) continue;
    out ??= Buffer.allocUnsafe(length);
    const head = text.subarray(copied, start + RUN_HEAD);
    out.set(head, o);
    o += head.length;
    copied = i - RUN_TAIL;
  }
  if (out === undefined) return text;
  const rest = text.subarray(copied);
  out.set(rest, o);
  return out.subarray(0, o + rest.length);
}
