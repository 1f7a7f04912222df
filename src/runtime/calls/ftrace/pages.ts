/** One record of the kernel's ring buffer. */
export interface RingRecord {
  /** Nanoseconds by the clock of the trace. */
  readonly time: number;
  /** The event with its common fields: see `events/header_event` and `format` of each event. */
  readonly data: Buffer;
}

const HEADER = 16;
const PADDING = 29;
const TIME_EXTEND = 30;
const TIME_STAMP = 31;
/** Flags of the size in the header: events were lost before this page, and how many stands behind its data. */
const MISSED = 2 ** 31;
const MISSED_STORED = 2 ** 30;
const SIZE = 0xfffff;

/**
 * Reads a page of `trace_pipe_raw` (kernel documentation, trace/ring-buffer-design; layout by `events/header_page` and
 * `events/header_event` on machines of 64 bits, least byte first).
 * @param told is called for each record; what is damaged ends the page
 * @returns how many events were lost before it; -1 where that is not known
 */
export function readRingPage(page: Buffer, told: (record: RingRecord) => void): number {
  if (page.length < HEADER) return 0;
  let time = Number(page.readBigUInt64LE(0));
  const commit = page.readUInt32LE(8);
  const end = Math.min(HEADER + (commit & SIZE), page.length);
  let at = HEADER;
  while (at + 4 <= end) {
    const word = page.readUInt32LE(at);
    const kind = word & 31;
    const delta = word >>> 5;
    const next = at + 8 <= page.length ? page.readUInt32LE(at + 4) : 0;
    if (kind === PADDING) {
      if (delta === 0) break;
      time += delta;
      at += 4 + next;
    } else if (kind === TIME_EXTEND) {
      time += next * 2 ** 27 + delta;
      at += 8;
    } else if (kind === TIME_STAMP) {
      // The upper five bits of a stamp are those of the time before.
      const base = 2 ** 59;
      time = Math.floor(time / base) * base + next * 2 ** 27 + delta;
      at += 8;
    } else {
      const [start, length] = kind === 0 ? [at + 8, next - 4] : [at + 4, kind * 4];
      if (length <= 0 || start + length > end) break;
      time += delta;
      told({ time, data: page.subarray(start, start + length) });
      at = start + length;
    }
  }
  if (commit < MISSED) return 0;
  const isStored = (commit & MISSED_STORED) !== 0 && end + 8 <= page.length;
  return isStored ? Number(page.readBigUInt64LE(end)) : -1;
}
