import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { act, askAgain } from '../../api/answers.ts';
import type { Notification } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { usePages } from '../../api/use-pages.ts';
import { useRefusal } from '../../api/use-session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/field.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { More } from '../../ui/more.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { Empty, Failed, Notice, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { addressOfVulnerability } from '../image-words.tsx';

/** What advisories changed, for those who have images that it concerns. */
export function NotificationsPage(): ReactNode {
  const [all, setAll] = useAddress('all');
  const [failure, setFailure] = useState<Error>();
  const list = usePages('GET /api/notifications', { query: { limit: 100 } });
  const notifications = list.pages
    .flatMap((page) => page.notifications)
    .filter(({ read }) => all !== '' || read === undefined);
  const markRead = (name: string): void => {
    act('DELETE /api/notifications/{name}', { path: { name } }).then(
      () => askAgain('GET /api/notifications', 'GET /api/overview'),
      (error: unknown) => setFailure(error as Error),
    );
  };
  return (
    <PageFrame
      title="Notifications"
      lead="A vulnerability that became known, was judged anew or was withdrawn."
      actions={
        <CheckField
          label="Read ones, too"
          checked={all !== ''}
          onChange={(event) => setAll(event.target.checked ? 'yes' : '')}
        />
      }
    >
      {failure !== undefined && (
        <Notice tone="bad" urgent>
          <strong>It was not marked as read</strong>
          <p>{failure.message}</p>
        </Notice>
      )}
      {list.error !== undefined && <Failed what="The notifications" error={list.error} onRetry={list.again} />}
      {list.pages.length === 0 && list.loading && <Skeleton lines={8} />}
      {list.pages.length > 0 && notifications.length === 0 && (
        <Empty title={all === '' ? 'Nothing is unread' : 'Nothing changed yet'}>
          <p>The first update of the feeds makes none; each change after it does, once for every vulnerability.</p>
        </Empty>
      )}
      {notifications.length > 0 && (
        <ul className="panel rows">
          {notifications.map((notification) => (
            <li key={notification.name}>
              <NotificationRow notification={notification} onRead={() => markRead(notification.name)} />
            </li>
          ))}
        </ul>
      )}
      <More onMore={list.more} loading={list.loadingMore} />
    </PageFrame>
  );
}

function NotificationRow({
  notification: { name, created, old, new: now, read },
  onRead,
}: {
  readonly notification: Notification;
  readonly onRead: () => void;
}): ReactNode {
  const said = now ?? old;
  const [open, setOpen] = useState(false);
  const refusal = useRefusal('scan');
  if (said === undefined) return null;
  return (
    <article className="notification">
      <div className="side">
        <span className="severity-place">
          <SeverityBadge severity={said.severity} />
        </span>
        <div className="stack close grow">
          <span className="side close">
            <Link href={addressOfVulnerability(said.id)}>
              <ImageText text={said.id} />
            </Link>
            <ChangeBadge old={old} now={now} />
            <span className="soft">
              <ImageText text={said.namespace} />
            </span>
          </span>
          <span className="soft two-lines">
            <ImageText text={said.description.slice(0, 400)} />
          </span>
        </div>
        <span className="soft">
          <Time at={created} />
        </span>
        <Button small kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          Who it concerns
        </Button>
        {read === undefined ? (
          <Button small icon="check" disabled={refusal !== undefined} title={refusal} onClick={onRead}>
            Mark as read
          </Button>
        ) : (
          <span className="faint">
            read <Time at={read} />
          </span>
        )}
      </div>
      {open && <Concerned name={name} id={said.id} />}
    </article>
  );
}

function ChangeBadge({
  old,
  now,
}: {
  readonly old: Notification['old'];
  readonly now: Notification['new'];
}): ReactNode {
  if (old === undefined) return <Badge tone="bad">new</Badge>;
  if (now === undefined) return <Badge tone="good">withdrawn</Badge>;
  if (old.severity !== now.severity) return <Badge tone="warn">was {old.severity}</Badge>;
  if (JSON.stringify(old.fixes) !== JSON.stringify(now.fixes)) return <Badge tone="accent">fixes changed</Badge>;
  return <Badge>changed</Badge>;
}

function Concerned({ name, id }: { readonly name: string; readonly id: string }): ReactNode {
  const details = useAnswer('GET /api/notifications/{name}', { path: { name } });
  if (details.data === undefined) {
    return details.error === undefined ? <Skeleton lines={2} /> : <Failed what="It" error={details.error} />;
  }
  const { affectedImages, deliveries } = details.data;
  return (
    <div className="stack close details">
      <span>
        {affectedImages === 0 ? (
          'No image has it now.'
        ) : (
          <Link href={addressOfVulnerability(id)}>
            {affectedImages === 1 ? '1 image has it' : `${affectedImages} images have it`}
          </Link>
        )}
      </span>
      {deliveries.map(({ target, delivered, failures, notBefore }) => (
        <span key={target} className="soft">
          <ImageText text={target} />:{' '}
          {delivered === undefined ? (
            failures === 0 ? (
              'waits'
            ) : (
              <>
                failed {failures} times, next try <Time at={notBefore} absent="soon" />
              </>
            )
          ) : (
            <>
              told <Time at={delivered} />
            </>
          )}
        </span>
      ))}
    </div>
  );
}
