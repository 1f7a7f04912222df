import type { ContainerFacts, ContainerPort } from '../../model/topology.ts';
import type { ContainerDescription } from '../../net/container-engine/containers.ts';
import { textField } from '../../net/container-engine/json-fields.ts';
import { shownArguments, shownLabel } from '../../secrets/shown-arguments.ts';
import { powersOf } from './container-powers.ts';
import { plainAddress } from './kernel-address.ts';

/** What is told of one container at the most. */
const LABELS = 200;
const TEXT = 1024;
const LISTED = 256;

export interface TellingOptions {
  readonly environment: boolean;
  readonly arguments: boolean;
}

/** What is told of a container that an engine describes: bounded, whatever its labels and names are. */
export function containerFacts(described: ContainerDescription, telling: TellingOptions): ContainerFacts {
  const { id, name, status, image, manifest, config, createdAt, startedAt, exitCode, health, restarts, path } =
    described;
  const powers = powersOf(described);
  const command = path === undefined ? [] : [path, ...described.arguments];
  return {
    id,
    name: name.slice(0, TEXT),
    state: status,
    image: {
      id: image.slice(0, TEXT),
      reference: (textField(config, 'Image') ?? image).slice(0, TEXT),
      ...(manifest !== undefined && { manifest: manifest.slice(0, TEXT) }),
    },
    ...(createdAt !== undefined && { created: createdAt }),
    ...(startedAt !== undefined && { started: startedAt }),
    ...(exitCode !== undefined && status !== 'created' && { exitCode }),
    ...(health !== undefined && { health }),
    ...(restarts !== undefined && { restarts }),
    labels: Object.fromEntries(
      Object.entries(described.labels)
        .slice(0, LABELS)
        .map(([key, value]) => [key.slice(0, TEXT), shownLabel(key, value, TEXT)]),
    ),
    networks: Object.entries(described.networks)
      .slice(0, LISTED)
      .map(([network, { id: networkId, address, address6, aliases }]) => ({
        name: network.slice(0, TEXT),
        ...(networkId !== undefined && { id: networkId.slice(0, 128) }),
        addresses: [address, address6].filter((one) => one !== undefined).map(plainAddress),
        ...(aliases !== undefined && { aliases: aliases.map((alias) => alias.slice(0, TEXT)) }),
      })),
    ports: portsOf(described),
    ...(telling.environment && {
      environment: described.environment.slice(0, LISTED).map((one) => one.slice(0, TEXT)),
    }),
    ...(telling.arguments && command.length > 0 && { command: shownArguments(command) }),
    ...(powers.length > 0 && { powers }),
  };
}

function portsOf({ ports }: ContainerDescription): readonly ContainerPort[] {
  return ports.slice(0, LISTED).map(({ protocol, port, host }) => ({
    protocol,
    port,
    // An engine that says no address means all of them.
    ...(host !== undefined && {
      published: { address: host.address === '' ? '0.0.0.0' : host.address, port: host.port },
    }),
  }));
}
