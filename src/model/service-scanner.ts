import type { Duplex } from 'node:stream';
import type { Finding } from './finding.ts';
import type { ObservedPort } from './observation.ts';
import type { Problem } from './problem.ts';
import type { ImageView } from './view.ts';

/** The public half of a private key that lies in the image: to tell whether it is the one that a service uses. */
export interface ImageKey {
  /** Of the private key, without a slash at its start. */
  readonly path: string;
  readonly layer?: number;
  /** SHA-256 of the public key as SubjectPublicKeyInfo (RFC 5280, section 4.1), in hexadecimal. */
  readonly publicKey: string;
}

/** The way to the services of one observed container. */
export interface ServiceTarget {
  /** What listens; those that are dead are not among them. */
  readonly ports: readonly ObservedPort[];
  /** What the image holds, for joins with what is served: keys, packages. */
  readonly view: ImageView;
  /** Private keys in the image. Absent: nobody looked. */
  readonly keys?: readonly ImageKey[];
  /**
   * Opens a connection to a port of the container, from inside its network namespace.
   * @throws Error with `code` as of node:net when nobody takes it
   */
  dial(port: Pick<ObservedPort, 'protocol' | 'port' | 'addresses'>, signal: AbortSignal): Promise<Duplex>;
  /**
   * The same as from another machine: many services let loopback in, and nobody else. Absent where that cannot be done.
   * @throws Error as `dial`, also where a port takes nobody from elsewhere
   */
  dialFromElsewhere?(port: Pick<ObservedPort, 'protocol' | 'port' | 'addresses'>, signal: AbortSignal): Promise<Duplex>;
  /**
   * How a program of this machine is started inside that network namespace: what stands before its own command line.
   * Absent where that cannot be done (a remote engine, not root).
   */
  readonly enter?: readonly string[];
}

/** Budgets of a scan of services. */
export interface ServiceBudget {
  /** For all of it. One that fires because the time is over ends the scan with what was found; others end it at once. */
  readonly signal: AbortSignal;
  /** Milliseconds until a connection stands, and between two pieces of an answer. */
  readonly idleMs: number;
  /** For one port, whatever it does; the time that its neighbours have is not its own. */
  readonly portMs: number;
  /** Of one answer. */
  readonly answerBytes: number;
  /** Requests to one port. */
  readonly requests: number;
  /** Passwords that are tried at one port: ten at most. */
  readonly passwords: number;
  /** Characters of an answer that a finding repeats, escaped. */
  readonly evidence: number;
}

/** What a port turned out to speak. */
export interface ServiceName {
  readonly kind: 'service-name';
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** `http`, `redis`, `ssh`. */
  readonly name: string;
  readonly product?: string;
  /** As the service itself says; the version of the package that owns the program counts more. */
  readonly version?: string;
  readonly encrypted?: boolean;
}

/** Something wrong with a service, and the port at which it listens. */
export interface ServiceFinding extends Finding {
  readonly kind: 'service' | 'vulnerability';
  readonly port: Pick<ObservedPort, 'protocol' | 'port'>;
}

/** Looks at the services of a running container. */
export interface ServiceScanner {
  readonly name: string;
  /** Version of the program it needs, `''` for one that needs none; undefined where it cannot run here. */
  detect(): Promise<string | undefined>;
  scan(target: ServiceTarget, budget: ServiceBudget): AsyncIterable<ServiceFinding | Problem | ServiceName>;
}
