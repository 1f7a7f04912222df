import { spawn } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import { childEnvironment } from '../../net/child-environment.ts';
import { ChildStream } from '../../net/child-stream.ts';
import { insideProgram } from './inside-program.ts';
import { isOfContainer } from './process-of-container.ts';
import { openRelay, type Relay, RelayError, type RelayOptions } from './relay-client.ts';

/** A relay that this machine started in the network namespace of one of its processes. */
export interface HostRelay {
  readonly relay: Relay;
  /** What stands before a command line to start another program in that namespace, as long as the relay runs. */
  readonly enter: readonly string[];
  /** The namespaces of the process. */
  readonly namespaces: { readonly network: string; readonly processes: string };
}

/** Why the namespace of a process cannot be entered from here. */
export class EnterError extends Error {
  override readonly name = 'EnterError';
}

/**
 * Starts a relay in the network namespace of a process of this machine; needs root.
 * @param container id of the container that the process must be of: engines on other machines tell numbers, too
 * @throws EnterError with the reason where that is not possible
 */
export async function startHostRelay(
  pid: number,
  container: string | undefined,
  options: RelayOptions & { readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<HostRelay> {
  if (process.getuid?.() !== 0) throw new EnterError('only root may enter the namespaces of a container');
  if (process.platform !== 'linux') throw new EnterError('this machine has no namespaces');
  const namespaces = await readNamespaces(pid);
  if (container !== undefined && !(await isOfContainer(pid, container)))
    throw new EnterError(`process ${pid} of this machine is none of that container`);
  const child = spawn('nsenter', ['-t', String(pid), '-n', process.execPath, insideProgram('relay')], {
    env: { ...childEnvironment(options.environment), NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stream = new ChildStream(child, 'SIGKILL');
  try {
    const relay = await openRelay(stream, { ...options, words: () => stream.words });
    // The number may have been given to another process in between.
    if (relay.about.network !== namespaces.network) {
      relay.close();
      throw new EnterError('the container ended while its namespaces were entered');
    }
    // As long as the relay is our child its number is nobody else's, while the container may end and give its own away.
    return { relay, enter: ['nsenter', `--net=/proc/${child.pid}/ns/net`], namespaces };
  } catch (error) {
    if (error instanceof RelayError) throw new EnterError(`nsenter failed: ${error.message}`, { cause: error });
    throw error;
  }
}

async function readNamespaces(pid: number): Promise<HostRelay['namespaces']> {
  try {
    const [network, processes] = await Promise.all(['net', 'pid'].map((kind) => readlink(`/proc/${pid}/ns/${kind}`)));
    return { network: network as string, processes: processes as string };
  } catch (error) {
    throw new EnterError(`its first process (${pid}) is none of this machine`, { cause: error });
  }
}
