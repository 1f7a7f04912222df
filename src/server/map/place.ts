import type { ListenerFacts } from '../../model/topology.ts';
import type { ConnectionEntry, ContainerEntry, HostState, ProcessEntry } from './host-state.ts';

/** Something that no reporter tells of: the internet, or one address of a private network. */
export interface Outside {
  readonly nodeId: string;
  readonly label: string;
  readonly isPublic: boolean;
}

/** Where a connection begins or ends, as exactly as that is known. */
export interface Place {
  readonly host?: HostState;
  readonly container?: ContainerEntry;
  readonly process?: ProcessEntry;
  /** Instead of all these. */
  readonly outside?: Outside;
}

/** Connections of one client to one port of one server, both of them found. */
export interface Link {
  readonly client: Place;
  readonly server: Place;
  readonly entry: ConnectionEntry;
  /** The one behind all that is translated. */
  readonly port: number;
  /** By way of a port that a host publishes. */
  readonly published: boolean;
  /** It goes from host to host, and the other side says nothing of it. */
  readonly toldBy?: 'client' | 'server';
}

/** A container with what is in it. */
export interface Held {
  readonly container: ContainerEntry;
  /** Also those that are gone. */
  readonly processes: readonly ProcessEntry[];
  readonly listeners: readonly ListenerFacts[];
}
