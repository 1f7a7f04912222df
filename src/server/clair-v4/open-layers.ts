import { SourceError } from '../../errors.ts';
import type { OpenedSource, OpenOptions } from '../../image/opened-image.ts';
import { StreamLayer } from '../../image/stream-layer.ts';
import type { Logger } from '../../log.ts';
import type { Dialer } from '../../net/dial.ts';
import type { AddressedLayer } from '../scan-source.ts';
import { HostList } from '../v1/indexing/host-list.ts';
import { openRemoteLayer } from '../v1/indexing/remote-layer.ts';
import { IndexError } from '../v1/layer-indexer.ts';
import { KeptStream } from './kept-stream.ts';

export interface OpenLayersOptions {
  /** Lets nobody through but to listed and public hosts. */
  readonly dialer: Dialer;
  /** Those that are listed. */
  readonly hosts: readonly string[];
  readonly log: Logger;
}

/**
 * An image of layers at addresses of their own, as a manifest of Clair v4 lists them: each is fetched when it is walked
 * first, as the v1 API fetches its own, unless it is known already.
 * @param name what the report calls it
 */
export function openAddressedLayers(
  { name, layers }: { readonly name: string; readonly layers: readonly AddressedLayer[] },
  { limits, temporary }: Pick<OpenOptions, 'limits' | 'temporary'>,
  { dialer, hosts, log }: OpenLayersOptions,
): OpenedSource {
  const listed = new HostList(hosts);
  async function* fetched(layer: AddressedLayer, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const found = await openRemoteLayer(layer.uri, layer.headers, {
      // What is on no list is for the dialer to judge, which connects to public addresses alone then.
      ...{ dialer, hosts: { find: (url) => listed.find(url) ?? 'address' }, limits, log, signal },
    }).catch((error: unknown): never => {
      if (!(error instanceof IndexError)) throw error;
      throw new SourceError('source.not-found', `${layer.digest}: ${error.message}`, { cause: error });
    });
    try {
      yield* found.content.stream?.open(signal) ?? [];
    } finally {
      found.close();
    }
  }
  const streams = layers.map(
    (layer) => new KeptStream((signal) => fetched(layer, signal), temporary, limits.spoolBytes),
  );
  return {
    images: [
      {
        info: {
          ...{ reference: name, names: [], history: [], config: {}, hasConfig: false },
          layers: layers.map(({ digest, mediaType }, index) => ({
            ...{ index, digest, size: 0 },
            ...(mediaType !== undefined && { mediaType }),
          })),
        },
        layers: streams.map(
          (stream, index) =>
            new StreamLayer({
              digest: layers[index]!.digest,
              open: (signal = new AbortController().signal) => stream.open(signal),
            }),
        ),
        problems: [],
      },
    ],
    close: () => {
      for (const stream of streams) stream.close();
    },
  };
}
