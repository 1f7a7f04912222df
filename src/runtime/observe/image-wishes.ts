import type { ImageWishes } from '../cage/image-cage.ts';
import type { Run } from '../cage/run.ts';
import { INJECTED, type InjectedRelay } from '../inside/injected-relay.ts';
import type { SinkNetwork } from './sink-network.ts';

/** What every run of an image is to have, the watched one and those that prove something: they are held against each other. */
export function imageWishes(
  run: Run,
  {
    image,
    acceptWeak,
    runtime,
    runProfile,
    signal,
  }: Omit<ImageWishes, 'run' | 'network' | 'limits' | 'platform' | 'volumes'>,
  sink: SinkNetwork | undefined,
  relay: InjectedRelay | undefined,
): ImageWishes {
  return {
    image,
    run,
    ...(sink && { network: { mode: sink.network, sentence: sink.sentence } }),
    ...(acceptWeak !== undefined && { acceptWeak }),
    ...(runtime !== undefined && { runtime }),
    ...(relay?.volume !== undefined && { volumes: { [INJECTED]: { name: relay.volume, readOnly: true } } }),
    ...(runProfile && { runProfile }),
    ...(signal && { signal }),
  };
}
