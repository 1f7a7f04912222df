import { readlink } from 'node:fs/promises';
import type { ObservationCoverage } from '../../model/observation.ts';
import type { ServiceTarget } from '../../model/service-scanner.ts';
import { inspectContainer } from '../../net/container-engine/containers.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { readListening, type SocketListing } from '../sockets/listening.ts';
import { dialPort } from './dial-port.ts';
import { dialFromElsewhere, testAddresses } from './elsewhere.ts';
import { execReader } from './exec-reader.ts';
import { EnterError, startHostRelay } from './host-relay.ts';
import { startInjectedRelay } from './injected-relay.ts';
import type { InsideRun } from './inside-run.ts';
import { ClosureError } from './program-closure.ts';
import { type Relay, RelayError } from './relay-client.ts';
import { startSidecar } from './sidecar.ts';
import { importTools, type ToolsImage } from './tools-image.ts';

/** Who reads the sockets of a container and reaches its services. */
export type InsideWay = ObservationCoverage['sockets'];

/** The way into the namespaces of a running container. */
export interface Inside {
  readonly way: InsideWay;
  /** Sentences that say why it is none of the ways that see more. */
  readonly reasons: readonly string[];
  /** What listens now. @throws Error only with the reason of the signal, or where what reads is gone */
  sockets(signal?: AbortSignal): Promise<SocketListing>;
  /** Absent where sockets can be read, but not reached. */
  readonly dial?: ServiceTarget['dial'];
  /** The same as somebody would who is not on loopback; absent where the network of the container is left as it is. */
  readonly dialFromElsewhere?: ServiceTarget['dial'];
  readonly enter?: readonly string[];
  /** Ends and removes what was made for it. Never throws. */
  close(): Promise<void>;
}

export interface InsideOptions {
  /** Id or name of a container that runs. */
  readonly container: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For all of it: when it fires, everything is given up. */
  readonly signal: AbortSignal;
  /** Ways that may be taken, the best first. A container that is not ours gets no sidecar unless somebody wants it. */
  readonly ways?: readonly Exclude<InsideWay, 'none'>[];
  /** The network of the container is ours: it may be given addresses, so that it can be called from elsewhere. */
  readonly ownNetwork?: true;
  /** An image that is there already; else one is made and removed again. */
  readonly tools?: ToolsImage;
  /** Words that start a relay in the container itself: it was made so, because nothing else leads into it. */
  readonly injected?: readonly string[];
}

/**
 * Finds the best way into a container: from this machine itself, where the engine is here and we are root; by a container
 * beside it; by its own programs.
 * @throws EngineError where the engine or the container is gone
 */
export async function openInside(run: InsideRun, options: InsideOptions): Promise<Inside> {
  const reasons: string[] = [];
  const open = { host: openHost, sidecar: openSidecar, injected: openInjected, exec: openExec } as const;
  // Where one can be started in it, its network and processes are none of the engine's kernel: others would see nothing.
  const ways =
    options.injected === undefined ? (['host', 'sidecar', 'exec'] as const) : (['injected', 'exec'] as const);
  for (const way of options.ways ?? ways) {
    options.signal.throwIfAborted();
    try {
      return { ...(await open[way](run, options)), way, reasons };
    } catch (error) {
      options.signal.throwIfAborted();
      const isOfWay = error instanceof EnterError || error instanceof ClosureError || error instanceof RelayError;
      if (!isOfWay && !(error instanceof EngineError && error.failure === 'refused')) throw error;
      reasons.push(`${titles[way]}: ${error.message}`);
    }
  }
  const gaps = ['nobody could read which sockets listen'];
  const nothing: SocketListing = { sockets: [], gaps, blind: true };
  return { way: 'none', reasons, sockets: () => Promise.resolve(nothing), close: async () => {} };
}

const titles = {
  host: 'not from this machine',
  sidecar: 'not by a container beside it',
  injected: 'not by a program of ours in it',
  exec: 'not by programs of its own',
} as const;

type Opened = Omit<Inside, 'way' | 'reasons'>;

async function openHost({ engine }: InsideRun, options: InsideOptions): Promise<Opened> {
  const { container, environment, signal, ownNetwork } = options;
  const { pid, id } = await inspectContainer(engine, container, { signal });
  if (pid === undefined) throw new EnterError('the container does not run');
  const { relay, enter, namespaces } = await startHostRelay(pid, id, { signal, environment });
  // One that shares the network of this machine: what its own processes hold is all that is told.
  const isShared = (await readlink('/proc/self/ns/net')) === namespaces.network;
  return {
    async sockets(until) {
      const { sockets, gaps } = await readListening({
        reader: relay,
        namespaces: isShared ? { processes: namespaces.processes } : namespaces,
        ownedOnly: isShared,
        not: [relay.about.pid],
        littleEndian: relay.about.littleEndian,
        ...(until && { signal: until }),
      });
      if (isShared || ownNetwork === undefined) return { sockets, gaps };
      // Some servers take up addresses that come later.
      return { sockets: sockets.filter(({ address }) => !testAddresses.has(address)), gaps };
    },
    dial: (port, until) => dialPort(relay, port, until),
    ...(ownNetwork && !isShared && { dialFromElsewhere: dialFromElsewhere(relay, enter, environment) }),
    enter,
    close: async () => relay.close(),
  };
}

/** What a relay that stands in the namespaces of the container alone can do. */
function through(relay: Relay): Pick<Inside, 'sockets' | 'dial'> {
  return {
    sockets: (until) =>
      readListening({
        reader: relay,
        not: [relay.about.pid],
        littleEndian: relay.about.littleEndian,
        ...(until && { signal: until }),
      }),
    dial: (port, until) => dialPort(relay, port, until),
  };
}

async function openSidecar(run: InsideRun, { container, signal, tools }: InsideOptions): Promise<Opened> {
  const { id } = await inspectContainer(run.engine, container, { signal });
  const image = tools ?? (await importTools(run, signal));
  const drop = async (): Promise<void> => {
    if (tools === undefined) await image.remove().catch(() => {});
  };
  const place = { network: `container:${id}`, processNamespace: `container:${id}` };
  const sidecar = await startSidecar(run, image, place, { signal }).catch(async (error: unknown) => {
    await drop();
    throw error;
  });
  const { relay } = sidecar;
  return {
    ...through(relay),
    close: async () => {
      await sidecar.close();
      await drop();
    },
  };
}

async function openInjected(run: InsideRun, { container, signal, injected }: InsideOptions): Promise<Opened> {
  if (injected === undefined || injected.length === 0) throw new EnterError('there is none in it');
  const { id } = await inspectContainer(run.engine, container, { signal });
  const relay = await startInjectedRelay(run, id, injected, { signal });
  return {
    ...through(relay),
    close: async () => relay.close(),
  };
}

async function openExec({ engine }: InsideRun, { container, signal }: InsideOptions): Promise<Opened> {
  const reader = execReader(engine, container);
  if ((await reader.look({ look: 'file', path: '/proc/self/net/tcp', bytes: 1024 }, signal)) === undefined) {
    throw new EnterError('it does not run, or has no program that reads files');
  }
  return {
    async sockets(until) {
      const { sockets, gaps } = await readListening({ reader, owners: false, ...(until && { signal: until }) });
      return { sockets, gaps: [...gaps, OWN_WORDS] };
    },
    close: async () => {},
  };
}

const OWN_WORDS = 'a program of the image read which sockets listen, and not which processes hold them';
