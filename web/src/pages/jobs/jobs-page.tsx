import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { act, askAgain } from '../../api/answers.ts';
import type { Jobs } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRefusal } from '../../api/use-session.ts';
import { Button } from '../../ui/button.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failed, Notice, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { addressOfImage } from '../image-words.tsx';

const queues = [
  ['shared', 'Scans', 'of all processes of this database'],
  ['layers', 'Layers', 'read once for all images that have them'],
  ['local', 'Uploads', 'of this process, and images with credentials of their own'],
] as const;

/** Queues are no events: they are looked at, in milliseconds. */
const EVERY = 5000;

/** What waits to be scanned, and what was given up. */
export function JobsPage(): ReactNode {
  const jobs = useAnswer('GET /api/jobs', {}, { every: EVERY });
  const { data } = jobs;
  return (
    <PageFrame title="Jobs" lead="Scans that wait, those under way, and those that were given up.">
      {jobs.error !== undefined && <Failed what="The queue" error={jobs.error} onRetry={jobs.again} />}
      {data === undefined && jobs.error === undefined && <Skeleton lines={6} />}
      {data !== undefined && (
        <>
          <ul className="queues">
            {queues.map(([name, label, hint]) => (
              <li key={name} className="panel queue">
                <h2>{label}</h2>
                <p className="faint">{hint}</p>
                <dl>
                  <Count label="under way" count={data[name].active} />
                  <Count label="waiting" count={data[name].queued} />
                  <Count label="given up" count={data[name].dead} />
                </dl>
              </li>
            ))}
          </ul>
          <Dead dead={data.dead} />
        </>
      )}
    </PageFrame>
  );
}

function Count({ label, count }: { readonly label: string; readonly count: number }): ReactNode {
  return (
    <div>
      <dd>{count.toLocaleString('en')}</dd>
      <dt>{label}</dt>
    </div>
  );
}

function Dead({ dead }: { readonly dead: Jobs['dead'] }): ReactNode {
  const [failure, setFailure] = useState<Error>();
  const refusal = useRefusal('admin');
  const revive = (id: string): void => {
    act('POST /api/jobs/{id}/revive', { path: { id } }).then(
      () => askAgain('GET /api/jobs', 'GET /api/images'),
      (error: unknown) => setFailure(error as Error),
    );
  };
  return (
    <Panel title="Given up" flush>
      {failure !== undefined && (
        <Notice tone="bad" urgent>
          {failure.message}
        </Notice>
      )}
      {dead.length === 0 ? (
        <Empty title="None that can be tried again" level={3}>
          <p>Uploads that failed are not kept: they have to be sent again.</p>
        </Empty>
      ) : (
        <ul className="rows">
          {dead.map((job) => (
            <li key={job.id} className="row">
              <div className="stack close grow">
                <span className="side close">
                  <Link href={addressOfImage(job.image)}>
                    <ImageText text={job.reference} mono />
                  </Link>
                  {job.kind === 'read-layer' && <span className="badge">a layer of it</span>}
                  <span className="soft">
                    after {job.attempts} {job.attempts === 1 ? 'try' : 'tries'}, <Time at={job.died} />
                  </span>
                </span>
                <span className="wrong">
                  <ImageText text={job.failure} />
                </span>
              </div>
              <Button
                small
                icon="refresh"
                disabled={refusal !== undefined}
                title={refusal}
                onClick={() => revive(job.id)}
              >
                Try again
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
