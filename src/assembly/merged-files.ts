import type { ScanContext } from '../context.ts';
import type { Fact } from '../model/fact.ts';
import type { ImageInfo } from '../model/image.ts';
import type { FileView, LayerFact, Resolution, ViewFile } from '../model/view.ts';
import type { ReadLayer } from '../reading/read-layers.ts';
import { PathTree } from './path-tree.ts';

/** All layers folded into one tree, with the facts of each: what assembly concludes from. */
export class MergedFiles implements FileView {
  readonly image: ImageInfo;
  readonly tree: PathTree;
  readonly #facts: Map<Fact['kind'], LayerFact[]> = new Map();

  constructor(image: ImageInfo, layers: readonly ReadLayer[], limits: ScanContext['limits']) {
    this.image = image;
    this.tree = new PathTree(limits);
    for (const [layer, { facts }] of layers.entries()) {
      this.tree.apply(facts.index);
      this.add(layer, facts.facts);
    }
  }

  /** Adds what the second pass learned. */
  add(layer: number, facts: readonly Fact[]): void {
    for (const fact of facts) {
      let list = this.#facts.get(fact.kind);
      if (list === undefined) {
        list = [];
        this.#facts.set(fact.kind, list);
      }
      list.push({ layer, fact });
    }
  }

  /** Puts facts of the second pass where those of their layer stand. */
  sortFacts(): void {
    for (const list of this.#facts.values()) list.sort((a, b) => a.layer - b.layer);
  }

  facts<K extends Fact['kind']>(kind: K): readonly LayerFact<K>[] {
    return (this.#facts.get(kind) ?? []) as unknown as readonly LayerFact<K>[];
  }

  resolve(path: string): Resolution {
    const found = this.tree.find(path);
    if (found.node === undefined) return { found: false, reason: found.reason };
    const file = this.fileAt(found.node);
    return file === undefined ? { found: false, reason: 'broken' } : { found: true, file };
  }

  hiddenBy(layer: number, path: string): number | undefined {
    return this.tree.hiddenBy(layer, path);
  }

  list(directory: string): readonly ViewFile[] {
    const found = this.tree.find(directory);
    if (found.node === undefined) return [];
    const files: ViewFile[] = [];
    for (const child of this.tree.children(found.node)) {
      const file = this.fileAt(child);
      if (file !== undefined) files.push(file);
    }
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** True while what a layer brought at a path, directly or through links, is what the merged view shows there. */
  shows(layer: number, path: string): boolean {
    const resolution = this.resolve(path);
    return resolution.found && resolution.file.layer === layer;
  }

  /** A node as a file: where a hard link leads, the file it shares its content with. */
  fileAt(node: number): ViewFile | undefined {
    const content = this.tree.contentOf(node);
    if (content === undefined) return undefined;
    const path = this.tree.pathOf(node);
    const index = this.tree.indexOf(content);
    const entry = this.tree.entryOf(content);
    if (index === undefined || entry < 0) {
      const header = {
        path,
        name: path.slice(path.lastIndexOf('/') + 1),
        type: 'directory',
        size: 0,
        mode: 0o755,
        uid: 0,
        gid: 0,
        offset: 0,
      } as const;
      return { layer: 0, path, header };
    }
    return { layer: this.tree.layerOf(content), path, header: index.header(entry) };
  }
}
