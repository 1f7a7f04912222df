import { attachContainer } from '../../net/container-engine/attach.ts';
import { createContainer, removeContainer, startContainer } from '../../net/container-engine/containers.ts';
import type { InsideRun } from './inside-run.ts';
import { openRelay, type Relay, type RelayOptions } from './relay-client.ts';
import type { ToolsImage } from './tools-image.ts';

/** A container of ours beside another one, with a relay in it. */
export interface Sidecar {
  readonly container: string;
  readonly relay: Relay;
  /** Removes it. Never throws: what is left is removed with its run. */
  close(): Promise<void>;
}

/** Where a sidecar runs. */
export interface SidecarPlace {
  /** `container:ID` to be in the network of another container, or the name of a network. */
  readonly network: string;
  /** `container:ID` to see its processes. */
  readonly processNamespace?: string;
  /** Address of the name server for all that share its network. */
  readonly nameServer?: string;
}

/**
 * Starts a relay in a container of its own, which has no files but our own and no right but to look at processes.
 * @throws EngineError with the words of the engine where it is not possible
 * @throws RelayError where the relay does not come up
 */
export async function startSidecar(
  run: InsideRun,
  tools: ToolsImage,
  place: SidecarPlace,
  options: RelayOptions,
): Promise<Sidecar> {
  const { engine } = run;
  const { signal } = options;
  const { network, processNamespace, nameServer } = place;
  const settings = {
    ...tools.settings('relay', nameServer === undefined ? [] : [nameServer]),
    name: run.name(`beside-${run.nextNumber()}`),
    network,
    ...(processNamespace !== undefined && { processNamespace }),
    // To read which files a process of another user has open (ptrace(2), PTRACE_MODE_READ_FSCREDS).
    ...(processNamespace !== undefined && { capabilitiesAdded: ['SYS_PTRACE'] }),
    // Engines mount /etc/resolv.conf as the root is mounted; there is nothing else to write to.
    readOnlyRoot: nameServer === undefined,
    openInput: true,
    // What goes through a relay is no log.
    log: 'none' as const,
  };
  const { id } = await createContainer(engine, settings, signal);
  const close = async (): Promise<void> => {
    await removeContainer(engine, id).catch(() => {});
  };
  try {
    const attached = await attachContainer(engine, id, { input: true, signal });
    const stream = attached.stream();
    await startContainer(engine, id, signal);
    const relay = await openRelay(stream, { ...options, words: () => stream.stderr.toString().slice(-1000) });
    return {
      container: id,
      relay,
      close: async () => {
        relay.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
