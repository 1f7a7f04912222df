import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { MapNodeDetails } from '../api/schema.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, IconButton, LinkButton } from '../ui/button.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { SeverityBadge } from '../ui/severity.tsx';
import { Failed, Notice, Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { ControlRecord } from './control-record.tsx';
import { type AskedControl, NodeControls } from './controls.tsx';
import { Connections, Facts, Finding, More, ROWS, Section } from './details-parts.tsx';
import { NodeImage } from './look-image.tsx';
import { EXPOSURES, KINDS } from './names.ts';
import { NodeButton } from './node-link.tsx';
import { knowledgeWords } from './sentences.ts';
import { Sparkline } from './sparkline.tsx';

/** How often the figures of what is told about are asked for, ms. */
const ASKING = 5000;

export interface DetailsPanelProps {
  readonly id: string;
  readonly at: string | undefined;
  /** It is shown in the view that is looked at. */
  readonly onMap: boolean;
  readonly open: boolean;
  readonly canOpen: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onControl: (asked: AskedControl) => void;
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
  onControl,
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
        {details.submit !== undefined && (
          <LinkButton small to={`/submit?reference=${encodeURIComponent(details.submit)}`} icon="submit">
            Scan its image
          </LinkButton>
        )}
        <NodeControls node={node} controls={at === undefined ? details.controls : []} onAsk={onControl} />
      </div>
      {!onMap && <p className="faint">It is not drawn in this view.</p>}
      {details.knowledgeReason !== undefined && (
        <Notice tone="warn">
          <strong>{REASONS[node.knowledge] ?? 'Its software is not known'}</strong>
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
            {node.useUnknown === true && details.knowledgeReason === undefined
              ? `The image has ${node.installed ?? 'some'} vulnerabilities. Whether what runs uses them is not known: neither do its reporter and its scan tell which files are whose, nor was a run of it watched.`
              : node.knowledge === 'known' && node.useUnknown !== true
                ? 'No vulnerability is known in what runs.'
                : knowledgeWords(node)}
          </p>
        ) : (
          <More items={details.findings}>
            {(finding) => <Finding key={finding.purl} finding={finding} onSelect={onSelect} />}
          </More>
        )}
      </Section>
      {details.observedRun !== undefined && (
        <p className="faint">
          What it uses was watched{' '}
          {details.observedRun.page === undefined ? (
            <Time at={details.observedRun.at} />
          ) : (
            <Link href={`/images/${encodeURIComponent(details.observedRun.page)}`}>
              in a run <Time at={details.observedRun.at} />
            </Link>
          )}
          .
        </p>
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
      {details.controls.length > 0 && <ControlRecord node={node.id} />}
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

const REASONS: Readonly<Partial<Record<MapNodeDetails['node']['knowledge'], string>>> = {
  unknown: 'Not scanned',
  known: 'Not all of its software is known',
};

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
