import { type ReactNode, useMemo } from 'react';
import type { MapAttackPath } from '../api/schema.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { SeverityBadge } from '../ui/severity.tsx';
import { Empty, Failed, Notice, Skeleton } from '../ui/states.tsx';
import { PathRow } from './details-parts.tsx';
import { reachOf } from './sentences.ts';

/** How often paths are asked for, ms. */
const ASKING = 15_000;

export interface PathsPanelProps {
  readonly at: string | undefined;
  readonly path: string | undefined;
  readonly step: number;
  readonly onPath: (id: string | undefined, step: number) => void;
  readonly onSelect: (id: string) => void;
}

/** All attack paths of this moment, and the one that is looked at. */
export function usePaths(at: string | undefined, off: boolean) {
  return useAnswer(
    'GET /api/map/paths',
    { query: at === undefined ? {} : { at } },
    { off, ...(at === undefined && { every: ASKING }) },
  );
}

/** From where anybody stands to what can be reached: the list, and one of them step by step. */
export function PathsPanel({ at, path, step, onPath, onSelect }: PathsPanelProps): ReactNode {
  const asked = usePaths(at, false);
  const current = useMemo(() => asked.data?.paths.find(({ id }) => id === path), [asked.data, path]);
  if (asked.data === undefined) {
    if (asked.error !== undefined)
      return <Failed what="The list of attack paths" error={asked.error} onRetry={asked.again} />;
    return <Skeleton lines={8} />;
  }
  const { paths, leftOut, unknown } = asked.data;
  if (current !== undefined) return <OnePath path={current} step={step} onPath={onPath} onSelect={onSelect} />;
  return (
    <>
      <p className="soft">
        From a door that is open, through what runs behind it, to a vulnerability, and onwards along connections that
        were seen.
      </p>
      {path !== undefined && <Notice tone="info">The path that this address is about is not there any more.</Notice>}
      {unknown > 0 && (
        <Notice tone="warn">
          {unknown === 1 ? 'One open door leads' : `${unknown} open doors lead`} to software that is not known: nothing
          can be said of what is behind.
        </Notice>
      )}
      {paths.length === 0 ? (
        <Empty title="No attack path is known" level={3}>
          <p>No vulnerable package in use was found behind a port that can be reached from outside.</p>
        </Empty>
      ) : (
        <ul className="map-list">
          {paths.map((each) => (
            <PathRow key={each.id} path={each} onPath={(id) => onPath(id, 0)} />
          ))}
        </ul>
      )}
      {leftOut > 0 && <p className="faint">{leftOut} further ones are not listed.</p>}
    </>
  );
}

const STEPS: Readonly<Record<MapAttackPath['steps'][number]['kind'], string>> = {
  entry: 'Door',
  container: 'Container',
  process: 'Process',
  package: 'Package',
  vulnerability: 'Vulnerability',
  hop: 'Onwards',
};

function OnePath({
  path,
  step,
  onPath,
  onSelect,
}: {
  readonly path: MapAttackPath;
  readonly step: number;
  readonly onPath: (id: string | undefined, step: number) => void;
  readonly onSelect: (id: string) => void;
}): ReactNode {
  const at = Math.min(step, path.steps.length - 1);
  return (
    <div className="stack">
      <div>
        <Button small kind="quiet" icon="left" onClick={() => onPath(undefined, 0)}>
          All paths
        </Button>
      </div>
      <div className="side close">
        <SeverityBadge severity={path.severity} boxed />
        {path.knownExploited && <Badge tone="bad">exploited in the wild</Badge>}
        {path.reaches > 0 && <Badge tone="warn">reaches {reachOf(path)}</Badge>}
      </div>
      <h3>
        <ImageText text={path.title} />
      </h3>
      <ol className="map-steps">
        {path.steps.map((each, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same thing can be met twice on a way
          <li key={i} data-kind={each.kind} {...(i === at && { 'aria-current': 'step' as const })}>
            <button type="button" className="plain-button map-step" onClick={() => onPath(path.id, i)}>
              <span className="map-step-kind">
                {STEPS[each.kind]}
                {each.severity !== undefined && <SeverityBadge severity={each.severity} />}
                {each.knownExploited === true && <Badge tone="bad">exploited</Badge>}
              </span>
              <ImageText text={each.label} className="map-step-label" />
              <ImageText text={each.evidence} className="faint" />
              {each.fixedVersion !== undefined && (
                <span className="faint"> Fixed in {each.fixedVersion.slice(0, 60)}.</span>
              )}
            </button>
            {i === at && each.node !== undefined && (
              <Button small kind="quiet" onClick={() => onSelect(each.node!)}>
                More about it
              </Button>
            )}
            {i === at && each.kind === 'vulnerability' && (
              <LinkButton small kind="quiet" to={`/vulnerabilities/${encodeURIComponent(each.label)}`}>
                Where else we have it
              </LinkButton>
            )}
          </li>
        ))}
      </ol>
      <div className="side">
        <Button small icon="left" disabled={at === 0} onClick={() => onPath(path.id, at - 1)}>
          Back
        </Button>
        <Button small kind="primary" disabled={at === path.steps.length - 1} onClick={() => onPath(path.id, at + 1)}>
          Next step
        </Button>
        <span className="faint">
          {at + 1} of {path.steps.length}
        </span>
      </div>
    </div>
  );
}
