import { hash } from 'node:crypto';
import { UsageError } from '../errors.ts';
import type { VexJustification } from '../formats/vex/document.ts';
import { vexJustifications } from '../formats/vex/document.ts';
import type { WrittenStatement, WrittenVex } from '../formats/vex/written.ts';
import type { Report } from '../model/report.ts';
import { imagePurl } from './product.ts';

export interface VexAbout {
  /** `Example Ltd`, `Example Ltd <https://example.com>`. */
  readonly author: string;
  /** Package URL of what the statements are about; absent: the image. */
  readonly product?: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

/**
 * What the policy of a report accepts, as statements: `not_affected` where its entry gives a justification, else
 * `affected` with what was decided. That a risk is accepted does not mean that it is none.
 * @throws UsageError where the image has no name that others would know it by
 */
export function createVex(report: Report, { author, product, timestamp }: VexAbout): WrittenVex {
  const subject = product ?? imagePurl(report);
  if (subject === undefined) {
    throw new UsageError('usage.option', 'the image has neither a name nor a digest: say by --product what it is.');
  }
  const groups = new Map<string, { statement: Omit<WrittenStatement, 'parts'>; parts: Set<string> }>();
  for (const { kind, id, aliases, package: pkg, suppressed } of report.findings) {
    if (kind !== 'vulnerability' || pkg === undefined || suppressed?.by.startsWith('policy:') !== true) continue;
    const statement = { vulnerability: id, aliases, ...decisionOf(suppressed) };
    const key = JSON.stringify(statement);
    const group = groups.get(key) ?? { statement, parts: new Set<string>() };
    group.parts.add(pkg.purl);
    groups.set(key, group);
  }
  const statements = [...groups.values()].map(({ statement, parts }) => ({ ...statement, parts: [...parts].sort() }));
  const [, name = author, url] = /^(.*\S)\s*<(https?:\/\/[^<>\s]+)>$/.exec(author) ?? [];
  // The same statements by the same author are the same document: its id says so.
  const id = hash('sha256', JSON.stringify([author, subject, timestamp, statements]));
  return {
    id,
    author: name,
    ...(url !== undefined && { authorUrl: url }),
    timestamp,
    product: subject,
    reference: report.image.reference,
    statements,
  };
}

function decisionOf({
  reason,
  expires,
  justification,
}: NonNullable<Report['findings'][number]['suppressed']>): Pick<WrittenStatement, 'status' | 'justification' | 'text'> {
  const known = vexJustifications.find((one): one is VexJustification => one === justification);
  if (known !== undefined) return { status: 'not_affected', justification: known, text: reason };
  const until = expires === undefined ? '' : ` until ${expires}`;
  return { status: 'affected', text: `Accepted${until}: ${reason}` };
}
