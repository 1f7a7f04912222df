import { type ReactNode, useState } from 'react';
import { useParams } from 'wouter';
import { act } from '../../api/answers.ts';
import { ApiProblem, addressOf } from '../../api/client.ts';
import type { ObservationRun } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useEvents } from '../../api/use-events.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ImageText, plainText } from '../../ui/image-text.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Empty, Failed, Notice, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { addressOfImage, shortReference } from '../image-words.tsx';
import { RunBadge } from './observations-page.tsx';
import { lineOf, type RunLine } from './run-lines.ts';

/** One run: what it tells while it goes on, then the way to its report. */
export function ObservationPage(): ReactNode {
  const { id = '' } = useParams<{ id: string }>();
  const run = useAnswer('GET /api/observations/{id}', { path: { id } });
  if (run.data === undefined || run.stale) {
    const gone = run.error instanceof ApiProblem && run.error.status === 404;
    return (
      <PageFrame title="Run">
        {run.error === undefined ? (
          <Skeleton lines={6} />
        ) : gone ? (
          <Empty title="There is no such run">
            <LinkButton to="/observations">All runs</LinkButton>
          </Empty>
        ) : (
          <Failed what="This run" error={run.error} onRetry={run.again} />
        )}
      </PageFrame>
    );
  }
  return <Run key={id} run={run.data} onChange={run.again} />;
}

function Run({ run, onChange }: { readonly run: ObservationRun; readonly onChange: () => void }): ReactNode {
  const name = shortReference(run.reference);
  const over = run.state === 'done' || run.state === 'failed';
  const [failure, setFailure] = useState<string>();
  const end = (): void => {
    act('DELETE /api/observations/{id}', { path: { id: run.id } }).then(onChange, (error: unknown) =>
      setFailure((error as Error).message),
    );
  };
  return (
    <PageFrame
      title={`Run of ${plainText(name).slice(0, 150)}`}
      heading={
        <>
          Run of <ImageText text={name} mono />
        </>
      }
      lead={
        <span className="side close">
          <RunBadge state={run.state} />
          <span>
            asked for <Time at={run.submitted} />
            {run.client !== undefined && (
              <>
                {' '}
                by <ImageText text={run.client} />
              </>
            )}
          </span>
        </span>
      }
      actions={
        over ? (
          run.state === 'done' && (
            <LinkButton to={addressOfImage(run.id)} kind="primary">
              Its report
            </LinkButton>
          )
        ) : (
          <Button kind="danger" onClick={end}>
            End it
          </Button>
        )
      }
    >
      {failure !== undefined && (
        <Notice tone="bad" urgent>
          {failure}
        </Notice>
      )}
      {run.failure !== undefined && (
        <Notice tone="bad">
          <strong>It has no report</strong>
          <p>
            <ImageText text={run.failure} lines />
          </p>
        </Notice>
      )}
      <RunLog id={run.id} onEnd={onChange} />
    </PageFrame>
  );
}

/** Lines that are kept: the service keeps no more either. */
const MOST_LINES = 600;

function RunLog({ id, onEnd }: { readonly id: string; readonly onEnd: () => void }): ReactNode {
  const [lines, setLines] = useState<readonly RunLine[]>([]);
  const add =
    (kind: string) =>
    (data: unknown): void => {
      const line = lineOf(kind, data);
      if (line !== undefined) setLines((before) => [...before, line].slice(-MOST_LINES));
    };
  const stream = useEvents(addressOf('GET /api/observations/{id}/events', { path: { id } }), {
    ...{ state: add('state'), step: add('step'), attempt: add('attempt'), tried: add('tried') },
    ...{ port: add('port'), finding: add('finding'), missed: add('missed') },
    end: (data) => {
      add('end')(data);
      onEnd();
    },
  });
  return (
    <section className="panel live-scan" aria-label="What the run tells">
      <div className="side">
        {stream === 'open' && <span className="spinner" aria-hidden="true" />}
        <strong role="status">
          {stream === 'ended'
            ? 'The run is over'
            : stream === 'broken'
              ? 'The connection broke; it is made again'
              : 'Live'}
        </strong>
      </div>
      <ol className="stack close run-lines">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines come one after the other
          <li key={index} className={`side close ${line.tone}`}>
            <span className="badge">{line.label}</span>
            <ImageText text={line.text} />
          </li>
        ))}
      </ol>
    </section>
  );
}
