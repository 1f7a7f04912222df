import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import type { Policy } from '../policy/policy.ts';
import type { Invocation } from './command.ts';
import { currentTime } from './scan-context.ts';

/** The policy that is used without being asked for. */
export const policyFileName = '.drydockignore.yaml';

/**
 * The policy of a command line: the file that was named, else `.drydockignore.yaml` in the current folder if there is one.
 * @throws UsageError that names file, line and what is wrong: a policy that cannot be read accepts nothing in silence
 */
export async function findPolicy({ configuration, io }: Invocation): Promise<Policy | undefined> {
  const { settings } = configuration;
  if (settings['no-policy']) return undefined;
  const named = settings.policy;
  const file = named ?? path.join(io.folder, policyFileName);
  if (named === undefined && (await stat(file).catch(() => undefined)) === undefined) return undefined;
  const policy = await readPolicyFile(file, shownPath(file, io.folder), currentTime(io.environment));
  // It may have come with somebody else's project.
  if (named === undefined && policy.entries.length > 0) {
    io.atEnd(`${policyFileName} in the current folder was used (--no-policy: without it).`);
  }
  return policy;
}

/** @param shown as messages are to name it */
export async function readPolicyFile(file: string, shown: string, now: Date): Promise<Policy> {
  const { mostPolicyBytes, readPolicy } = await import('../policy/read.ts');
  const bytes = await readWhole(file, shown, mostPolicyBytes);
  return await readPolicy(bytes.toString('utf8').replace(/^\uFEFF/, ''), shown, now);
}

/** A path as the user would write it: relative where it is below the current folder. */
export function shownPath(file: string, folder: string): string {
  const relative = path.relative(folder, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it cannot be read (permission denied)',
};

/**
 * A file that the user named, whole.
 * @throws UsageError where it cannot be read, is no file, or has more bytes than `most`
 */
export async function readWhole(file: string, shown: string, most: number): Promise<Buffer> {
  try {
    const info = await stat(file);
    if (info.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    // Pipes of shells (`<(...)`) are files to the user, and have no size.
    const handle = await open(file, 'r');
    try {
      const pieces: Buffer[] = [];
      let bytes = 0;
      for await (const piece of handle.createReadStream()) {
        bytes += piece.length;
        if (bytes > most) throw Object.assign(new Error(), { code: `it has more than ${most} bytes` });
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError('usage.configuration', `${shown}: ${reasons[code] ?? code}.`, { cause: error });
  }
}
