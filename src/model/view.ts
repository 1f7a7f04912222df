import type { Distribution, ReleaseFile } from './distribution.ts';
import type { Fact, PackageRecord } from './fact.ts';
import type { FileHeader, FileType } from './file.ts';
import type { ImageInfo } from './image.ts';
import type { Package } from './package.ts';
import type { Problem } from './problem.ts';

/** A file of the merged image: which layer it comes from and how that layer describes it. */
export interface ViewFile {
  readonly layer: number;
  /** Path in the merged view, links to it resolved. */
  readonly path: string;
  /**
   * How the layer describes the file that holds the content. Its path may be another one: the target of a hard link,
   * or the name under which the layer brought it through a link to a directory.
   */
  readonly header: FileHeader;
}

/** Result of following a path in the merged view. */
export type Resolution =
  | { readonly found: true; readonly file: ViewFile }
  | { readonly found: false; readonly reason: 'absent' | 'loop' | 'broken' };

/** The package database that the merged image shows, or would show if no upper layer had removed it. */
export interface DatabaseState {
  readonly slot: string;
  readonly path: string;
  /** The layer whose database counts. */
  readonly layer: number;
  /** The layer that removed it from sight. */
  readonly removedBy?: number;
}

/** Where the files of an image say something else than its package databases. */
export type DatabaseContradiction =
  | {
      /** A layer's database names another version, but most files of the package are still those of the layers below. */
      readonly kind: 'version';
      readonly package: string;
      readonly before: string;
      readonly after: string;
      readonly path: string;
      readonly layer: number;
      /** Files of the package that are there, and those of them that are older than the layer. */
      readonly files: number;
      readonly kept: number;
    }
  | {
      /** A list of files is there, and the files are, but no database ever told of the package. */
      readonly kind: 'unlisted';
      readonly package: string;
      /** The list, and the layer that has it. */
      readonly path: string;
      readonly layer: number;
      /** Files that the list names, and those of them that are there. */
      readonly files: number;
      readonly kept: number;
    }
  | {
      /** The database lists a package whose programs and libraries are gone, or that has no list of files as others have. */
      readonly kind: 'files';
      readonly package: string;
      readonly version: string;
      readonly path: string;
      readonly layer: number;
      /** Programs and libraries that the package names, and those of them that are there. */
      readonly files: number;
      readonly kept: number;
    }
  | {
      /** What stands where the database should be is no plain file of root. */
      readonly kind: 'place';
      readonly path: string;
      readonly layer: number;
      readonly type: FileType;
      readonly uid: number;
      readonly mode: number;
    };

/** What one layer did to the packages: the static parser's answer. */
export interface LayerInventory {
  readonly layer: number;
  readonly added: readonly PackageRecord[];
  /** Same name and architecture, another version. */
  readonly changed: readonly { readonly before: PackageRecord; readonly after: PackageRecord }[];
  readonly removed: readonly PackageRecord[];
}

/** The files of all layers merged, before anything is concluded from them. */
export interface FileView {
  readonly image: ImageInfo;
  /** Facts of one kind with the layer they come from, base first. Those of hidden files are among them. */
  facts<K extends Fact['kind']>(kind: K): readonly LayerFact<K>[];
  /** Follows a path through links (at most 40) inside the merged tree. */
  resolve(path: string): Resolution;
  /** The layer that hides a file of a lower layer (by replacing or removing it), or undefined while it is in sight. */
  hiddenBy(layer: number, path: string): number | undefined;
  /** Files of a directory of the merged view, its own level only, by name. Links to the directory are followed. */
  list(directory: string): readonly ViewFile[];
}

export interface LayerFact<K extends Fact['kind'] = Fact['kind']> {
  readonly layer: number;
  readonly fact: Extract<Fact, { kind: K }>;
}

/** A file in sight as `ImageView.each` shows it: the same object each time, valid during the visit alone. */
export interface SeenFile {
  readonly layer: number;
  readonly type: FileType;
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky (0o7777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of the merged view, without a slash at its start. */
  path(): string;
  /** Hex text of `security.capability`. */
  capabilities(): string | undefined;
  /** Name of the package that brought it with this very layer, as `ImageView.bringerOf`. */
  bringer(): string | undefined;
}

/** What one layer did to the files of those below it. Directories are not counted. */
export interface LayerChanges {
  readonly layer: number;
  /** Files and links that are new, that replace one, and that are gone. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Bytes of the files that it has. */
  readonly bytes: number;
  /** Bytes of files of lower layers that it hides: they are in the image all the same. */
  readonly hidden: number;
  /** Files that it has again in the same size, with other permissions or another owner, as `chmod` copies them; and their bytes. */
  readonly again: { readonly files: number; readonly bytes: number };
}

/**
 * How much of what the layers carry is in sight, as dive measures it. A path counts once for each layer that has it; a
 * whiteout counts as one more appearance of the path it removes, with all bytes that it hides.
 */
export interface Efficiency {
  /** Sum of the least size of each path, divided by the sum of all its sizes; 1 where there are no bytes. */
  readonly score: number;
  /** All sizes of the paths that appear twice or more, the least ones among them. */
  readonly wasted: number;
  /** Bytes of the files of all layers, and of all but the first. */
  readonly bytes: number;
  readonly userBytes: number;
  /** Paths that appear twice or more, those with the most bytes first: a hundred at most. */
  readonly paths: readonly { readonly path: string; readonly appearances: number; readonly bytes: number }[];
}

/** All layers of an image merged: what a container made of it would see, what is below, and what is installed. */
export interface ImageView extends FileView {
  readonly distribution?: Distribution;
  readonly releaseFiles: readonly ReleaseFile[];
  readonly packages: readonly Package[];
  /** One entry a layer, base first. */
  readonly inventory: readonly LayerInventory[];
  readonly databases: readonly DatabaseState[];
  /** What the files say against the databases, those of one kind together. */
  readonly contradictions: readonly DatabaseContradiction[];
  /** Name of the package that owns a file of the merged view. */
  ownerOf(path: string): string | undefined;
  /** Name of the installed package that brought what a layer has at a path, if that is in sight and as new as the package. */
  bringerOf(layer: number, path: string): string | undefined;
  /** Shows every file of the merged view that is no directory, and with `directories` these too, in no order. */
  each(visit: (file: SeenFile) => void, options?: { readonly directories?: boolean }): void;
  /** What each layer changed, base first. Counted when it is first asked for. */
  changes(): readonly LayerChanges[];
  /** Counted when it is first asked for. */
  efficiency(): Efficiency;
  /** Problems met so far; judges may add theirs by yielding them. */
  readonly problems: readonly Problem[];
}
