import type { Limits } from '../limits.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { ImageInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import type { LayerContent } from './content.ts';
import type { ElsewhereOptions } from './elsewhere-options.ts';

/** An image whose description was read and whose layers can be. */
export interface OpenedImage {
  readonly info: ImageInfo;
  /** One a layer of `info.layers`; undefined where the layer cannot be had, which is a problem below. */
  readonly layers: readonly (LayerContent | undefined)[];
  /**
   * Present where the layers come in an order of their own, each once: the export of a container engine. Each content
   * is walked to its end before the next is asked for. A layer that it does not bring is read from `layers`; one that
   * it did bring can be had with `again` only, unless it was kept.
   * `info`, `layers` and `problems` may say more once it has ended, so they are asked again then.
   */
  readonly stream?: () => AsyncIterable<StreamedLayer>;
  /**
   * Brings layers once more, all that are asked for in one go and in an order of their own, as `stream` does. Those
   * that cannot be had again are missing. Absent where each can be walked as often as needed.
   * @param layers numbers in `ImageInfo.layers`, one for each content of `layers`
   */
  readonly again?: (layers: readonly number[]) => AsyncIterable<StreamedLayer>;
  readonly problems: readonly Problem[];
  /** Entries of the history, where `info` does not have them before the layers were read, and they were asked for. */
  readonly historyLength?: number | undefined;
}

/** A layer as it comes along in a stream. */
export interface StreamedLayer {
  /** Its number in `ImageInfo.layers`. */
  readonly layer: number;
  readonly content: LayerContent;
}

/** All images that a reference led to. `close` frees files; it may be called more than once. */
export interface OpenedSource {
  readonly images: readonly OpenedImage[];
  /** Instead of images: a file that describes one, or is to be told why it does not. */
  readonly document?: ByteSource;
  /** A registry or a container engine has it; absent: it is a file, which may call itself anything. */
  readonly kept?: {
    /** Its full name there; absent where it was asked for by its id. */
    readonly name?: string | undefined;
  };
  close(): void;
}

export interface OpenOptions {
  /** `os/arch` or `os/arch/variant`; where it is absent and there is a choice, this machine's own. */
  readonly platform?: string;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** Folder for unlinked temporary files. */
  readonly temporary: string;
  /** Engines and registries; absent: files and folders only. */
  readonly elsewhere?: ElsewhereOptions;
  /** No layer will be read: an engine is asked how long the history is, which else comes with the layers. */
  readonly descriptionOnly?: true;
  /** Bytes taken from standard input so far. */
  onSpool?(bytes: number): void;
}
