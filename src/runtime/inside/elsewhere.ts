import { spawn } from 'node:child_process';
import type { ServiceTarget } from '../../model/service-scanner.ts';
import { childEnvironment } from '../../net/child-environment.ts';
import { scanAddresses } from '../scan-addresses.ts';
import { dialPort } from './dial-port.ts';
import type { Relay } from './relay-client.ts';

const { container, caller } = scanAddresses;

/** To be left out of what the container listens on. */
export const testAddresses: ReadonlySet<string> = new Set([container, caller]);

/** Until `ip` must have ended. */
const PATIENCE = 5000;

/**
 * Many services let loopback in, and nobody else: for the truth they have to be called from another address. Both ends get
 * one on the loopback interface, on which nothing leaves the namespace; that is done at the first call, long after the
 * program of the image has looked which addresses it has.
 * @param enter how a program is started in the network of the container, with the right to change it
 */
export function dialFromElsewhere(
  relay: Relay,
  enter: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServiceTarget['dial'] {
  let ready: Promise<void> | undefined;
  return async (port, signal) => {
    // One that listens on IPv6 alone is not reached so.
    const isForAll = port.addresses.includes('0.0.0.0');
    const own = port.addresses.filter((address) => /^\d/.test(address) && !address.startsWith('127.'));
    if (own.length === 0) throw failure('it takes nobody from elsewhere over IPv4');
    ready ??= addAddresses(enter, environment);
    await ready;
    return await dialPort(relay, { ...port, addresses: isForAll ? [container] : own }, signal, caller);
  };
}

async function addAddresses(
  [program = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const lines = [container, caller].map((address) => `address replace ${address}/32 dev lo scope global\n`).join('');
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, [...args, 'ip', '-batch', '-'], {
      env: childEnvironment(environment),
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: PATIENCE,
      killSignal: 'SIGKILL',
    });
    child.once('error', () => reject(failure('the container cannot be given another address')));
    child.once('close', (status) => {
      if (status === 0) resolve();
      else reject(failure('the container cannot be given another address'));
    });
    // It may have ended before it reads.
    child.stdin.on('error', () => {});
    child.stdin.end(lines);
  });
}

function failure(message: string): Error {
  return Object.assign(new Error(message), { code: 'EADDRNOTAVAIL' });
}
