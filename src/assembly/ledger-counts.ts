import { type Coverage, type FileClass, fileClasses } from '../model/report.ts';
import { isMarkedExecutable } from './executable-names.ts';
import { hiddenFiles } from './hidden-files.ts';
import type { LedgerEntry } from './ledger-files.ts';
import { PathSample } from './path-sample.ts';
import type { PathTree } from './path-tree.ts';
import { isDistributionPlace } from './program-path.ts';

interface Count {
  files: number;
  bytes: number;
}

const explaining: ReadonlySet<FileClass> = new Set(['owned', 'analysed', 'copied', 'generated']);

/** Sums of a ledger while its files are gone through. */
export class LedgerCounts {
  readonly #tree: PathTree;
  readonly #classes: Record<FileClass, Count>;
  readonly #executables: Count = none();
  readonly #explained: Count = none();
  readonly #hidden: Map<number, Count> = new Map();
  readonly #unexplained: PathSample = new PathSample();
  readonly #modified: PathSample = new PathSample();
  #unexplainedCount = 0;
  readonly #strays: PathSample = new PathSample();
  /** Unexplained executables that somebody may execute. */
  programs = 0;
  /** Executables at the places of a distribution's programs and libraries: those that packages own, and those that nobody owns. */
  readonly places: { owned: number; strays: number } = { owned: 0, strays: 0 };

  constructor(tree: PathTree) {
    this.#tree = tree;
    this.#classes = Object.fromEntries(fileClasses.map((name) => [name, none()])) as Record<FileClass, Count>;
  }

  /**
   * @param node under whose name the file is in sight
   * @param content which has its content
   */
  add(node: number, content: number, { class: of, executable }: LedgerEntry): void {
    const tree = this.#tree;
    const index = tree.indexOf(content);
    const entry = tree.entryOf(content);
    const size = index?.sizeOf(entry) ?? 0;
    count(this.#classes[of], size);
    if (!executable) return;
    count(this.#executables, size);
    if (of === 'owned' || of === 'executable') this.#addPlace(node, of);
    if (explaining.has(of)) count(this.#explained, size);
    else if (of === 'modified') this.#modified.add(tree.pathOf(node));
    // What could not be read is no better explained than what nobody owns.
    else {
      this.#unexplainedCount++;
      this.#unexplained.add(tree.pathOf(node));
      if (index !== undefined && isMarkedExecutable(index, entry)) this.programs++;
    }
  }

  #addPlace(node: number, of: 'owned' | 'executable'): void {
    const path = this.#tree.pathOf(node);
    if (!isDistributionPlace(path)) return;
    if (of === 'owned') this.places.owned++;
    else {
      this.places.strays++;
      this.#strays.add(path);
    }
  }

  /** Some of the executables at such places that nobody owns. */
  strays(): readonly string[] {
    return this.#strays.first();
  }

  /** Adds what is in the layers and out of sight. */
  addHidden(): void {
    const tree = this.#tree;
    for (const { node } of hiddenFiles(tree)) {
      if (tree.typeOf(node) !== 'file') continue;
      const layer = tree.layerOf(node);
      const hidden = this.#hidden.get(layer) ?? none();
      this.#hidden.set(layer, hidden);
      count(hidden, tree.indexOf(node)?.sizeOf(tree.entryOf(node)) ?? 0);
    }
  }

  result(): Omit<Coverage, 'complete' | 'analysed' | 'contents'> {
    const classes = this.#classes;
    let files = 0;
    let bytes = 0;
    for (const name of fileClasses) {
      files += classes[name].files;
      bytes += classes[name].bytes;
    }
    const owned = classes.owned.files + classes.modified.files;
    const analysed = classes.analysed.files + classes.copied.files + classes.generated.files;
    return {
      files,
      bytes,
      byClass: { owned, analysed, unowned: files - owned - analysed },
      unexplained: this.#unexplained.first(),
      ledger: {
        classes,
        executables: { ...this.#executables, explained: this.#explained },
        unexplained: this.#unexplainedCount,
        modified: this.#modified.first(),
        hidden: [...this.#hidden].sort(([a], [b]) => a - b).map(([layer, sum]) => ({ layer, ...sum })),
      },
    };
  }
}

function none(): Count {
  return { files: 0, bytes: 0 };
}

function count(sum: Count, bytes: number): void {
  sum.files++;
  sum.bytes += bytes;
}
