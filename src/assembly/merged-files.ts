import type { ScanContext } from '../context.ts';
import type { Fact } from '../model/fact.ts';
import type { ImageInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import type { FileView, LayerFact, Resolution, ViewFile } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import type { LayerIndex } from '../reading/layer-index.ts';
import { countPackages } from '../reading/ledger.ts';
import type { ReadLayer } from '../reading/read-layers.ts';
import { PathTree } from './path-tree.ts';
import type { Applied } from './repeated-layers.ts';

/** Part of the packages of all layers that layers listed again may list once more: what each changed is kept. */
const REPEATED = 10;

/** All layers folded into one tree, with the facts of each: what assembly concludes from. */
export class MergedFiles implements FileView {
  readonly image: ImageInfo;
  readonly tree: PathTree;
  /** Members of the layers, each layer once. */
  readonly indexes: Set<LayerIndex> = new Set();
  readonly #facts: Map<Fact['kind'], LayerFact[]> = new Map();

  private constructor(image: ImageInfo, tree: PathTree) {
    this.image = image;
    this.tree = tree;
  }

  /**
   * Puts the layers on top of each other, base first. Where time runs out, those that are left are left out.
   * @param problems gets what was left out
   */
  static async of(
    image: ImageInfo,
    layers: readonly ReadLayer[],
    limits: ScanContext['limits'],
    pauses: Pauses,
    problems: Problem[] = [],
  ): Promise<MergedFiles> {
    const indexes = new Set(layers.map(({ facts }) => facts.index));
    let expected = 0;
    for (const index of indexes) expected += index.count + index.directories.length;
    const files = new MergedFiles(image, new PathTree(limits, expected));
    let packagesLeft = Math.floor(limits.packages / REPEATED);
    for (const [layer, { facts }] of layers.entries()) {
      const isRepeated = !indexes.delete(facts.index);
      const applied = await files.#apply(facts.index, pauses);
      if (applied === undefined) {
        const message = `the time limit was reached while the layers were merged; those from layer ${layer} on were left out`;
        problems.push({ code: 'scan.timeout', message, layer });
        break;
      }
      files.indexes.add(facts.index);
      // What a layer says again right where it stands is known already.
      if (applied !== 'changed') continue;
      if (isRepeated) packagesLeft -= 1 + countPackages(facts.facts);
      if (packagesLeft >= 0) files.add(layer, facts.facts);
      else {
        const message = `layers that are listed again list more than ${Math.floor(limits.packages / REPEATED)} packages together; those of this one were left out`;
        problems.push({ code: 'layer.limit', message, layer });
      }
    }
    return files;
  }

  /** @returns undefined where time ran out */
  async #apply(index: LayerIndex, pauses: Pauses): Promise<Applied | undefined> {
    const steps = this.tree.applying(index);
    await pauses.take();
    for (;;) {
      if (pauses.isOver) return undefined;
      const step = steps.next();
      if (step.done === true) return step.value;
      await pauses.take();
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

  /** Puts other facts in the place of all of a kind. */
  replaceFacts<K extends Fact['kind']>(kind: K, facts: readonly LayerFact<K>[]): void {
    this.#facts.set(kind, [...facts] as unknown as LayerFact[]);
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
    const { node } = this.tree.find(path);
    const content = node === undefined ? undefined : this.tree.contentOf(node);
    // A directory that no layer lists counts as the base's.
    return content !== undefined && Math.max(0, this.tree.layerOf(content)) === layer;
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
