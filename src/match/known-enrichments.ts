import type { AdvisorySource } from '../model/advisory.ts';
import type { EnrichmentHit } from '../model/enrichment.ts';
import { type SeverityAuthor, severityAuthors } from '../model/severity.ts';
import { type Group, isCve, unsilenced } from './group.ts';

/** Who speaks for the CVE list: its word on whether an id is rejected outweighs that of copies of it. */
const AUTHORITY = 'cve-list';

/**
 * Ids that databases give to vulnerabilities themselves, and not to their notices (DSA, RHSA): such a record stands even
 * where its CVE was taken back.
 */
const ownId = /^(?:GHSA|PYSEC|GO|RUSTSEC|MAL|OSV|OSVDB|NSWG|FOP|JLSEC|HSEC|RSEC|BIT|EEF|DRUPAL|TEMP|AVG)-/;

/** That an id was taken back, and who says so. */
export interface Rejection {
  readonly id: string;
  readonly feed: string;
  readonly reason?: string;
}

/** What enrichers say of the vulnerabilities of an image, asked for at once. */
export class KnownEnrichments {
  readonly order: readonly SeverityAuthor[];
  readonly #hits: ReadonlyMap<string, readonly EnrichmentHit[]>;

  /** Asks for all names that `groups` are known by. A source without enrichments is not asked. */
  constructor(
    source: Pick<AdvisorySource, 'enrich'>,
    names: Iterable<string>,
    order: readonly SeverityAuthor[] = severityAuthors,
  ) {
    this.order = order;
    const asked = [...new Set(names)].filter(isCve);
    const answers = asked.length === 0 ? [] : (source.enrich?.(asked) ?? []);
    this.#hits = new Map(asked.map((name, index) => [name, answers[index] ?? []]));
  }

  /** What is said of a vulnerability by any of its ids, its main one first. */
  of(ids: readonly string[]): readonly EnrichmentHit[] {
    return ids.flatMap((id) => this.#hits.get(id) ?? []).filter(({ enrichment }) => enrichment.rejected === undefined);
  }

  /** Everything that is said of one id, rejections included. */
  all(id: string): readonly EnrichmentHit[] {
    return this.#hits.get(id) ?? [];
  }

  /** Whether an id was rejected. */
  rejectionOf(id: string): Rejection | undefined {
    const hits = this.all(id);
    const authority = hits.find(({ feed }) => feed === AUTHORITY);
    const found =
      authority === undefined ? hits.find(({ enrichment }) => enrichment.rejected !== undefined) : authority;
    if (found?.enrichment.rejected === undefined) return undefined;
    const { reason } = found.enrichment.rejected;
    return { id, feed: found.feed, ...(reason !== undefined && { reason }) };
  }

  /**
   * Whether a vulnerability is none any more: every record that counts stands on an id that was rejected. One that has
   * an id of its own (GHSA-...) for the same thing stays, under that.
   */
  rejection(group: Group): Rejection | undefined {
    const cves = group.ids.filter(isCve);
    const rejections = cves.flatMap((id) => this.rejectionOf(id) ?? []);
    if (rejections.length === 0 || rejections.length < cves.length) return undefined;
    const standsAlone = unsilenced(group).some(({ hit }) => ownId.test(hit.advisory.id));
    return standsAlone ? undefined : rejections[0];
  }

  /** What a vulnerability is called whose main id may be rejected: by that of a record which still stands. */
  idOf(id: string, rows: Group['assessments']): string {
    if (this.rejectionOf(id) === undefined) return id;
    return rows.find(({ hit }) => ownId.test(hit.advisory.id))?.hit.advisory.id ?? id;
  }
}

/** A rejection in words, without a full stop. */
export function rejectionWords({ id, feed, reason }: Rejection): string {
  return `${id} was rejected (${feed})${reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`}`;
}
