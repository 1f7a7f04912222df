import type { TarEntry, TarOptions } from './tar.ts';

/** An entry of the history in the configuration (OCI image specification, config.md, "history"). */
export interface HistoryLine {
  readonly created?: string;
  readonly created_by?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

export type Compression = 'none' | 'gzip' | 'zstd';

/** What is in an image, whatever the archive around it looks like. */
export interface ImageContent {
  /** Uncompressed layers, base first: what `layer()` returns. */
  readonly layers: readonly Uint8Array[];
  /** The container configuration: `{ Env: [...], Cmd: [...] }`; default: one in which nothing is wrong. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Default: one line a layer. */
  readonly history?: readonly HistoryLine[];
  /** `name:tag`; default: `example:1`. */
  readonly repoTags?: readonly string[];
  /** `os/architecture[/variant]`; default: `linux/amd64`. */
  readonly platform?: string;
  /** Default: 2024-01-01T00:00:00Z. */
  readonly created?: string;
  /** Stands in `rootfs.diff_ids` instead of the true digests. */
  readonly diffIds?: readonly string[];
  /** Bytes of the configuration, instead of one made from the rest. */
  readonly rawConfig?: string | Uint8Array;
}

/** A member of the archive or a file of the layout folder. Entries other than bytes exist in archives only. */
export type ArchiveFiles = Map<string, Uint8Array | Omit<TarEntry, 'path'>>;

/** Ways to break an image. */
export interface Damage {
  /** Layers, by index, whose bytes are left out. */
  readonly dropLayers?: readonly number[];
  /** Layers, by index, whose descriptor names the digest of other bytes. The name of the blob follows the descriptor. */
  readonly wrongDigests?: readonly number[];
  readonly dropConfig?: boolean;
  /** The last word on what is written. */
  readonly edit?: (files: ArchiveFiles) => void;
}

export interface DockerArchiveOptions extends ImageContent, Damage {
  /**
   * `legacy`: `docker save` before 25 (`ID/layer.tar`); `blobs`: from 25 on; `podman`: `podman save`, layers at the top
   * and links to them; `kaniko`: gzipped layers at the top. Default: `legacy`.
   */
  readonly layout?: 'legacy' | 'blobs' | 'podman' | 'kaniko';
  /** Default: `none`; `gzip` for kaniko. */
  readonly compression?: Compression | readonly Compression[];
  /** Layers that are equal: a link to the first as docker writes it, a copy, or the same name twice. Default: `link`. */
  readonly repeatedLayers?: 'link' | 'copy' | 'same-name';
  /** Further images of the same archive. */
  readonly more?: readonly ImageContent[];
  readonly tarOptions?: TarOptions;
}

export interface OciOptions extends ImageContent, Damage {
  /** Annotations of the manifests themselves. */
  readonly manifestAnnotations?: unknown;
  /** Default: `gzip`. */
  readonly compression?: Compression | readonly Compression[];
  /** Replaces the media types that fit the content; an empty text leaves the field out. */
  readonly mediaTypes?: {
    readonly layers?: readonly string[];
    readonly manifest?: string;
    readonly config?: string;
  };
  /** Further images: other platforms, or an index that does not say which is meant. */
  readonly more?: readonly ImageContent[];
  /** Puts the manifests into an index of their own, to which index.json points, as buildx does. */
  readonly nestedIndex?: boolean;
  /** Adds an attestation manifest of platform unknown/unknown to each image, as buildx does. */
  readonly attestations?: boolean;
  /** Members instead of the reference name as annotation. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly tarOptions?: TarOptions;
}
