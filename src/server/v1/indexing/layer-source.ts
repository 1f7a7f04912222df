import type { LayerRequest } from '../layer-indexer.ts';
import type { FoundLayer } from './found-layer.ts';
import { HostList } from './host-list.ts';
import { openLocalLayer } from './local-layer.ts';
import { openRemoteLayer, type RemoteOptions } from './remote-layer.ts';

/** Where layers may come from. Everything else is answered as if it were not there. */
export interface SourcePolicy {
  /** Folders below which local files must lie once all links are resolved. */
  readonly roots: readonly string[];
  /** Any local file that this process may read. For clients that send paths of folders of their own. */
  readonly compat: boolean;
  /** Hosts, with or without a port: `registry.example.org:5000`. */
  readonly hosts: readonly string[];
}

/** A policy that was checked. */
export interface CheckedPolicy {
  readonly roots: readonly string[];
  readonly compat: boolean;
  readonly hosts: HostList;
}

/** @throws UsageError `usage.configuration` for a host that is none */
export function checkPolicy({ roots, compat, hosts }: SourcePolicy): CheckedPolicy {
  return { roots, compat, hosts: new HostList(hosts) };
}

/**
 * Finds the layer that a client names.
 * @throws IndexError `source-not-found`, `unreadable`
 */
export async function openLayerSource(
  { path, headers }: Pick<LayerRequest, 'path' | 'headers'>,
  { roots, compat, hosts }: CheckedPolicy,
  options: Omit<RemoteOptions, 'hosts'>,
): Promise<FoundLayer> {
  // Written in exactly this way, as in Clair: everything else is the name of a file.
  if (path.startsWith('http://') || path.startsWith('https://')) {
    return await openRemoteLayer(path, headers, { ...options, hosts });
  }
  return await openLocalLayer(path, compat ? undefined : roots);
}
