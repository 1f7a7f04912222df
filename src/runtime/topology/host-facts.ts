import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { HostFacts } from '../../model/topology.ts';
import { isLoopbackAddress, plainAddress } from './kernel-address.ts';

/** Interfaces that engines make: their addresses are the same on many hosts, and are no way to reach this one. */
const ofEngines = /^(?:docker\d|br-|veth|podman\d|cni|virbr|lxcbr|cilium|flannel|cali|vmnet)/;

/** What is told of this machine. Its own id is not, which machine-id(5) asks for: a digest of it stands for it. */
export function hostFacts(): HostFacts {
  const addresses = interfaceAddresses((name) => !ofEngines.test(name));
  const system = systemName();
  return {
    id: hostId(),
    name: os.hostname(),
    kernel: os.release(),
    ...(system !== undefined && { system }),
    processors: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    addresses,
  };
}

/** All addresses of this machine but those of loopback: on its bridges it is the neighbour of containers. */
export function hostAddresses(): readonly string[] {
  return interfaceAddresses(() => true);
}

function interfaceAddresses(isMeant: (name: string) => boolean): readonly string[] {
  const found = new Set<string>();
  for (const [name, addresses = []] of Object.entries(os.networkInterfaces())) {
    for (const { address } of isMeant(name) ? addresses : []) {
      if (!isLoopbackAddress(address) && !address.startsWith('fe80:')) found.add(plainAddress(address));
    }
  }
  return [...found].sort();
}

function hostId(): string {
  const own = readText('/etc/machine-id') ?? readText('/var/lib/dbus/machine-id');
  return createHash('sha256')
    .update(`drydock map ${own ?? os.hostname()}`)
    .digest('hex')
    .slice(0, 32);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** PRETTY_NAME of os-release(5). */
function systemName(): string | undefined {
  const line = /^PRETTY_NAME="?([^"\n]{1,100})"?$/m.exec(readText('/etc/os-release') ?? '');
  return line?.[1];
}
