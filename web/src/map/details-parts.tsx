import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { MapConnection, MapInUseFinding } from '../api/schema.ts';
import { Badge } from '../ui/badge.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { SeverityBadge } from '../ui/severity.tsx';
import { NodeButton } from './node-link.tsx';

/** As many rows of a list are shown at first. */
export const ROWS = 8;

/** A part of the details with its heading. */
export function Section({
  title,
  count,
  children,
}: {
  readonly title: string;
  readonly count?: number;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="map-section">
      <h3>
        {title}
        {count !== undefined && count > 0 && <span className="count"> {count.toLocaleString('en')}</span>}
      </h3>
      {children}
    </section>
  );
}

/** The first rows of a list, the rest when it is asked for. */
export function More<Item>({
  items,
  children,
}: {
  readonly items: readonly Item[];
  readonly children: (item: Item) => ReactNode;
}): ReactNode {
  const rest = items.slice(ROWS);
  return (
    <>
      <ul>{items.slice(0, ROWS).map(children)}</ul>
      {rest.length > 0 && (
        <details>
          <summary className="soft">{rest.length} more</summary>
          <ul>{rest.map(children)}</ul>
        </details>
      )}
    </>
  );
}

/** A package in use that is vulnerable, and why it is believed to be in use. */
export function Finding({
  finding,
  onSelect,
}: {
  readonly finding: MapInUseFinding;
  readonly onSelect: (id: string) => void;
}): ReactNode {
  const [first] = finding.vulnerabilities;
  return (
    <li className="map-finding">
      <div className="side close">
        <SeverityBadge severity={finding.severity} />
        <ImageText text={finding.package} mono className="clamp" />
        <ImageText text={finding.version} mono className="faint clamp" />
      </div>
      <ul className="side close">
        {finding.vulnerabilities.slice(0, 3).map(({ id, fixedVersion, knownExploited }) => (
          <li key={id}>
            <Link href={`/vulnerabilities/${encodeURIComponent(id)}`}>
              <ImageText text={id} />
            </Link>
            {knownExploited === true && (
              <>
                {' '}
                <Badge tone="bad">exploited</Badge>
              </>
            )}
            {fixedVersion !== undefined && <span className="faint"> fixed in {fixedVersion.slice(0, 60)}</span>}
          </li>
        ))}
        {finding.count > 3 && <li className="faint">and {finding.count - 3} more</li>}
      </ul>
      {finding.use.length > 0 ? (
        <p className="faint">
          Why in use:{' '}
          <NodeButton node={{ id: finding.use[0]!.process, label: finding.use[0]!.name }} onSelect={onSelect} /> has{' '}
          <ImageText text={finding.use[0]!.file} mono />
          {finding.use.length > 1 && ` (and ${finding.use.length - 1} more)`}
        </p>
      ) : (
        finding.observed !== undefined && <p className="faint">Why in use: {observedWords(finding.observed)}.</p>
      )}
      {finding.use.length > 0 && finding.observed !== undefined && (
        <p className="faint">And {observedWords(finding.observed)}.</p>
      )}
      {first?.fixedVersion === undefined && <p className="faint">No fix is known.</p>}
    </li>
  );
}

/** What a run that was watched did with the package. */
function observedWords({ use, files }: NonNullable<MapInUseFinding['observed']>): ReactNode {
  const [file] = files;
  return (
    <>
      a watched run of the image {OBSERVED[use]}
      {file !== undefined && (
        <>
          {' '}
          (<ImageText text={file} mono />)
        </>
      )}
    </>
  );
}

const OBSERVED: Readonly<Record<NonNullable<MapInUseFinding['observed']>['use'], string>> = {
  listening: 'listened with it',
  executed: 'executed it',
  loaded: 'loaded it',
  opened: 'opened files of it',
};

/** Who talks to it, or to whom it talks. */
export function Connections({
  title,
  connections,
  onSelect,
}: {
  readonly title: string;
  readonly connections: readonly MapConnection[];
  readonly onSelect: (id: string) => void;
}): ReactNode {
  if (connections.length === 0) return null;
  return (
    <Section title={title} count={connections.length}>
      <More items={connections}>
        {(connection) => (
          <li key={connection.id} className={`map-row${connection.gone === undefined ? '' : ' faded'}`}>
            <NodeButton node={connection.other} onSelect={onSelect} />
            <span className="mono nowrap">
              {connection.port}/{connection.protocol}
            </span>
            <ImageText text={connection.name} className="soft clamp" />
            <span className="faint nowrap">
              {connection.open > 0 ? `${connection.open} open` : 'none open'}
              {connection.guessed === true && ', direction guessed'}
              {connection.toldBy !== undefined && ', told by this side only'}
            </span>
          </li>
        )}
      </More>
    </Section>
  );
}

/** Names with their values. */
export function Facts({
  rows,
}: {
  readonly rows: readonly { readonly name: string; readonly value: string }[];
}): ReactNode {
  return (
    <dl className="facts">
      {rows.map(({ name, value }) => (
        <div key={name} className="map-fact">
          <dt>
            <ImageText text={name} />
          </dt>
          <dd>
            <ImageText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
