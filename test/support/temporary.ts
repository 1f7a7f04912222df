import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

let root: string | undefined;

/** A new empty folder, removed with all that is in it when the test process ends. */
export function temporaryFolder(): string {
  if (root === undefined) {
    const made = mkdtempSync(path.join(tmpdir(), 'drydock-test-'));
    const remove = () => rmSync(made, { recursive: true, force: true });
    process.on('exit', remove);
    // The test runner ends its workers by signal, which skips `exit`.
    process.once('SIGTERM', () => {
      remove();
      process.kill(process.pid, 'SIGTERM');
    });
    root = made;
  }
  return mkdtempSync(path.join(root, 'folder-'));
}

/** Writes a file into a new temporary folder and returns its absolute path. */
export function writeTemporary(name: string, bytes: string | Uint8Array): string {
  const file = path.join(temporaryFolder(), name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}
