import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Folders that every dynamic linker knows without being told (ld.so(8)); musl's are the first ones too. */
const known = ['/lib64', '/usr/lib64', '/lib', '/usr/lib', '/usr/local/lib'];
const MAX_FILES = 200;
const MAX_BYTES = 1024 * 1024;

/**
 * Folders of this machine with libraries, in the order of its dynamic linker: those of ld.so.conf with what it includes
 * (ldconfig(8)), then those that are known to it. What is not there is left out.
 */
export function libraryFolders(configuration = '/etc/ld.so.conf'): string[] {
  const folders: string[] = [];
  readConfiguration(configuration, folders, new Set());
  const triplet = globSync('/{lib,usr/lib}/*-linux-*');
  return [...new Set([...folders, ...triplet, ...known])].filter(
    (folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true,
  );
}

function readConfiguration(file: string, folders: string[], seen: Set<string>): void {
  if (seen.has(file) || seen.size >= MAX_FILES) return;
  seen.add(file);
  for (const line of linesOf(file)) {
    const [first = '', ...rest] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (first === 'include') {
      const patterns = rest.map((pattern) => path.resolve(path.dirname(file), pattern));
      for (const included of patterns.flatMap((pattern) => globSync(pattern).sort())) {
        readConfiguration(included, folders, seen);
      }
    } else if (path.isAbsolute(first)) folders.push(first);
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').slice(0, MAX_BYTES).split('\n');
  } catch {
    return [];
  }
}
