import { type Excerpt, excerptOf } from './excerpt.ts';
import type { ScriptLanguage } from './language.ts';
import { withoutPacked } from './phar.ts';
import { scriptText } from './script-text.ts';
import type { ScriptView } from './script-view.ts';
import { findComments } from './views/comments.ts';
import { unescapeJava } from './views/java-escapes.ts';
import { decodeLiterals } from './views/literals.ts';
import { findPayloads, type Payload, payloadBudget } from './views/payloads.ts';
import { stripComments } from './views/strip.ts';

export { cnnBytes, cnnInput } from './cnn-input.ts';
export type { ScriptLanguage } from './language.ts';
export { scriptLanguage } from './language.ts';
export { tokenHashes } from './n-grams.ts';
export type { ScriptView } from './script-view.ts';
export { readTokens, tokenRoom } from './tokens.ts';

/** Payloads up to this size share a view. */
const SMALL_PAYLOAD = 1024;
/** Payloads are looked for in comments from this size on. */
const SHORTEST_COMMENT = 200;
const COMMENT_MARK = 2;

/**
 * All that is to be seen of a script. The first view is `raw`, the second `stripped`; `decoded` is left out where
 * nothing was to decode. Payloads over 1 kB have a view each; smaller ones are lines of one. Never throws, whatever the
 * bytes are; the views have no more than 3 times 2 MiB and 256 kB, in time that is linear in the file's size.
 */
export function scriptViews(bytes: Uint8Array, language: ScriptLanguage): ScriptView[] {
  const whole = scriptText(bytes);
  const excerpt = excerptOf(language === 'php' ? withoutPacked(whole) : whole);
  const raw = asBuffer(excerpt.bytes);
  const text = language === 'jsp' ? unescapeJava(raw) : raw;
  const spans = findComments(text, language);
  const stripped = stripComments(text, spans);
  const strippedLine = lazily(() => {
    const origins = new Int32Array(text.length);
    const { bytes: again } = stripComments(text, spans, origins);
    return linesThrough(origins.subarray(0, again.length), textLines(raw, text, excerpt));
  });
  const views: ScriptView[] = [
    { name: 'raw', bytes: raw, chain: [], lineOf: excerpt.lineOf },
    { name: 'stripped', bytes: stripped.bytes, chain: ['comments'], lineOf: (offset) => strippedLine()(offset) },
  ];
  const decoded = decodeLiterals(stripped, language);
  let lastLine = strippedLine;
  if (decoded.steps.length > 0) {
    lastLine = lazily(() => {
      const origins = new Int32Array(stripped.bytes.length);
      const { bytes: again } = decodeLiterals(stripped, language, origins);
      return linesThrough(origins.subarray(0, again.length), strippedLine());
    });
    const decodedLine = lastLine;
    views.push({
      name: 'decoded',
      bytes: decoded.bytes,
      chain: ['comments', ...decoded.steps],
      lineOf: (offset) => decodedLine()(offset),
    });
  }
  const budget = payloadBudget();
  const payloads = findPayloads(decoded.bytes, budget).map(({ bytes: made, chain, at }) => ({
    bytes: made,
    chain,
    line: () => lastLine()(at),
  }));
  // Some scripts read themselves, and what they run stands in their comments.
  const { cuts } = spans;
  for (let k = 0; k < cuts.length; k += 2) {
    // Its mark may be of base64, too.
    const start = cuts[k]! + COMMENT_MARK;
    const end = cuts[k + 1]!;
    if (end - start < SHORTEST_COMMENT) continue;
    for (const { bytes: made, chain, at } of findPayloads(text.subarray(start, end), budget)) {
      payloads.push({
        bytes: made,
        chain: ['comment', ...chain],
        line: () => textLines(raw, text, excerpt)(start + at),
      });
    }
  }
  addPayloads(views, payloads, language);
  return views;
}

/** A payload, and the line of the original file in which it begins. */
interface PlacedPayload extends Omit<Payload, 'at'> {
  line(): number;
}

function addPayloads(views: ScriptView[], payloads: readonly PlacedPayload[], language: ScriptLanguage): void {
  const small: PlacedPayload[] = [];
  for (const payload of payloads) {
    const code = readPayload(payload.bytes, language);
    const chain = [...payload.chain, ...code.steps];
    if (code.bytes.length <= SMALL_PAYLOAD) {
      small.push({ bytes: code.bytes, chain, line: payload.line });
      continue;
    }
    views.push({ name: 'payload', bytes: code.bytes, chain, lineOf: payload.line });
  }
  if (small.length === 0) return;
  const bytes = Buffer.allocUnsafe(small.reduce((sum, { bytes: { length } }) => sum + length + 1, 0));
  const ends: number[] = [];
  let o = 0;
  for (const piece of small) {
    bytes.set(piece.bytes, o);
    o += piece.bytes.length;
    bytes[o++] = 0x0a;
    ends.push(o);
  }
  views.push({
    name: 'payload',
    bytes,
    chain: small.length === 1 ? small[0]!.chain : [...new Set(small.flatMap(({ chain }) => chain))],
    lineOf: (offset) => (small[ends.findIndex((end) => offset < end)] ?? small.at(-1)!).line(),
  });
}

/** A payload without comments, its literals decoded: code without tags, unless it begins with one. */
function readPayload(bytes: Uint8Array, language: ScriptLanguage): { bytes: Uint8Array; steps: readonly string[] } {
  const text = asBuffer(bytes);
  const start = text.subarray(0, 64).toString('latin1').trimStart();
  const stripped = stripComments(text, findComments(text, language, !start.startsWith('<')));
  return decodeLiterals(stripped, language);
}

/** Lines by offset in the text of which the stripped one is made: the raw one, or that without escapes of Java. */
function textLines(raw: Buffer, text: Buffer, { lineOf }: Excerpt): (offset: number) => number {
  if (text === raw) return lineOf;
  const origins = new Int32Array(raw.length);
  const { length } = unescapeJava(raw, origins);
  return linesThrough(origins.subarray(0, length), lineOf);
}

/** Lines by offset in a text whose bytes come from `origins` in another one. Behind its end: the last byte's. */
function linesThrough(origins: Int32Array, lineOf: (offset: number) => number): (offset: number) => number {
  return (offset) => lineOf(origins[Math.max(0, Math.min(offset, origins.length - 1))] ?? 0);
}

/** Calls `make` when it is first needed: lines are asked for in few files. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
