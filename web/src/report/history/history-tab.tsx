import { type ReactNode, useMemo } from 'react';
import { sizeWords } from '../../../../src/report/words.ts';
import type { Finding, Report } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { Empty } from '../../ui/states.tsx';
import { AddressLink } from '../address-link.tsx';
import { findingKey } from '../findings/finding-key.ts';
import { momentOf } from '../words.ts';

/** Findings of one entry that are named. */
const NAMED = 8;

/** Entries that are shown: what an image says of itself has no end. */
const SHOWN = 1000;

/** What the image says it was made by, also what made no layer, with what is wrong with it. */
export function HistoryTab({ report }: { readonly report: Report }): ReactNode {
  const { history, layers, base } = report.image;
  const byEntry = useMemo(() => findingsByEntry(report.findings), [report]);
  if (history.length === 0) {
    return (
      <Empty title="No history" level={3}>
        <p>The image does not say how it was made.</p>
      </Empty>
    );
  }
  return (
    <ol className="history">
      {history.slice(0, SHOWN).map(({ index, instruction, created, comment, layerIndex }) => {
        const layer = layerIndex === undefined ? undefined : layers.find((one) => one.index === layerIndex);
        const isBase = base?.entries !== undefined && index < base.entries;
        return (
          <li key={index} className={layer === undefined ? 'entry without-layer' : 'entry'}>
            <span className="entry-number">{index}</span>
            <div className="entry-what">
              <pre className="entry-instruction">
                <ImageText mono text={instruction} lines />
              </pre>
              <p className="entry-about soft">
                {isBase && <Badge tone="accent">base</Badge>}
                {layer === undefined ? (
                  <span>no layer</span>
                ) : (
                  <AddressLink changes={{ tab: 'layers', layer: String(layer.index) }}>
                    layer {layer.index}, {sizeWords(layer.size)}
                  </AddressLink>
                )}
                {created !== undefined && <span>{momentOf(created)}</span>}
                {comment !== undefined && comment !== '' && <ImageText text={comment} />}
              </p>
              <EntryFindings findings={byEntry.get(index) ?? []} entry={index} />
            </div>
          </li>
        );
      })}
      {history.length > SHOWN && (
        <li className="soft">and {(history.length - SHOWN).toLocaleString('en')} more entries</li>
      )}
    </ol>
  );
}

/** What is wrong with an entry itself; vulnerabilities stand at their layer. */
function findingsByEntry(findings: readonly Finding[]): ReadonlyMap<number, readonly Finding[]> {
  const entries = new Map<number, Finding[]>();
  for (const finding of findings) {
    const { historyIndex, kind, package: pkg } = finding;
    if (historyIndex === undefined || kind === 'vulnerability' || pkg !== undefined) continue;
    const list = entries.get(historyIndex);
    if (list === undefined) entries.set(historyIndex, [finding]);
    else list.push(finding);
  }
  return entries;
}

function EntryFindings({ findings }: { readonly findings: readonly Finding[]; readonly entry: number }): ReactNode {
  if (findings.length === 0) return null;
  return (
    <ul className="entry-findings">
      {findings.slice(0, NAMED).map((finding) => (
        <li key={findingKey(finding)}>
          <SeverityBadge severity={finding.severity} />
          <AddressLink changes={{ tab: undefined, finding: findingKey(finding) }}>
            <ImageText text={finding.title} />
          </AddressLink>
          <ImageText className="soft cut" text={finding.evidence} />
        </li>
      ))}
      {findings.length > NAMED && <li className="soft">and {(findings.length - NAMED).toLocaleString('en')} more</li>}
    </ul>
  );
}
