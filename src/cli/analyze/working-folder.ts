import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

/** A folder that is gone when it is closed, or when the process ends, also by a second signal. */
export interface WorkingFolder {
  readonly path: string;
  close(): void;
}

/** @param temporary where it is made */
export function makeWorkingFolder(temporary: string): WorkingFolder {
  const made = mkdtempSync(path.join(temporary, 'analyze-local-image-'));
  const remove = (): void => rmSync(made, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path: made,
    close() {
      process.off('exit', remove);
      remove();
    },
  };
}
