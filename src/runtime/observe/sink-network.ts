import { UsageError } from '../../errors.ts';
import { createNetwork, removeNetwork } from '../../net/container-engine/networks.ts';
import type { Run } from '../cage/run.ts';
import { openSinkhole, type Sinkhole } from '../inside/open-sinkhole.ts';
import { importTools } from '../inside/tools-image.ts';

/** A network of its own that leads to a sinkhole and nowhere else. */
export type SinkNetwork = Sinkhole & {
  /** What it allows, for people. */
  readonly sentence: string;
};

/**
 * Makes the network and what answers in it.
 * @throws UsageError `observe.weak-cage` where the engine gives this machine an address in every network
 */
export async function openSinkNetwork(run: Run, signal: AbortSignal): Promise<SinkNetwork> {
  const { engine } = run;
  if (engine.kind !== 'docker') {
    throw new UsageError(
      'observe.weak-cage',
      `${engine.name} gives this machine an address in every network of containers, so that the image could reach it. Use --network none, or Docker.`,
    );
  }
  const name = run.name('sink');
  const network = await createNetwork(
    engine,
    {
      name,
      internal: true,
      labels: run.labels,
      options: {
        // This machine has no address there (Docker's documentation of the driver `bridge`).
        'com.docker.network.bridge.inhibit_ipv4': 'true',
        'com.docker.network.bridge.enable_ip_masquerade': 'false',
      },
    },
    signal,
  );
  const tools = await importTools(run, signal);
  const sinkhole = await openSinkhole(run, tools, name, { signal });
  return {
    ...sinkhole,
    sentence:
      'It has a network that leads nowhere: every name is answered with the address of a sinkhole, which takes down what it is sent.',
    close: async () => {
      await sinkhole.close();
      await removeNetwork(engine, network).catch(() => false);
      await tools.remove().catch(() => {});
    },
  };
}
