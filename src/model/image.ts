import type { BaseImage } from './base-image.ts';
import type { ImageSecret } from './image-secret.ts';

/** One instruction of the history, with the layer it made, if it made one. */
export interface HistoryEntry {
  /** Position in the history, from 0. */
  readonly index: number;
  /** The instruction as the builder recorded it, without its `/bin/sh -c #(nop)` dressing. */
  readonly instruction: string;
  /** `created_by` as recorded. Absent where it is missing, and where a report tells of the image, which does not keep it. */
  readonly createdBy?: string;
  readonly author?: string;
  /** The configuration says of it that it made no layer. */
  readonly isEmpty?: boolean;
  readonly created?: string;
  readonly comment?: string;
  readonly layerIndex?: number;
}

/** A file-system layer as manifest and configuration describe it. */
export interface LayerInfo {
  /** From 0 at the base. */
  readonly index: number;
  /** Digest of the layer as stored (`sha256:...`); absent where the source has none. */
  readonly digest?: string;
  /** Digest of the uncompressed layer, as the configuration claims it. */
  readonly diffId?: string;
  readonly mediaType?: string;
  /** Bytes as stored. */
  readonly size: number;
  readonly instruction?: string;
  readonly historyIndex?: number;
}

/** What a file says of which image it is. Whoever wrote the file wrote that, too: it proves nothing, and nothing is accepted by it. */
export interface ClaimedIdentity {
  /** `RepoTags` of an archive, annotations of a layout, the subject of a bill of materials. */
  readonly names?: readonly string[];
  /** Its digests are those that it states: not all of its layers were held against them. */
  readonly digests?: true;
}

/** What an image source says of an image, before a layer is read. */
export interface ImageInfo {
  /** What the user asked for. */
  readonly reference: string;
  /** Names the source gives it: `debian:12`. */
  readonly names: readonly string[];
  /** Its name in a registry, in full: a registry or a container engine has it under that, or the user said so. */
  readonly name?: string;
  /** What it says of itself, where nobody else says it. */
  readonly claimed?: ClaimedIdentity;
  /** Digest of the configuration. */
  readonly id?: string;
  /** Digest of the manifest. */
  readonly digest?: string;
  readonly mediaType?: string;
  readonly platform?: string;
  readonly created?: string;
  readonly layers: readonly LayerInfo[];
  readonly history: readonly HistoryEntry[];
  /** The `config` object of the image configuration (Env, Cmd, User, ...), unchecked. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The source has no configuration: a layer, a folder, a bill of materials. Nothing can be said of what is not in it. */
  readonly hasConfig?: false;
  /** What annotations of the manifest say of the image that it was built from; anybody can write that. */
  readonly annotatedBase?: { readonly name?: string; readonly digest?: string };
  /** Absent where nothing tells of one, and where nobody asked. */
  readonly base?: BaseImage;
  /** Secrets that were taken out of the texts of configuration and history. */
  readonly secrets?: readonly ImageSecret[];
  /** How many more were taken out than `secrets` tells. */
  readonly secretsBeyond?: number;
  /** Instructions that were taken out whole, since they may hold secrets and stand behind more than are looked into. */
  readonly instructionsBeyond?: number;
}
