import type { CallBase, CallDetail, CallEvent } from '../../../model/call.ts';
import type { CallArguments } from './call-arguments.ts';
import { asItStands, type Decoder } from './decoder.ts';
import { fileCalls } from './files.ts';
import { networkCalls } from './network.ts';
import { privilegeCalls } from './privileges.ts';
import type { ProcessContext } from './process-context.ts';
import { processCalls } from './processes.ts';

const decoders: ReadonlyMap<string, Decoder> = new Map(
  Object.entries({ ...fileCalls, ...processCalls, ...privilegeCalls, ...networkCalls }),
);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The events of the call that was scanned last: one, or several where one call sent several questions. It never throws;
 * what could not be read is absent, and `undecoded` says so.
 * @param tail end of a line that was cut
 */
export function decodeCall(
  call: CallArguments,
  context: ProcessContext,
  pid: number,
  tid: number,
  tail?: string,
): CallEvent[] {
  call.begin(tail);
  const { at, call: name } = call.line;
  const found = decoderOf(name)(call, context);
  const base: Mutable<CallBase> = { at, pid, tid, call: name };
  if (call.error !== undefined) base.error = call.error;
  if (call.undecoded) base.undecoded = true;
  if (!Array.isArray(found)) return [event(found, base)];
  return found.map((detail) => event(detail, base));
}

function event(detail: CallDetail, base: CallBase): CallEvent {
  return Object.assign(detail, base);
}

/** Calls of 32-bit programs have names of their own for the same: `stat64`, `chown32`, `clock_nanosleep_time64`. */
function decoderOf(name: string): Decoder {
  const found = decoders.get(name);
  if (found !== undefined) return found;
  const plain = name.replace(/(?:_time)?64$|32$/, '');
  return decoders.get(plain) ?? asItStands;
}
