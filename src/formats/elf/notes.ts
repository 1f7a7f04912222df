import type { Fields } from '../executables/fields.ts';

const MAX_NOTES = 1000;

/**
 * The owners of the notes of a segment or section: `GNU`, `Go` (System V ABI, "Note Section"). Ends without a word at
 * what is no note.
 */
export function* noteOwners(notes: Fields): Generator<string> {
  let at = 0;
  for (let count = 0; count < MAX_NOTES && at + 12 <= notes.length; count++) {
    const nameSize = notes.u32(at);
    const size = notes.u32(at + 4);
    if (nameSize > notes.length) return;
    yield notes.text(at + 12, Math.min(nameSize, 100));
    at += 12 + padded(nameSize) + padded(size);
  }
}

function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}
