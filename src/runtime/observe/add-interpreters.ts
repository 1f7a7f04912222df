import { HEAD_BYTES, interpreterOf } from '../products/interpreter.ts';
import type { TouchedFiles } from '../products/touched-files.ts';

/** Programs that are looked into: each is a question to the engine. */
const PROGRAMS = 200;

/**
 * Adds what the kernel opened to start the programs of a run, which no call tells.
 * @param read the beginning of a file of the container; undefined where it is not there
 * @returns how many programs were not looked into
 */
export async function addInterpreters(
  files: TouchedFiles,
  read: (path: string, bytes: number) => Promise<Uint8Array | undefined>,
): Promise<number> {
  const programs = [...files.used].flatMap(([path, use]) => (use === 'executed' ? [path] : []));
  const looked = new Set<string>(programs.slice(0, PROGRAMS));
  // What is added is looked into as well: scripts may be interpreted by scripts, and interpreters have a dynamic linker.
  for (const path of looked) {
    const head = await read(path, HEAD_BYTES);
    const found = head && interpreterOf(head);
    if (found === undefined) continue;
    files.add(found.path, found.use);
    if (found.use === 'executed' && looked.size < PROGRAMS) looked.add(found.path);
  }
  return Math.max(0, programs.length - PROGRAMS);
}
