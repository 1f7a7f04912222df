import { type DebianNotice, readDebianNotices } from '../../formats/debian-notices.ts';
import type { FeedEvent } from '../../model/feed.ts';

/** Which notices dealt with an issue of a package. */
export class DebianNotices {
  readonly #ids = new Map<string, Set<string>>();

  /** Takes a list in; says what of it could not be read. */
  async *read(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FeedEvent> {
    for await (const item of readDebianNotices(chunks)) {
      if ('skipped' in item) yield { type: 'note', message: item.skipped };
      else this.#add(item);
    }
  }

  /** Ids of the notices, sorted. */
  of(pkg: string, issue: string): readonly string[] {
    return [...(this.#ids.get(`${pkg} ${issue}`) ?? [])].sort();
  }

  #add({ id, cves, fixes }: DebianNotice): void {
    for (const pkg of new Set(fixes.map((fix) => fix.package))) {
      for (const cve of cves) {
        const key = `${pkg} ${cve}`;
        const known = this.#ids.get(key);
        if (known === undefined) this.#ids.set(key, new Set([id]));
        else known.add(id);
      }
    }
  }
}
