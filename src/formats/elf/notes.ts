import type { Fields } from '../executables/fields.ts';

const MAX_NOTES = 1000;

/** One note: who defined it, which of its kinds it is, and where in the table its content stands. */
export interface ElfNote {
  readonly owner: string;
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

/** The notes of a segment or section (System V ABI, "Note Section"). Ends without a word at what is no note. */
export function* elfNotes(notes: Fields): Generator<ElfNote> {
  let at = 0;
  for (let count = 0; count < MAX_NOTES && at + 12 <= notes.length; count++) {
    const nameSize = notes.u32(at);
    const size = notes.u32(at + 4);
    if (nameSize > notes.length) return;
    const content = at + 12 + padded(nameSize);
    yield { owner: notes.text(at + 12, Math.min(nameSize, 100)), type: notes.u32(at + 8), at: content, size };
    at = content + padded(size);
  }
}

/** The owners of the notes of a segment or section: `GNU`, `Go`. */
export function* noteOwners(notes: Fields): Generator<string> {
  for (const { owner } of elfNotes(notes)) yield owner;
}

function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}
