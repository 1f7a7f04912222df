import type { ReactNode } from 'react';
import type { MapAttackPath, MapConnection, MapInUseFinding, MapNodeDetails } from '../api/schema.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, IconButton, LinkButton } from '../ui/button.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { SeverityBadge } from '../ui/severity.tsx';
import { Failed, Notice, Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { NodeControls } from './controls.tsx';
import { NodeImage } from './look-image.tsx';
import { EXPOSURES, KINDS } from './names.ts';
import { NodeButton } from './node-link.tsx';
import { knowledgeWords } from './sentences.ts';
import { Sparkline } from './sparkline.tsx';

/** How often the figures of what is told about are asked for, ms. */
const ASKING = 5000;
/** As many rows of a list are shown at first. */
const ROWS = 8;

export interface DetailsPanelProps {
  readonly id: string;
  readonly at: string | undefined;
  /** It is shown in the view that is looked at. */
  readonly onMap: boolean;
  readonly open: boolean;
  readonly canOpen: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onPath: (id: string) => void;
  readonly onClose: () => void;
}

/** All that is known of one node. */
export function DetailsPanel(props: DetailsPanelProps): ReactNode {
  const { id, at, onClose } = props;
  const asked = useAnswer(
    'GET /api/map/nodes/{id}',
    { path: { id }, query: at === undefined ? {} : { at } },
    at === undefined ? { every: ASKING } : {},
  );
  // What was there of another node is not of this one.
  const data = asked.stale ? undefined : asked.data;
  return (
    <section className="map-side-content" aria-label="About what is selected" data-details={data?.node.id ?? ''}>
      {data === undefined ? (
        <>
          <header className="map-side-head">
            <h2 tabIndex={-1}>{asked.error === undefined ? 'Loading …' : 'Not found'}</h2>
            <IconButton label="Close" icon="close" onClick={onClose} />
          </header>
          {asked.error === undefined ? (
            <Skeleton lines={8} />
          ) : (
            <Failed what="What is known of it" error={asked.error} onRetry={asked.again} />
          )}
        </>
      ) : (
        <Details {...props} details={data} />
      )}
    </section>
  );
}

function Details({
  details,
  at,
  onMap,
  open,
  canOpen,
  onSelect,
  onOpen,
  onPath,
  onClose,
}: DetailsPanelProps & { readonly details: MapNodeDetails }): ReactNode {
  const { node } = details;
  return (
    <>
      <header className="map-side-head">
        <NodeImage node={node} size={44} />
        <div className="grow stack close">
          <h2 tabIndex={-1}>
            <ImageText text={node.label} className="clamp-more" />
          </h2>
          <span className="side close">
            <span className="soft">{KINDS[node.kind]}</span>
            {node.detail !== undefined && <ImageText text={node.detail} className="soft clamp" />}
          </span>
        </div>
        <IconButton label="Close" icon="close" onClick={onClose} />
      </header>
      <div className="side close">
        <StateBadge state={node.state} kind={node.kind} gone={node.gone} />
        {node.worst === undefined ? (
          knowledgeWords(node) !== '' && <Badge>{knowledgeWords(node)}</Badge>
        ) : (
          <SeverityBadge severity={node.worst.severity} boxed />
        )}
        {node.exposure !== undefined && (
          <Badge tone={node.exposure === 'published' ? 'accent' : 'neutral'}>{EXPOSURES[node.exposure]}</Badge>
        )}
      </div>
      <div className="side close no-print">
        {(canOpen || open) && (
          <Button small onClick={() => onOpen(node.id)} aria-expanded={open}>
            {open ? 'Close it on the map' : 'Show what is in it'}
          </Button>
        )}
        {details.imagePage !== undefined && (
          <LinkButton small to={`/images/${encodeURIComponent(details.imagePage)}`} icon="images">
            The image
          </LinkButton>
        )}
        <NodeControls node={node} controls={at === undefined ? details.controls : []} />
      </div>
      {!onMap && <p className="faint">It is not drawn in this view.</p>}
      {details.knowledgeReason !== undefined && (
        <Notice tone="warn">
          <strong>Its software is not known</strong>
          <ImageText text={details.knowledgeReason} />
        </Notice>
      )}
      {details.drift.length > 0 && (
        <Notice tone="bad">
          <strong>Runs what its image did not bring</strong>
          <ul className="stack close">
            {details.drift.slice(0, ROWS).map(({ process, what, file }) => (
              <li key={process.id}>
                <NodeButton node={process} onSelect={onSelect} /> <span className="soft">{DRIFT[what]}</span>{' '}
                <ImageText text={file} mono className="clamp" />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {node.powers !== undefined && node.powers.length > 0 && (
        <Notice tone="warn">
          <strong>Can do more than a container should</strong>
          <ImageText text={node.powers.join(', ')} />
        </Notice>
      )}
      {details.series.length > 0 && (
        <div className="map-sparks">
          {details.series.map((series) => (
            <Sparkline key={series.name} series={series} />
          ))}
        </div>
      )}
      <Section title="In use, and vulnerable" count={details.findings.length + details.findingsLeftOut}>
        {details.findings.length === 0 ? (
          <p className="faint">
            {node.knowledge === 'known' ? 'No vulnerability is known in what runs.' : knowledgeWords(node)}
          </p>
        ) : (
          <More items={details.findings}>
            {(finding) => <Finding key={finding.purl} finding={finding} onSelect={onSelect} />}
          </More>
        )}
      </Section>
      {details.paths.length > 0 && (
        <Section title="Attack paths through it" count={details.paths.length}>
          <More items={details.paths}>{(path) => <PathRow key={path.id} path={path} onPath={onPath} />}</More>
        </Section>
      )}
      {details.listeners.length > 0 && (
        <Section title="Listens on" count={details.listeners.length}>
          <More items={details.listeners}>
            {(listener) => (
              <li key={`${listener.protocol} ${listener.port} ${listener.addresses.join()}`} className="map-row">
                <strong className="mono">
                  {listener.port}/{listener.protocol}
                </strong>
                <span className="soft">{EXPOSURES[listener.exposure]}</span>
                {listener.published.length > 0 && (
                  <ImageText text={listener.published.join(', ')} mono className="soft clamp" />
                )}
                {listener.process !== undefined && <NodeButton node={listener.process} onSelect={onSelect} />}
              </li>
            )}
          </More>
        </Section>
      )}
      <Connections title="Called by" connections={details.incoming} onSelect={onSelect} />
      <Connections title="Calls" connections={details.outgoing} onSelect={onSelect} />
      {details.connectionsLeftOut > 0 && (
        <p className="faint">{details.connectionsLeftOut} further connections are not listed.</p>
      )}
      {details.children.length > 0 && (
        <Section title="In it" count={details.children.length + details.childrenLeftOut}>
          <More items={details.children}>
            {(child) => (
              <li key={child.id} className="map-row">
                <NodeImage node={child} size={22} />
                <NodeButton node={child} onSelect={onSelect} />
                <ImageText text={child.detail} className="faint clamp" />
              </li>
            )}
          </More>
        </Section>
      )}
      {details.parents.length > 0 && (
        <Section title="Is in">
          <ul>
            {details.parents.map((parent) => (
              <li key={parent.id} className="map-row">
                <span className="soft">{KINDS[parent.kind as keyof typeof KINDS] ?? parent.kind}</span>
                <NodeButton node={parent} onSelect={onSelect} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {details.metadata.length > 0 && (
        <Section title="Facts">
          <Facts rows={details.metadata.map(({ label, value }) => ({ name: label, value }))} />
        </Section>
      )}
      {details.labels.length > 0 && (
        <details className="map-section">
          <summary>Labels ({details.labels.length})</summary>
          <Facts rows={details.labels.slice(0, 200)} />
        </details>
      )}
      {details.environment !== undefined && details.environment.length > 0 && (
        <details className="map-section">
          <summary>Environment ({details.environment.length})</summary>
          <ul className="stack close">
            {details.environment.slice(0, 500).map((line) => (
              <li key={line}>
                <ImageText text={line} mono />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const DRIFT: Readonly<Record<string, string>> = {
  written: 'was written after the start:',
  deleted: 'runs a file that was removed:',
  memory: 'runs from memory alone',
  mounted: 'runs from a volume:',
};

const GOOD: readonly string[] = ['running', 'live'];

function StateBadge({
  state,
  kind,
  gone,
}: {
  readonly state: string;
  readonly kind: string;
  readonly gone: string | undefined;
}): ReactNode {
  if (gone !== undefined) {
    return (
      <Badge tone="warn">
        gone <Time at={gone} />
      </Badge>
    );
  }
  if (kind === 'internet' || kind === 'outside' || kind === 'network' || kind === 'image') return null;
  return <Badge tone={GOOD.includes(state) ? 'good' : state === 'unknown' ? 'neutral' : 'warn'}>{state}</Badge>;
}

function Section({
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
function More<Item>({
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

function Finding({
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
            <a href={`/vulnerabilities/${encodeURIComponent(id)}`}>
              <ImageText text={id} />
            </a>
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
        finding.observed === true && <p className="faint">Why in use: a run of the image that was watched used it.</p>
      )}
      {first?.fixedVersion === undefined && <p className="faint">No fix is known.</p>}
    </li>
  );
}

export function PathRow({
  path,
  current = false,
  onPath,
}: {
  readonly path: MapAttackPath;
  readonly current?: boolean;
  readonly onPath: (id: string) => void;
}): ReactNode {
  return (
    <li>
      <button type="button" className="map-path-row" aria-pressed={current} onClick={() => onPath(path.id)}>
        <SeverityBadge severity={path.severity} />
        <span className="grow">
          <ImageText text={path.title} />
          <span className="faint">
            {' '}
            {path.entry === 'internet'
              ? 'called from the internet'
              : path.entry === 'published'
                ? 'published'
                : 'on the host’s network'}
            {path.reaches > 0 && `, reaches ${path.reaches} more`}
          </span>
        </span>
        {path.knownExploited && <Badge tone="bad">exploited</Badge>}
      </button>
    </li>
  );
}

function Connections({
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
            </span>
          </li>
        )}
      </More>
    </Section>
  );
}

function Facts({ rows }: { readonly rows: readonly { readonly name: string; readonly value: string }[] }): ReactNode {
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
