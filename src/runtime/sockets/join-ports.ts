import type { ObservedPackage, ObservedPort } from '../../model/observation.ts';
import { observedPackage, type PackagePlaces } from '../package-places.ts';
import type { ExposedPort } from './exposed-ports.ts';
import { scriptOf } from './interpreter-script.ts';
import type { ListeningSocket } from './listening.ts';
import type { SocketProcess } from './socket-process.ts';

export interface JoinOptions {
  /** What the image holds: for the package that a program belongs to. */
  readonly places: PackagePlaces;
  /** Name of a user as the image's own list of users has it. */
  userName?(uid: number): string | undefined;
  /** False where nobody could look who listens: then nobody can say of a port that it is dead. */
  readonly looked?: boolean;
}

/**
 * Holds what listens against what the image declares: one entry a port and owner, and one for each declared port that
 * nobody listens on, or of which nobody knows; by port, protocol and process.
 */
export function joinPorts(
  sockets: readonly ListeningSocket[],
  exposed: readonly ExposedPort[],
  options: JoinOptions,
): readonly ObservedPort[] {
  const groups = new Map<string, ListeningSocket[]>();
  for (const socket of sockets) {
    const key = `${socket.port}/${socket.protocol} ${ownerKey(socket.owner)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [socket]);
    else group.push(socket);
  }
  const isDeclared = new Set(exposed.map(({ port, protocol }) => `${port}/${protocol}`));
  const ports = [...groups.values()].map((group) => listening(group, isDeclared, options));
  const live = new Set(sockets.map(({ port, protocol }) => `${port}/${protocol}`));
  const dead = exposed
    .filter(({ port, protocol }) => !live.has(`${port}/${protocol}`))
    .map(
      ({ port, protocol }): ObservedPort => ({
        ...{
          protocol,
          port,
          addresses: [],
          declared: true,
          state: options.looked === false ? 'unknown' : 'dead',
          localOnly: false,
        },
      }),
    );
  return [...ports, ...dead].sort(
    (a, b) =>
      a.port - b.port || (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : (a.pid ?? 0) - (b.pid ?? 0)),
  );
}

/** Workers that each have a socket of their own on a port (SO_REUSEPORT) are one program. */
function ownerKey(owner: SocketProcess | undefined): string {
  return owner === undefined ? '' : `${owner.uid} ${owner.executable ?? owner.pid} ${scriptOf(owner) ?? ''}`;
}

function listening(
  group: readonly ListeningSocket[],
  isDeclared: ReadonlySet<string>,
  { places, userName }: JoinOptions,
): ObservedPort {
  const [first] = group as [ListeningSocket];
  const { port, protocol } = first;
  const owner = group.map((socket) => socket.owner).sort((a, b) => (a?.pid ?? 0) - (b?.pid ?? 0))[0];
  const addresses = new Set(
    group.flatMap(({ address, alsoV4 }) => (alsoV4 === true ? [address, '0.0.0.0'] : [address])),
  );
  const user = owner?.uid === undefined ? undefined : userName?.(owner.uid);
  const script = owner && scriptOf(owner);
  const brought = owner && packageOf(owner, places);
  return {
    protocol,
    port,
    addresses: [...addresses].sort(),
    declared: isDeclared.has(`${port}/${protocol}`),
    state: 'listening',
    localOnly: group.every(({ localOnly }) => localOnly),
    ...(owner !== undefined && { pid: owner.pid, process: owner.name }),
    ...(owner?.executable !== undefined && { executable: owner.executable }),
    ...(owner?.gone !== undefined && { gone: owner.gone }),
    ...(script !== undefined && { script }),
    ...(owner?.uid !== undefined && { uid: owner.uid }),
    ...(user !== undefined && { user }),
    ...(brought !== undefined && { package: brought }),
    ...(group.every(({ seenBy }) => seenBy === 'trace') && { seenBy: 'trace' as const }),
  };
}

/** The package that a process's program belongs to; none where the program is not the file that the package brought. */
function packageOf({ executable, gone }: SocketProcess, places: PackagePlaces): ObservedPackage | undefined {
  const owner =
    executable === undefined || gone !== undefined || places.isReplaced(executable)
      ? undefined
      : places.owner(executable);
  return owner && observedPackage(owner);
}
