import type { ImageProgress, ImageShelf } from '../store/image-shelf.ts';
import type { Clock } from './clock.ts';

/** How often the store is asked for what other processes do. */
const LOOK_EVERY = 1000;

/** Follows scans of whatever process: the store says where they are. */
export class Followers {
  readonly #images: Pick<ImageShelf, 'follow'>;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  /** By image: what ends the pauses of those who follow it. */
  readonly #waiting = new Map<string, Set<AbortController>>();

  constructor(images: Pick<ImageShelf, 'follow'>, clock: Clock) {
    this.#images = images;
    this.#clock = clock;
  }

  /** Something may have changed: whoever follows the image looks at once. */
  look(image: string): void {
    for (const pause of this.#waiting.get(image) ?? []) pause.abort();
  }

  /** Ends all that follow. */
  stop(): void {
    this.#stopping.abort();
    for (const image of this.#waiting.keys()) this.look(image);
  }

  /**
   * Where the scan is, whenever that changed; ends after the image is done or failed, when it is removed, and when the
   * signal fires. Undefined: nothing changed for the time of a look.
   */
  async *follow(image: string, signal: AbortSignal): AsyncGenerator<ImageProgress | undefined> {
    let last: string | undefined;
    while (!signal.aborted && !this.#stopping.signal.aborted) {
      // Made before the look, so that what changes meanwhile is not missed.
      const pause = this.#pause(image, signal);
      try {
        const now = await this.#images.follow(image);
        if (now === undefined) return;
        const mark = markOf(now);
        yield mark === last ? undefined : now;
        last = mark;
        if (now.image.state === 'done' || now.image.state === 'failed') return;
        await this.#clock.sleep(LOOK_EVERY, pause.signal);
      } finally {
        pause.end();
      }
    }
  }

  #pause(image: string, outer: AbortSignal): { readonly signal: AbortSignal; end(): void } {
    const controller = new AbortController();
    const forward = (): void => controller.abort();
    outer.addEventListener('abort', forward, { once: true });
    const own = this.#waiting.get(image) ?? new Set();
    this.#waiting.set(image, own.add(controller));
    return {
      signal: controller.signal,
      end: () => {
        outer.removeEventListener('abort', forward);
        own.delete(controller);
        if (own.size === 0) this.#waiting.delete(image);
      },
    };
  }
}

/** What tells one moment of a scan from another. */
export function markOf({ image, sequence }: ImageProgress): string {
  return `${image.state}-${sequence}`;
}
