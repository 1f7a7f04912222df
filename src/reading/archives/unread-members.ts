import type { Problem } from '../../model/problem.ts';

/** What could not be read of the members of one archive: each reason is told once, however many it holds for. */
export class UnreadMembers {
  readonly #path: string;
  readonly #reasons: Map<string, { count: number; first: string }> = new Map();

  /** @param path of the archive */
  constructor(path: string) {
    this.#path = path;
  }

  /** @param why a sentence without its beginning: `is encrypted` */
  add(why: string, member: string): void {
    const told = this.#reasons.get(why);
    if (told === undefined) this.#reasons.set(why, { count: 1, first: member });
    else told.count++;
  }

  tell(problem: (problem: Problem) => void): void {
    for (const [why, { count, first }] of this.#reasons) {
      const which = count === 1 ? first : `of ${this.#path}, each of ${count} members (the first is ${first})`;
      problem({ code: 'archive.unreadable', message: `${which} ${why} and could not be read`, path: this.#path });
    }
    this.#reasons.clear();
  }
}
