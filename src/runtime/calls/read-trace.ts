import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp, open } from 'node:fs/promises';
import path from 'node:path';
import { FormatError } from '../../errors.ts';
import { FileSource } from '../../formats/byte-source.ts';
import { TarStream } from '../../formats/tar/stream.ts';
import { defaultLimits, type Limits } from '../../limits.ts';
import type { Problem } from '../../model/problem.ts';
import { mergeTraces } from './merge.ts';
import type { CallVisitor } from './process-table.ts';
import { TraceDecoder, type TraceOptions, type TraceSummary } from './trace-decoder.ts';
import type { TraceFile } from './trace-files.ts';

/** Where the files of a trace are: a folder of this machine, or an archive as engines give folders of a container. */
export type TraceInput =
  | { readonly folder: string }
  | { readonly archive: AsyncIterable<Uint8Array>; readonly temporary: string };

export interface ReadTraceOptions extends TraceOptions {
  readonly signal?: AbortSignal;
  readonly limits?: Limits;
  /** Bytes of all files of the archive. */
  readonly maximumBytes?: number;
  readonly maximumLines?: number;
}

export interface TraceReading extends TraceSummary {
  /** Not all of the trace was read. */
  readonly incomplete: boolean;
  readonly problems: readonly Problem[];
}

/** Threads of a container within any sensible limit of processes, over the time that it is watched. */
const MAX_FILES = 1_000_000;
const MAX_BYTES = 16 * 1024 ** 3;

/**
 * Reads what `strace -ff -o FOLDER/t` left behind, and tells the visitor each call in its order.
 * Archives are kept in a temporary file without a name meanwhile, since all files of it are read at a time.
 * @throws Error what the archive throws, and the reason of the signal
 */
export async function readTrace(
  input: TraceInput,
  visitor: CallVisitor,
  options: ReadTraceOptions = {},
): Promise<TraceReading> {
  const spooled = 'archive' in input ? await spool(input.archive, input.temporary, options) : inFolder(input.folder);
  try {
    const decoder = new TraceDecoder(visitor, options, new Set(spooled.files.map(({ tid }) => tid)));
    const whole = await mergeTraces(spooled.files, decoder, options);
    return { ...decoder.finish(), incomplete: !whole || spooled.incomplete, problems: spooled.problems };
  } finally {
    spooled.close();
  }
}

interface SpooledTrace {
  readonly files: readonly TraceFile[];
  readonly incomplete: boolean;
  readonly problems: readonly Problem[];
  close(): void;
}

/** `t.12` holds lines of thread 12. */
function threadOf(name: string): number | undefined {
  const found = /^t\.(\d{1,10})$/.exec(name);
  return found === null ? undefined : Number(found[1]);
}

function inFolder(folder: string): SpooledTrace {
  const files: TraceFile[] = [];
  let incomplete = false;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const tid = entry.isFile() ? threadOf(entry.name) : undefined;
    if (tid === undefined) continue;
    if (files.length >= MAX_FILES) {
      incomplete = true;
      break;
    }
    const file = path.join(folder, entry.name);
    files.push({
      tid,
      open() {
        const descriptor = openSync(file, 'r');
        return { source: new FileSource(descriptor), close: () => closeSync(descriptor) };
      },
    });
  }
  return { files, incomplete, problems: [], close() {} };
}

async function spool(
  archive: AsyncIterable<Uint8Array>,
  temporary: string,
  options: ReadTraceOptions,
): Promise<SpooledTrace> {
  const problems: Problem[] = [];
  let incomplete = false;
  const stream = new TarStream(archive, {
    ...(options.signal !== undefined && { signal: options.signal }),
    limits: options.limits ?? defaultLimits,
    problem: (code, message) => {
      incomplete = true;
      if (problems.length < 20) problems.push({ code, message: `the archive of the trace: ${message}` });
    },
  });
  const handle = await withoutName(temporary);
  const places: { tid: number; start: number; size: number }[] = [];
  const maximum = options.maximumBytes ?? MAX_BYTES;
  let end = 0;
  try {
    for (let member = await stream.next(); member !== undefined; member = await stream.next()) {
      const tid = member.header.type === 'file' ? threadOf(path.posix.basename(member.header.path)) : undefined;
      if (tid === undefined) continue;
      if (places.length >= MAX_FILES || end >= maximum) {
        incomplete = true;
        break;
      }
      const place = { tid, start: end, size: 0 };
      places.push(place);
      for await (const piece of member.body) {
        const { length } = piece.subarray(0, maximum - end);
        if (length < piece.length) incomplete = true;
        if (length === 0) break;
        await handle.write(piece, 0, length, end);
        end += length;
        place.size += length;
      }
    }
  } catch (error) {
    // The archive ended in the middle of a file: what came of it is read.
    if (error instanceof FormatError) incomplete = true;
    else {
      await handle.close();
      throw error;
    }
  } finally {
    await stream.close();
  }
  const files = places.map(({ tid, start, size }) => ({
    tid,
    open: () => ({ source: new FileSource(handle.fd, start, size), close() {} }),
  }));
  return { files, incomplete, problems, close: () => void handle.close() };
}

async function withoutName(temporary: string): Promise<Awaited<ReturnType<typeof open>>> {
  const folder = await mkdtemp(path.join(temporary, 'drydock-trace-'));
  try {
    return await open(path.join(folder, 'trace'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
