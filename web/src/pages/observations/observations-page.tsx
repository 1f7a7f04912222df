import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { ApiProblem } from '../../api/client.ts';
import type { ObservationRun } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useSettings } from '../../api/use-settings.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { CodeBlock } from '../../ui/copy.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failed, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { ImageName } from '../image-words.tsx';
import { RunForm } from './run-form.tsx';

/** How often the list is looked at, in milliseconds: each run has events of its own, the list has none. */
const EVERY = 5000;

const states: Readonly<Record<ObservationRun['state'], readonly [word: string, tone: Tone]>> = {
  queued: ['waiting', 'neutral'],
  running: ['running', 'accent'],
  done: ['done', 'good'],
  failed: ['failed', 'bad'],
};

export function RunBadge({ state }: { readonly state: ObservationRun['state'] }): ReactNode {
  const [word, tone] = states[state];
  return <Badge tone={tone}>{word}</Badge>;
}

/** Images that were run in a cage and watched. */
export function ObservationsPage(): ReactNode {
  const here = useSettings()?.can.observe;
  const runs = useAnswer('GET /api/observations', {}, { every: EVERY, off: here !== true });
  const off = runs.error instanceof ApiProblem && (runs.error.status === 501 || runs.error.status === 403);
  return (
    <PageFrame
      title="Runs"
      lead="Images that were run in a cage and watched: their ports, processes, calls and packages in use."
    >
      {here === false && <NotHere reason="This service runs no images." />}
      {off && runs.error !== undefined && <NotHere reason={runs.error.message} />}
      {!off && runs.error !== undefined && <Failed what="The list of runs" error={runs.error} onRetry={runs.again} />}
      {here !== false && runs.data === undefined && runs.error === undefined && <Skeleton lines={6} />}
      {runs.data !== undefined && (
        <>
          <RunForm onStarted={runs.again} />
          <Panel title="Runs" flush>
            <RunList runs={runs.data.runs} />
          </Panel>
        </>
      )}
    </PageFrame>
  );
}

function RunList({ runs }: { readonly runs: readonly ObservationRun[] }): ReactNode {
  if (runs.length === 0) return <Empty title="Nothing was run yet" level={3} />;
  return (
    <ul className="rows">
      {runs.map((run) => (
        <li key={run.id}>
          <Link href={`/observations/${encodeURIComponent(run.id)}`} className="row">
            <span className="grow cut side">
              <ImageName reference={run.reference} />
            </span>
            <RunBadge state={run.state} />
            <span className="soft">
              <Time at={run.submitted} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function NotHere({ reason }: { readonly reason: string }): ReactNode {
  return (
    <Empty title="No image is run here">
      <p>{reason}</p>
      <p>Whoever operates this service can let it run images that its container engine has:</p>
      <CodeBlock text="drydock serve --observe docker" />
    </Empty>
  );
}
