import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { act, askAgain } from '../../api/answers.ts';
import { ApiProblem, addressOf } from '../../api/client.ts';
import type { SubmittedImage } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRefusal } from '../../api/use-session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ImageText, plainText } from '../../ui/image-text.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Empty, Failed, Notice, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { originOf, StateBadge, shortReference } from '../image-words.tsx';
import { platformToScan } from '../variants.ts';
import { LiveScan } from './live-scan.tsx';
import { RunsOn } from './runs-on.tsx';
import { Versions } from './versions.tsx';

const ImageReport = lazy(async () => ({ default: (await import('./image-report.tsx')).ImageReport }));

/** One image: its scan while it goes on, then its report. */
export function ImagePage(): ReactNode {
  const { id = '' } = useParams<{ id: string }>();
  const asked = useAnswer('GET /api/images/{id}', { path: { id } });
  // What was there before stays on a failure; of an image that was removed it does not.
  const isRemoved = asked.error instanceof ApiProblem && asked.error.status === 404;
  if (asked.data === undefined || asked.stale || isRemoved) {
    return (
      <PageFrame title="Image">
        {asked.error === undefined ? <Skeleton lines={8} /> : <NoImage error={asked.error} onRetry={asked.again} />}
      </PageFrame>
    );
  }
  return <KnownImage key={id} image={asked.data} onChange={asked.again} />;
}

function NoImage({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }): ReactNode {
  if (!(error instanceof ApiProblem) || error.status !== 404) {
    return <Failed what="This image" error={error} onRetry={onRetry} />;
  }
  return (
    <Empty title="There is no such image">
      <p>It may have been removed, or the link is of another service.</p>
      <LinkButton to="/images">All images</LinkButton>
    </Empty>
  );
}

function KnownImage({ image, onChange }: { readonly image: SubmittedImage; readonly onChange: () => void }): ReactNode {
  const name = shortReference(image.reference);
  const origin = originOf(image.reference);
  return (
    <PageFrame
      title={plainText(name).slice(0, 200)}
      heading={<ImageText text={name} mono />}
      lead={
        <span className="side close">
          <StateBadge state={image.state} />
          {origin !== undefined && <Badge>{origin}</Badge>}
          {image.distribution !== undefined && <ImageText text={image.distribution} />}
          {image.platform !== undefined && <ImageText text={image.platform} />}
          <span>
            {image.scanned === undefined ? 'submitted ' : 'scanned '}
            <Time at={image.scanned ?? image.submitted} />
          </span>
          {image.state === 'done' && <RunsOn id={image.id} />}
        </span>
      }
      actions={<Actions image={image} />}
    >
      {(image.state === 'queued' || image.state === 'scanning') && (
        <LiveScan
          image={image}
          onEnd={() => {
            onChange();
            askAgain('GET /api/images ', 'GET /api/overview', 'GET /api/images?');
          }}
        />
      )}
      {image.state === 'failed' && <FailedScan image={image} />}
      {(image.leftOut ?? 0) > 0 && (
        <Notice tone="warn">
          {image.leftOut} packages have names or versions of more than 128 characters: the report has them, searches do
          not.
        </Notice>
      )}
      {image.state === 'done' && (
        <Suspense fallback={<Skeleton lines={12} />}>
          <ImageReport id={image.id} />
        </Suspense>
      )}
      <Versions image={image} />
    </PageFrame>
  );
}

function FailedScan({ image }: { readonly image: SubmittedImage }): ReactNode {
  return (
    <Notice tone="bad">
      <strong>This image could not be scanned</strong>
      <p>
        <ImageText text={image.failure ?? 'The service does not say why.'} lines />
      </p>
      <p className="soft">
        {originOf(image.reference) === undefined
          ? 'Once that is mended, scan it again. Registries of private networks have to be listed in registry-hosts.'
          : 'Send another archive: what docker save, podman save or skopeo copy write, an OCI layout, a root file system or a bill of materials.'}
      </p>
    </Notice>
  );
}

function Actions({ image }: { readonly image: SubmittedImage }): ReactNode {
  const [, go] = useLocation();
  const [removing, setRemoving] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [noScan, noRemoval] = [useRefusal('scan'), useRefusal('admin')];
  const { reference } = image;
  const { data: same } = useAnswer('GET /api/images', { query: { reference, limit: 100 } });
  const scanAgain = (): void => {
    const platform = platformToScan(image, same?.images ?? []);
    act('POST /api/images', { body: { reference, ...(platform !== undefined && { platform }) } }).then(
      ({ id }) => {
        askAgain('GET /api/images');
        go(`/images/${encodeURIComponent(id)}`);
      },
      (error: unknown) => setFailure((error as Error).message),
    );
  };
  const report = addressOf('GET /api/images/{id}/report', { path: { id: image.id } });
  const items: readonly MenuItem[] = [
    ...(image.state === 'done'
      ? [{ label: 'Report as JSON', icon: 'outward' as const, onSelect: () => void open(report, '_blank', 'noopener') }]
      : []),
    { label: 'Print', icon: 'copy', onSelect: () => print() },
    ...(noRemoval === undefined
      ? [{ label: 'Forget this image', icon: 'remove' as const, onSelect: () => setRemoving(true) }]
      : []),
  ];
  return (
    <>
      {originOf(image.reference) === undefined && (
        <Button icon="refresh" disabled={noScan !== undefined} title={noScan} onClick={scanAgain}>
          Scan again
        </Button>
      )}
      {image.state === 'done' && (
        <LinkButton to={`/compare?after=${encodeURIComponent(image.id)}`} icon="compare">
          Compare
        </LinkButton>
      )}
      <Menu label="More" icon="menu" items={items} />
      {failure !== undefined && (
        <span role="alert" className="wrong">
          {failure}
        </span>
      )}
      {removing && <Removal image={image} onClose={() => setRemoving(false)} />}
    </>
  );
}

function Removal({ image, onClose }: { readonly image: SubmittedImage; readonly onClose: () => void }): ReactNode {
  const [, go] = useLocation();
  const [failure, setFailure] = useState<string>();
  const remove = (): void => {
    act('DELETE /api/images/{id}', { path: { id: image.id } }).then(
      () => {
        askAgain('GET /api/images', 'GET /api/overview');
        go('/images');
      },
      (error: unknown) => setFailure((error as Error).message),
    );
  };
  return (
    <Dialog
      title="Forget this image?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" icon="remove" onClick={remove}>
            Forget it
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>
          <ImageText text={image.reference} mono /> and its report are removed from this service. The image itself stays
          where it is, and can be submitted again.
        </p>
        {failure !== undefined && (
          <Notice tone="bad" urgent>
            {failure}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}
