import type { Assignment } from './assignment.ts';
import { hasNoColons, useOf } from './surroundings.ts';
import type { View } from './view.ts';

/** Whether an assignment stands in a comment, a manual or a test within a program, where values are for show. */
export function isAboutIt({ name, by, isQuoted, nameStart }: Assignment, view: View): boolean {
  const { text, around } = view;
  if (around.kind !== 'file' || useOf(around.path) !== 'source') return false;
  if (!isQuoted && by !== 'equals') return true;
  if (isInManual(text, nameStart)) return true;
  if (/\.py$/.test(around.path) && isInDocumentation(text, nameStart)) return true;
  if (/\.rs$/.test(around.path) && testsAt(view) < nameStart) return true;
  const isQuotedName = /["'`]/.test(text[nameStart + name.length] ?? '');
  return (
    !isQuotedName &&
    by === 'sign' &&
    hasNoColons(around.path) &&
    /^\s{0,40}:(?![^\n]{0,40}=)/.test(text.slice(nameStart + name.length, nameStart + name.length + 90))
  );
}

/** Where tests begin in a program of Rust, which has them at its end. Kept: all values of a piece ask about the same. */
function testsAt(view: View): number {
  let at = testsOf.get(view);
  if (at === undefined) {
    const found = view.text.search(/#\[(?:cfg\()?test\b/);
    at = found < 0 ? Number.POSITIVE_INFINITY : found;
    testsOf.set(view, at);
  }
  return at;
}

/** By the piece of the program. */
const testsOf = new WeakMap<View, number>();

/** Whether a line is a comment that is set in, as examples are; what was code once has one space at most. */
function isInManual(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 120), at);
  return /^\s{0,60}(?:#|\/\/[/!]?|\*|--|;)(?: {2}|\t)/.test(before.slice(before.lastIndexOf('\n') + 1));
}

/** Whether a place of a Python program is in a string of several lines, as far as it is in view. */
function isInDocumentation(text: string, at: number): boolean {
  let quotes = 0;
  for (let found = text.indexOf('"""'); found >= 0 && found < at; found = text.indexOf('"""', found + 3)) quotes++;
  return quotes % 2 === 1;
}
