import type { Limits } from '../limits.ts';

/** Steps that links may cost one image altogether; honest images need thousands. */
const LINK_STEPS = 20_000_000;

/** The same of hard links, which honest images have some hundred thousands of. */
const HARD_LINK_STEPS = 5_000_000;

/** Parts of directories that are looked up one by one while layers are put on top; honest images have some per directory. */
const PATH_STEPS = 8_000_000;

/** Members between two pauses of a layer that is put on top. */
export const PAUSE = 10_000;

/** What putting the layers of one image on top of each other may cost, and what was left out because it cost too much. */
export class TreeBudget {
  readonly #links: number;
  readonly #nodes: number;
  /** Members of layers listed again that may still be looked at. */
  #repeatsLeft: number;
  #linkSteps = 0;
  #hardLinkSteps = 0;
  #pathSteps = 0;
  #leftOut = 0;
  #repeatsLeftOut = 0;

  /** @param limits `links`: followed for one path; `imageEntries`: nodes, and members of layers that are listed again */
  constructor(limits: Pick<Limits, 'links' | 'imageEntries'>) {
    this.#links = limits.links;
    this.#nodes = limits.imageEntries;
    this.#repeatsLeft = limits.imageEntries;
  }

  /** Links that are followed for one path. */
  get links(): number {
    return this.#links;
  }

  /** Whether paths may still be looked up to put a layer on top. */
  get hasPathSteps(): boolean {
    return this.#pathSteps <= PATH_STEPS;
  }

  /** @param steps looked-up parts, or what costs as much */
  spendPath(steps: number): void {
    this.#pathSteps += steps;
  }

  /** @param links symbolic links on the way of one path, the one at hand among them */
  mayFollow(links: number): boolean {
    return links <= this.#links && this.#linkSteps <= LINK_STEPS;
  }

  /** @param parts of the target of a symbolic link */
  spendLink(parts: number): void {
    this.#linkSteps += parts;
  }

  /** Counts the parts of a hard link's target. False where it may not be followed. */
  spendHardLink(target: string): boolean {
    if (this.#hardLinkSteps > HARD_LINK_STEPS) return false;
    this.#hardLinkSteps += partsIn(target);
    return true;
  }

  /** Counts the members of a layer that is listed again. False where it is to be left out. */
  spendRepeat(members: number): boolean {
    if (members > this.#repeatsLeft) {
      this.#repeatsLeftOut++;
      return false;
    }
    this.#repeatsLeft -= members;
    return true;
  }

  /** One more member was left out, or one marker. */
  leaveOut(): void {
    this.#leftOut++;
  }

  /** What was left out because it cost too much, in words. */
  get exhausted(): readonly string[] {
    return [
      ...(this.#linkSteps > LINK_STEPS || this.#hardLinkSteps > HARD_LINK_STEPS
        ? ['the image has so many links that some were not followed']
        : []),
      ...(this.#leftOut > 0
        ? [
            `the layers have more than ${this.#nodes} members and directories, or paths too deep to be followed for each; ` +
              `${this.#leftOut} members were left out`,
          ]
        : []),
      ...(this.#repeatsLeftOut > 0
        ? [
            `layers that are listed again have more than ${this.#nodes} members together; ` +
              `${this.#repeatsLeftOut} of these layers were left out`,
          ]
        : []),
    ];
  }
}

/** Names in a path, without a list of them being made. */
export function partsIn(path: string): number {
  let parts = 1;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) parts++;
  return parts;
}
