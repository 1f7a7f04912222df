import type { FileType } from '../model/file.ts';
import type { SeenFile } from '../model/view.ts';
import type { LayerIndex } from '../reading/layer-index.ts';
import type { FileOwners } from './file-owners.ts';
import type { MergedFiles } from './merged-files.ts';
import { NONE } from './tree-nodes.ts';

/** Shows the files of the merged view one after the other, without making anything for those that nobody asks more of. */
export function eachFile(
  files: MergedFiles,
  owners: FileOwners,
  visit: (file: SeenFile) => void,
  { directories = false }: { readonly directories?: boolean } = {},
): void {
  const { tree } = files;
  const seen = new Cursor(files, owners);
  for (let node = tree.nextFile(NONE); node !== NONE; node = tree.nextFile(node)) {
    if (seen.moveTo(node)) visit(seen);
  }
  if (!directories) return;
  for (let node = tree.nextDirectory(NONE); node !== NONE; node = tree.nextDirectory(node)) {
    if (seen.moveTo(node)) visit(seen);
  }
}

class Cursor implements SeenFile {
  readonly #files: MergedFiles;
  readonly #owners: FileOwners;
  #node = 0;
  #index: LayerIndex | undefined;
  #entry = 0;
  layer = 0;

  constructor(files: MergedFiles, owners: FileOwners) {
    this.#files = files;
    this.#owners = owners;
  }

  /** @returns false where there is nothing to show: a hard link that leads nowhere, a directory that no layer lists */
  moveTo(node: number): boolean {
    const { tree } = this.#files;
    const content = tree.contentOf(node);
    if (content === undefined) return false;
    this.#index = tree.indexOf(content);
    if (this.#index === undefined) return false;
    this.#node = node;
    this.#entry = tree.entryOf(content);
    this.layer = tree.layerOf(content);
    return true;
  }

  get type(): FileType {
    return this.#index?.typeOf(this.#entry) ?? 'directory';
  }

  get size(): number {
    return this.#index?.sizeOf(this.#entry) ?? 0;
  }

  get mode(): number {
    return this.#index?.modeOf(this.#entry) ?? 0;
  }

  get uid(): number {
    return this.#index?.uidOf(this.#entry) ?? 0;
  }

  get gid(): number {
    return this.#index?.gidOf(this.#entry) ?? 0;
  }

  path(): string {
    return this.#files.tree.pathOf(this.#node);
  }

  capabilities(): string | undefined {
    return this.#index?.capabilitiesOf(this.#entry);
  }

  bringer(): string | undefined {
    return this.#owners.bringerOfNode(this.#node, this.layer);
  }
}
