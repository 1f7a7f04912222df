import { LimitError } from '../../errors.ts';

/** Modules that one file may name; the largest projects have some thousands. */
export const MAX_MODULES = 100_000;

/** @throws LimitError for a file that names more modules than any project has */
export function checkModules(count: number): void {
  if (count > MAX_MODULES) throw new LimitError(`it names more than ${MAX_MODULES} modules`);
}

/** The lines of a text one by one, without their ends: a list of all would take more memory than the text. */
export function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    yield text.slice(start, end);
    start = end + 1;
  }
}
