import { attachContainer } from '../../net/container-engine/attach.ts';
import {
  createContainer,
  inspectContainer,
  removeContainer,
  startContainer,
} from '../../net/container-engine/containers.ts';
import type { InsideRun } from './inside-run.ts';
import { RelayError } from './relay-client.ts';
import { startSidecar } from './sidecar.ts';
import { SinkholeLog } from './sinkhole-log.ts';
import type { ToolsImage } from './tools-image.ts';

/** A name server and servers that take whatever is sent to them, and a place in the network where nothing else is. */
export interface Sinkhole {
  readonly address: string;
  /**
   * Network mode for the container that is looked at: `container:ID`. It shares the network of a container of ours, which
   * has the sinkhole as its name server.
   */
  readonly network: string;
  readonly log: SinkholeLog;
  /** Removes both containers. Never throws: what is left is removed with the run. */
  close(): Promise<void>;
}

/**
 * Opens a sinkhole on a network of the run.
 *
 * Why a container that only holds the place: on a network that leads nowhere (`internal`) Docker answers names itself and
 * asks no server, whatever `Dns` says (SERVFAIL; seen with 26.1), and Podman answers with its own server. But containers
 * that share the network of another one share its /etc/resolv.conf, and ours writes its own before the image starts.
 * @param network name of a network without a way out; the caller's, who removes it
 * @throws EngineError with the words of the engine; RelayError where our programs do not come up
 */
export async function openSinkhole(
  run: InsideRun,
  tools: ToolsImage,
  network: string,
  { signal, ports = [] }: { readonly signal: AbortSignal; readonly ports?: readonly number[] },
): Promise<Sinkhole> {
  const { engine } = run;
  const log = new SinkholeLog();
  const settings = {
    ...tools.settings('sinkhole', ports.map(String)),
    name: run.name(`sinkhole-${run.nextNumber()}`),
    network,
    capabilitiesAdded: ['NET_BIND_SERVICE'],
    log: 'none' as const,
  };
  const { id } = await createContainer(engine, settings, signal);
  const remove = async (): Promise<void> => {
    await removeContainer(engine, id).catch(() => {});
  };
  try {
    const attached = await attachContainer(engine, id, { signal });
    const stream = attached.stream().setEncoding('utf8');
    stream.on('data', (text: string) => log.add(text)).on('error', () => {});
    const gone = new Promise<never>((_, reject) => {
      stream.once('close', () =>
        reject(new RelayError(`the sinkhole ended: ${stream.stderr.toString().slice(-1000)}`)),
      );
    });
    gone.catch(() => {});
    await startContainer(engine, id, signal);
    const ready = await Promise.race([log.ready, gone]);
    const described = await inspectContainer(engine, id, { signal });
    const address = Object.values(described.networks)[0]?.address ?? ready.addresses[0];
    if (address === undefined) throw new RelayError('the sinkhole has no address');
    const holder = await startSidecar(run, tools, { network, nameServer: address }, { signal });
    return {
      address,
      network: `container:${holder.container}`,
      log,
      close: async () => {
        await holder.close();
        attached.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
