import type { ServiceMapSettings } from '../../config/service-settings.ts';
import { connectEngine, type Engine } from '../../net/container-engine/engine.ts';
import { HostCollector } from '../../runtime/topology/host-collector.ts';
import type { Invocation } from '../command.ts';
import { NameServer } from './name-server.ts';

/** Finds the engine of this machine as the environment names it. @throws EngineError */
export async function mapEngine(
  kind: 'docker' | 'podman',
  { configuration, io }: Pick<Invocation, 'configuration' | 'io'>,
  signal: AbortSignal,
): Promise<Engine> {
  return await connectEngine(kind, { environment: io.environment, offline: configuration.settings.offline, signal });
}

/** Who looks at this machine, as the settings want it. */
export function collectorOf(
  kind: 'docker' | 'podman',
  { arguments: withArguments, environment, names }: Pick<ServiceMapSettings, 'arguments' | 'environment' | 'names'>,
  invocation: Pick<Invocation, 'configuration' | 'io'>,
  onPart?: () => void,
): HostCollector {
  const nameServer = names ? new NameServer() : undefined;
  return new HostCollector({
    connect: (signal) => mapEngine(kind, invocation, signal),
    arguments: withArguments,
    environment,
    ...(onPart !== undefined && { onPart }),
    ...(nameServer !== undefined && { nameOf: (address) => nameServer.nameOf(address) }),
  });
}
