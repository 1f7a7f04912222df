import type { Progress } from '../context.ts';
import type { Logger } from '../log.ts';
import type { Dialer } from '../net/dial.ts';
import type { CredentialSource } from '../net/registry/credentials.ts';

/** Where images of containerd are looked for. */
export interface ContainerdOptions {
  /** Folder of containerd; absent: `/var/lib/containerd`. */
  readonly root?: string;
  /** The only namespace to look into; absent: all. */
  readonly namespace?: string;
}

/** What is needed to reach images that are no files: container engines and registries. */
export interface ElsewhereOptions {
  /** The only way to registries. One that is offline also keeps engines on other machines away. */
  readonly dialer: Dialer;
  /** Settings of engines and registries: DOCKER_HOST, DOCKER_CONFIG and the like. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  /** Told of every wait before a registry is asked again. */
  readonly progress?: Progress;
  /** Mirrors by registry, in the order in which they are tried. */
  readonly mirrors?: ReadonlyMap<string, readonly string[]>;
  /** Registries that are spoken to without TLS. Those on this machine always are. */
  readonly plainHttp?: readonly string[];
  /** The one file with credentials, instead of the usual ones. */
  readonly authFile?: string;
  /** Where containerd keeps its images, and which of its namespaces is meant. */
  readonly containerd?: ContainerdOptions;
  /** Instead of all credentials of the user. */
  readonly credentials?: CredentialSource;
}
