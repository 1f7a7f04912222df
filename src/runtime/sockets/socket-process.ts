import { type ProcReader, readLink, readText } from './proc-reader.ts';

/** A process that holds a socket. All texts come from the container. */
export interface SocketProcess {
  /** As the container numbers it. */
  readonly pid: number;
  /** Short name as the kernel keeps it: a process can change it. */
  readonly name: string;
  /** Absolute path of its program in the container. */
  readonly executable?: string;
  /** The program is no file of the container any more, or never was one. */
  readonly gone?: 'deleted' | 'memory';
  /** Where a relative path of its arguments begins. */
  readonly directory?: string;
  readonly arguments: readonly string[];
  /** Effective user and group as the container numbers them. */
  readonly uid?: number;
  readonly gid?: number;
}

/** What is read of one process. */
const STATUS = 8192;
const ARGUMENTS = 16 * 1024;
const IDS = 16 * 1024;

/**
 * Reads what /proc tells of a process (proc_pid(5)), and its parent as the reader numbers it. Undefined where it has
 * ended, or may not be looked at.
 */
export async function readProcess(
  reader: ProcReader,
  pid: number,
  signal?: AbortSignal,
): Promise<{ readonly process: SocketProcess; readonly parent?: number } | undefined> {
  const folder = `/proc/${pid}`;
  const [status, link, directory, line, users, groups, namespace, own] = await Promise.all([
    readText(reader, `${folder}/status`, STATUS, signal),
    readLink(reader, `${folder}/exe`, signal),
    readLink(reader, `${folder}/cwd`, signal),
    readText(reader, `${folder}/cmdline`, ARGUMENTS, signal),
    readText(reader, `${folder}/uid_map`, IDS, signal),
    readText(reader, `${folder}/gid_map`, IDS, signal),
    readLink(reader, `${folder}/ns/user`, signal),
    readLink(reader, '/proc/self/ns/user', signal),
  ]);
  if (status === undefined) return undefined;
  const fields = readStatus(status);
  // Within one user namespace the kernel tells numbers as that has them, and the map with those of the one around it.
  const isOutside = namespace !== undefined && own !== undefined && namespace !== own;
  const idOf = (id: number | undefined, map = ''): number | undefined =>
    id === undefined || !isOutside ? id : insideId(id, map);
  const uid = idOf(fields.uid, users);
  const gid = idOf(fields.gid, groups);
  const process: SocketProcess = {
    pid: fields.pids.at(-1) ?? pid,
    name: fields.name,
    arguments: line === undefined ? [] : line.replace(/\0+$/, '').split('\0').slice(0, 256),
    ...(link !== undefined && readExecutable(link)),
    ...(directory?.startsWith('/') && { directory }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  };
  return { process, ...(fields.parent !== undefined && { parent: fields.parent }) };
}

/** Fields of /proc/PID/status that are needed here. Its name can have no line break: the kernel escapes it. */
export function readStatus(text: string): {
  readonly name: string;
  readonly parent?: number;
  /** Its numbers, from the namespace of the reader to its own. */
  readonly pids: readonly number[];
  readonly uid?: number;
  readonly gid?: number;
} {
  const field = (name: string): string | undefined => {
    const start = text.startsWith(`${name}:\t`) ? 0 : text.indexOf(`\n${name}:\t`);
    if (start < 0) return undefined;
    const from = text.indexOf('\t', start) + 1;
    const end = text.indexOf('\n', from);
    return text.slice(from, end < 0 ? undefined : end);
  };
  const numbers = (value: string | undefined): readonly number[] =>
    (value ?? '')
      .split('\t')
      .filter((word) => /^\d{1,10}$/.test(word))
      .map(Number);
  // Real, effective, saved and of the file system.
  const uid = numbers(field('Uid'))[1];
  const gid = numbers(field('Gid'))[1];
  const parent = numbers(field('PPid'))[0];
  return {
    name: field('Name') ?? '',
    pids: numbers(field('NSpid')),
    ...(parent !== undefined && parent > 0 && { parent }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  };
}

/** A number of a user as the user namespace of a process has it (user_namespaces(7), uid_map); itself where none maps it. */
export function insideId(outside: number, map: string): number {
  for (const line of map.split('\n')) {
    const [inside = Number.NaN, from = Number.NaN, count = Number.NaN] = line
      .trim()
      .split(/\s{1,20}/)
      .map(Number);
    if (outside >= from && outside < from + count) return outside - from + inside;
  }
  return outside;
}

/** The link to a program: ` (deleted)` follows on a path whose file has no name any more. */
function readExecutable(link: string): Pick<SocketProcess, 'executable' | 'gone'> {
  if (!link.startsWith('/')) return {};
  const isGone = link.endsWith(' (deleted)');
  const executable = isGone ? link.slice(0, -' (deleted)'.length) : link;
  // Files of memfd_create(2) show as if they stood at the root.
  if (isGone && executable.startsWith('/memfd:')) return { executable, gone: 'memory' };
  return isGone ? { executable, gone: 'deleted' } : { executable };
}
