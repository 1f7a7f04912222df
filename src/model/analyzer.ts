import type { Fact } from './fact.ts';
import type { Appetite, FileHeader, LayerFile } from './file.ts';
import type { Problem } from './problem.ts';
import type { FileView } from './view.ts';

/** What an analyzer knows of the layer it reads: nothing of the image. */
export interface LayerContext {
  /** Reports something unreadable; layer and analyzer are filled in by the caller. */
  problem(problem: Omit<Problem, 'layer' | 'analyzer'>): void;
}

/** One layer as one analyzer sees it. */
export interface LayerReader<F extends Fact = Fact> {
  /** Called for every file that `wants` named, in the order of the layer. A path may come twice: the last wins. */
  read(file: LayerFile): void;
  /**
   * Asked once behind each file that is wanted as `Appetite.Whole`, and then for one step after the other: reads what it did
   * not of a large one. Others have their turn between the steps.
   */
  rest?(): Iterable<void>;
  /**
   * Asked once behind each file that is wanted as `Appetite.Whole`: what is still to be learned of it, elsewhere. The next file
   * of the layer comes when that is settled; files of other layers may come meanwhile.
   */
  pending?(): Promise<void> | undefined;
  /** Called once at the end of the layer, also of a damaged one. Bodies of `Appetite.Random` may still be read. */
  close(): readonly F[] | Promise<readonly F[]>;
}

/** A file that assembly shall read for an analyzer. */
export interface MissingFile {
  readonly layer: number;
  /** `ViewFile.header`: a layer may have several members of one path, so the place of the body counts. */
  readonly header: FileHeader;
  /** The path under which the analyzer knows it. */
  readonly as: string;
  /**
   * Files of the same key are shown to one reader, whatever layers they are in, and what it learns counts for the
   * uppermost of these: a database whose write-ahead file is in another layer. Absent: a reader a layer.
   */
  readonly together?: string;
}

/**
 * Names of files, by which most members of a layer are passed over without being looked at. Letters of either case are the
 * same here.
 */
export interface FileNames {
  /** The whole name: `package.json`. */
  readonly exact?: readonly string[];
  /** What it ends with: `.jar`. */
  readonly ends?: readonly string[];
  /** What is in it: `.so.`, as in `libssl.so.3`. */
  readonly parts?: readonly string[];
  /** Besides, every file of so many bytes or more that somebody may execute, whatever its name. */
  readonly executables?: number;
}

/**
 * How a file that no package of the distribution brought as it is stands among the packages: `replaced`, one of the
 * distribution names its path; `generated`, it was made of a file that one brought, which is there as it was
 * (`__pycache__`); `published`, a registry published it with a package of a language (`node_modules`); `unowned`.
 */
export const fileStandings = ['unowned', 'replaced', 'generated', 'published'] as const;
export type FileStanding = (typeof fileStandings)[number];

/** Reads one layer. Facts depend on the layer's bytes, `version` and `rules` alone. */
export interface Analyzer<F extends Fact = Fact> {
  /** Unique; runs once, however many ecosystems list it. */
  readonly name: string;
  /** Raised whenever the same bytes would give other facts. */
  readonly version: number;
  /**
   * It reads what files ask for (lockfiles, manifests), not what is installed: what it cannot read leaves nothing
   * unjudged, and is told as `lockfile.unreadable`.
   */
  readonly asked?: true;
  /**
   * Takes its place where somebody brings an index of digests: it tells the same, and digests of what does not tell its
   * name, for which it reads all of it.
   */
  readonly digesting?: Analyzer<F>;
  /** Its rules take so much memory that only one thread shall have them. */
  readonly alone?: boolean;
  /** Digest of the rules that decide the facts, where there are any. */
  readonly rules?: string;
  /**
   * Of the files that no package brought, where only these are shown, it wants those that stand so: it is shown no others,
   * and where nobody wants any, no layer is opened for them. Absent: any.
   */
  readonly standings?: readonly FileStanding[];
  /** No file is read for its sake alone, where only files that no package brought are: it is shown those that others want. */
  readonly along?: true;
  /**
   * What it wants of a file. Hot: called for every file of every layer, so no I/O, no allocation,
   * and no regular expression before a cheap test on the last characters of the path.
   */
  wants(file: FileHeader): Appetite;
  /**
   * Asked of a file that it wants as `Appetite.Whole`, once its first bytes are there: whether it wants the rest, its
   * members among that. A no costs the file no more than that. Absent: it does.
   * @param head up to `HEAD_BYTES` bytes
   * @returns a number: what of its appetite is left
   */
  begins?(file: FileHeader, head: Uint8Array): boolean | Appetite;
  /**
   * Whether it may want any file that stands directly in a directory. Asked once a directory, so that files that nobody
   * could want cost nothing. Absent: it may.
   * @param directory without slashes at its ends; '' is the root
   */
  within?(directory: string): boolean;
  /**
   * Names that everything it may want has, members of archives among that. `wants` is still what decides, but is not
   * asked of files with other names, so that they cost nothing: whoever looks for files anywhere in a layer should have
   * it. Absent: any name.
   */
  readonly names?: FileNames;
  /** Starts a layer. */
  open(layer: LayerContext): LayerReader<F>;
  /** Asked once, in assembly: which files of the merged view it needs and did not see under their own path. */
  missing?(view: FileView): readonly MissingFile[];
}
