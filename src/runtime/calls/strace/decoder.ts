import type { CallDetail } from '../../../model/call.ts';
import type { CallArguments } from './call-arguments.ts';
import type { ProcessContext } from './process-context.ts';

/** What one call was about; several details where one call did several things. Failed calls are decoded as well. */
export type Decoder = (call: CallArguments, context: ProcessContext) => CallDetail | CallDetail[];

/** Decoders by the names of the calls. */
export type Decoders = Readonly<Record<string, Decoder>>;

/** The call in the words of the tracer. */
export const asItStands: Decoder = (call) => ({ kind: 'other', text: call.all() });

/** `{ kind, name }` where there is a value, `{ kind }` else. */
export function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}
