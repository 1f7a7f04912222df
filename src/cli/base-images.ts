import { cacheFolder } from '../advisories/location.ts';
import { BaseStore, isNews } from '../base-images/base-store.ts';
import type { KnownBase } from '../base-images/known-base.ts';
import type { BaseImages } from '../scan.ts';
import type { Invocation } from './command.ts';

/** A scan does not wait long to remember something: the next one of the image does it. */
const SHORT_WAIT = 1000;

/** The images that others may have been built from, in the folder of this user. */
export function baseStore({ configuration, io }: Pick<Invocation, 'configuration' | 'io'>): BaseStore {
  return new BaseStore(cacheFolder(configuration.settings['cache-dir'], io.environment));
}

/** For scans. @param learns they remember what they scanned, where that can be written */
export function openBaseImages(invocation: Pick<Invocation, 'configuration' | 'io'>, learns: boolean): BaseImages {
  const store = baseStore(invocation);
  const { bases, problem } = store.read();
  const known = new Map(bases);
  const learn = async (base: KnownBase): Promise<void> => {
    if (!isNews(base, known.get(base.chain))) return;
    // For the images that follow, also where it cannot be written.
    known.set(base.chain, base);
    const unchanged = await store.learn(base, SHORT_WAIT);
    if (unchanged !== undefined) {
      invocation.io.log.info({ file: store.file, reason: unchanged.reason }, 'the image is not remembered as a base');
    }
  };
  return {
    known,
    problems: problem === undefined ? [] : [{ code: 'base.unusable', message: `no base image is known: ${problem}` }],
    ...(learns && { learn }),
  };
}
