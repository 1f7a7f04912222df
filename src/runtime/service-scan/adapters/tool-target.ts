import type { ObservedPort } from '../../../model/observation.ts';
import type { Problem } from '../../../model/problem.ts';
import type { ServiceTarget } from '../../../model/service-scanner.ts';
import { runProgram } from '../../run-program.ts';
import { visible } from '../evidence.ts';

/** Open TCP ports of a target, by number. */
export function tcpPorts(target: ServiceTarget): ReadonlyMap<number, ObservedPort> {
  const open = target.ports.filter(({ protocol, state }) => protocol === 'tcp' && state === 'listening');
  return new Map(open.map((port) => [port.port, port]));
}

/** The address under which a port is reached from inside the container's namespace. */
export function addressOf({ addresses }: Pick<ObservedPort, 'addresses'>): string {
  if (addresses.some((one) => one === '0.0.0.0' || one.startsWith('127.')) || addresses.length === 0)
    return '127.0.0.1';
  const first = addresses[0]!;
  return first === '::' ? '::1' : first;
}

/** An address as it stands in a URL. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/**
 * Runs a tool inside the namespace of the container.
 * @returns what it wrote, or the problem that it did not
 * @throws the reason of the signal
 */
export async function runTool(
  name: string,
  command: readonly string[],
  target: ServiceTarget,
  signal: AbortSignal,
  fine: readonly number[] = [0],
): Promise<{ readonly output: Buffer } | Problem> {
  if (target.enter === undefined) {
    return {
      code: 'service.tool',
      message: `${name} was not run: programs cannot be started inside the network of the container here`,
    };
  }
  try {
    const { output, status, error, isCut } = await runProgram([...target.enter, ...command], signal);
    if (isCut) return { code: 'service.tool', message: `${name} wrote too much; nothing of it was read` };
    if (status === null || !fine.includes(status)) {
      const said = visible(error.trim().slice(-300));
      return { code: 'service.tool', message: `${name} ended with ${status ?? 'a signal'}: ${said}` };
    }
    return { output };
  } catch (error) {
    signal.throwIfAborted();
    return {
      code: 'service.tool',
      message: `${name} could not be run: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
