import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Where the fields of an event stand in its record, by their names; the kernel says it for itself. */
export interface EventFormat {
  readonly id: number;
  readonly fields: ReadonlyMap<string, { readonly offset: number; readonly size: number }>;
}

/** Reads `events/GROUP/NAME/format` (kernel documentation, trace/events). Undefined where there is no such event. */
export function readEventFormat(folder: string, event: string): EventFormat | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, 'events', event, 'format'), 'utf8');
  } catch {
    return undefined;
  }
  const id = /^ID: (\d{1,9})$/m.exec(text)?.[1];
  if (id === undefined) return undefined;
  const fields = new Map<string, { offset: number; size: number }>();
  for (const [, name, offset, size] of text.matchAll(
    /^\tfield:[^;]*?(\w+)(?:\[\d*\])?;\toffset:(\d{1,6});\tsize:(\d{1,6});/gm,
  )) {
    fields.set(name!, { offset: Number(offset), size: Number(size) });
  }
  return { id: Number(id), fields };
}

/** A number of a record; 0 where the record is too short. */
export function numberField(format: EventFormat, data: Buffer, name: string): number {
  const field = format.fields.get(name);
  if (field === undefined || field.offset + field.size > data.length) return 0;
  if (field.size === 4) return data.readInt32LE(field.offset);
  return field.size === 8 ? Number(data.readBigInt64LE(field.offset)) : 0;
}
