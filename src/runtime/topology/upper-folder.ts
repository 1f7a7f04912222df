import { lstatSync } from 'node:fs';
import type { ProcFolder } from './proc-folder.ts';

const MOUNTS = 256 * 1024;

/**
 * The folder of the host that holds what a container wrote, as the table of its mounts names it: the upper one of the overlay
 * at its root (proc_pid_mountinfo(5); Documentation/filesystems/overlayfs.rst of the kernel). Undefined with other drivers.
 */
export function upperFolder(proc: ProcFolder, pid: number): string | undefined {
  const text = proc.text(`${pid}/mountinfo`, MOUNTS);
  const line = text?.split('\n', 2000).find((one) => one.split(' ', 5)[4] === '/');
  const options = line?.split(' - ')[1];
  if (options?.startsWith('overlay ') !== true) return undefined;
  const upper = /(?:^|[ ,])upperdir=([^,]+)/.exec(options)?.[1];
  return upper === undefined ? undefined : unescapeMount(upper);
}

/** Blanks and the like stand as octal numbers behind a backslash. */
function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/**
 * Whether a file of a container was written since the container was made; or only its owner or mode changed, which copies it
 * up as well. No link of the container is followed, which could lead anywhere on the host.
 */
export function isWritten(upper: string, path: string): boolean {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.length > 64 || parts.includes('..')) return false;
  let place = upper;
  try {
    for (const [index, part] of parts.entries()) {
      place = `${place}/${part}`;
      const found = lstatSync(place);
      if (index === parts.length - 1) return found.isFile();
      if (!found.isDirectory()) return false;
    }
  } catch {
    // no such file: it is the image's
  }
  return false;
}
