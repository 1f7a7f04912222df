import { type ReactNode, useState } from 'react';
import { act } from '../../api/answers.ts';
import type { Feeds } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRefusal } from '../../api/use-session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failed, Notice, Skeleton } from '../../ui/states.tsx';
import { durationWords, Time } from '../../ui/time.tsx';

/** While an update runs, it is looked at that often, in milliseconds. */
const WHILE_UPDATING = 2000;

const updaters: Readonly<Record<Feeds['updater'], string>> = {
  waiting: 'Updates come by themselves.',
  updating: 'An update is running.',
  elsewhere: 'Another process of this service updates.',
  off: 'This process never updates: what is known grows old unless another one does.',
};

/** How old what is known is, feed by feed. */
export function FeedsPage(): ReactNode {
  const [busy, setBusy] = useState(false);
  const feeds = useAnswer('GET /api/feeds', {}, { every: busy ? WHILE_UPDATING : 60_000 });
  const version = useAnswer('GET /api/version');
  const refusal = useRefusal('admin');
  const [outcome, setOutcome] = useState<Error | 'asked'>();
  const updating = feeds.data?.updater === 'updating';
  if (busy !== updating && feeds.data !== undefined) setBusy(updating);
  const update = (): void => {
    act('POST /api/feeds/update').then(
      () => {
        setOutcome('asked');
        feeds.again();
        setTimeout(feeds.again, 1000);
      },
      (error: unknown) => setOutcome(error as Error),
    );
  };
  return (
    <PageFrame
      title="Feeds and health"
      lead={feeds.data === undefined ? undefined : updaters[feeds.data.updater]}
      actions={
        <Button icon="refresh" onClick={update} disabled={updating || refusal !== undefined} title={refusal}>
          {updating ? 'Updating …' : 'Update now'}
        </Button>
      }
    >
      <div role="status">
        {outcome === 'asked' && !updating && <Notice tone="good">The update was asked for.</Notice>}
      </div>
      {outcome instanceof Error && (
        <Notice tone="bad" urgent>
          <strong>The feeds are not updated</strong>
          <p>{outcome.message}</p>
        </Notice>
      )}
      {feeds.error !== undefined && <Failed what="The state of the feeds" error={feeds.error} onRetry={feeds.again} />}
      {feeds.data === undefined && feeds.error === undefined && <Skeleton lines={8} />}
      {feeds.data !== undefined && <FeedsView feeds={feeds.data} />}
      {version.data !== undefined && (
        <p className="soft">
          Drydock {version.data.version}
          {feeds.data !== undefined && `, advisories of generation ${feeds.data.generation}`}
        </p>
      )}
    </PageFrame>
  );
}

function FeedsView({ feeds }: { readonly feeds: Feeds }): ReactNode {
  const { last, unjudged } = feeds;
  return (
    <>
      {last !== undefined && !last.complete && (
        <Notice tone="bad">
          <strong>
            The last update was not complete (<Time at={last.started} />)
          </strong>
          {last.problems.slice(0, 20).map((problem) => (
            <p key={problem}>
              <ImageText text={problem} />
            </p>
          ))}
        </Notice>
      )}
      {feeds.feeds.length === 0 ? (
        <Empty title="There are no advisories yet">
          <p>
            Without them no vulnerability is found. The first update fetches the feeds of what was scanned; behind a
            proxy or without a network, see docs/operating.md: a mirror, or drydock db import.
          </p>
        </Empty>
      ) : (
        <Panel
          title="Feeds"
          flush
          aside={
            last !== undefined && (
              <span className="soft">
                last update <Time at={last.started} />, in {durationWords(last.seconds)}
              </span>
            )
          }
        >
          <FeedTable feeds={feeds.feeds} />
        </Panel>
      )}
      {unjudged.length > 0 && (
        <Panel title="Not judged" flush>
          <p className="body">Versions of these packages cannot be compared; they may have vulnerabilities or not.</p>
          <ul className="rows">
            {unjudged.map(({ namespace, packageVersions }) => (
              <li key={namespace} className="row">
                <span className="grow">
                  <ImageText text={namespace} />
                </span>
                {packageVersions.toLocaleString('en')} versions
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

/** An age from which on a feed is old, in seconds: publishers change theirs at least daily. */
const OLD = 3 * 86_400;

function FeedTable({ feeds }: { readonly feeds: Feeds['feeds'] }): ReactNode {
  return (
    <div className="table-scroll">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">Feed</th>
            <th scope="col">State</th>
            <th scope="col">Up to date</th>
            <th scope="col" className="number">
              Records
            </th>
          </tr>
        </thead>
        <tbody>
          {feeds.map((feed) => (
            <tr key={feed.name}>
              <td>
                <ImageText text={feed.name} />
                {feed.failure !== undefined && (
                  <div className="wrong">
                    <ImageText text={feed.failure} />
                  </div>
                )}
                {feed.notes.count > 0 && (
                  <details>
                    <summary className="soft">{feed.notes.count.toLocaleString('en')} records were left out</summary>
                    <ul className="stack close">
                      {feed.notes.first.map((note) => (
                        <li key={note} className="soft">
                          <ImageText text={note} />
                        </li>
                      ))}
                    </ul>
                  </details>
                )}
              </td>
              <td>
                <FeedState feed={feed} />
              </td>
              <td>
                <Time at={feed.updatedAt} />
                {feed.updatedAt !== undefined && feed.ageSeconds === undefined && (
                  <div className="wrong">ahead of the clock of the service: one of the two is wrong</div>
                )}
              </td>
              <td className="number">{feed.records.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FeedState({ feed: { status, ageSeconds = 0 } }: { readonly feed: Feeds['feeds'][number] }): ReactNode {
  if (status === 'failed') return <Badge tone="bad">failed</Badge>;
  if (status === 'unkept') return <Badge tone="warn">not kept</Badge>;
  if (ageSeconds > OLD) return <Badge tone="warn">old</Badge>;
  if (status === 'not asked') return <Badge>not asked</Badge>;
  return <Badge tone="good">{status === 'changed' ? 'updated' : 'unchanged'}</Badge>;
}
