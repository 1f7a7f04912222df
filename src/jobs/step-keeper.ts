import type { Logger } from '../log.ts';
import type { ImageShelf, ScanStep } from '../store/image-shelf.ts';

/** Milliseconds between two writes for one image. */
const EVERY = 1000;

interface Lane {
  step: ScanStep;
  timer?: NodeJS.Timeout;
  writing?: Promise<void>;
}

export interface StepKeeperOptions {
  readonly images: Pick<ImageShelf, 'progress'>;
  readonly log: Logger;
  /** Something new can be read of an image. */
  readonly onKept?: (image: string) => void;
  readonly every?: number;
}

/** Keeps in the store where scans are: the last step of each, at most once a second. */
export class StepKeeper {
  readonly #options: StepKeeperOptions;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: StepKeeperOptions) {
    this.#options = options;
  }

  tell(image: string, step: ScanStep): void {
    const lane = this.#lanes.get(image);
    if (lane !== undefined) {
      lane.step = step;
      return;
    }
    const made: Lane = { step };
    this.#lanes.set(image, made);
    this.#write(image, made);
  }

  /** The image is done: what was not written yet matters no more. */
  end(image: string): void {
    clearTimeout(this.#lanes.get(image)?.timer);
    this.#lanes.delete(image);
  }

  stop(): void {
    for (const image of this.#lanes.keys()) this.end(image);
  }

  #write(image: string, lane: Lane): void {
    const { images, log, onKept, every = EVERY } = this.#options;
    const { step } = lane;
    lane.writing = images
      .progress(image, step)
      .then(() => onKept?.(image))
      .catch((error: unknown) => log.debug({ image, error }, 'progress could not be kept'));
    void lane.writing.finally(() => {
      if (this.#lanes.get(image) !== lane) return;
      lane.timer = setTimeout(() => {
        if (lane.step === step) this.#lanes.delete(image);
        else this.#write(image, lane);
      }, every);
    });
  }
}
