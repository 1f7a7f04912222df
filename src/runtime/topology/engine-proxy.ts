import { statSync } from 'node:fs';
import path from 'node:path';
import type { ProcFolder } from './proc-folder.ts';
import type { ProcessReading } from './process-reading.ts';

/** Programs of engines that take connections on the host for the ports of containers, and pass them on. */
const proxies: ReadonlySet<string> = new Set(['docker-proxy', 'rootlessport', 'rootlesskit', 'gvproxy']);

/**
 * Whether a process is the proxy of an engine: its program is the host's own file of that name, and it is numbered as the host
 * numbers. What a process calls itself says nothing: whoever is taken for a proxy is not told.
 */
export function isEngineProxy(
  proc: ProcFolder,
  pid: number,
  { executable, gone, innerPid }: Pick<ProcessReading, 'executable' | 'gone' | 'innerPid'>,
): boolean {
  if (executable === undefined || innerPid !== undefined || !proxies.has(path.basename(executable))) return false;
  const running = statOf(`${proc.root}/${pid}/exe`);
  // The first process has the root of the host; who may not look there has the same one as a rule.
  const file = statOf(`${proc.root}/1/root${executable}`) ?? statOf(`${proc.root}/self/root${executable}`);
  if (running === undefined || file === undefined || running.dev !== file.dev) return false;
  // Replaced while it ran, by a newer one.
  return gone === 'deleted' || running.ino === file.ino;
}

function statOf(file: string): { readonly dev: number; readonly ino: number } | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}
