import { type ReactNode, useEffect, useState } from 'react';
import type { SubmittedImage } from '../../api/schema.ts';
import { usePages } from '../../api/use-pages.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { useAddress } from '../../shell/use-address.ts';
import { LinkButton } from '../../ui/button.tsx';
import { SearchField, SelectField } from '../../ui/field.tsx';
import { More } from '../../ui/more.tsx';
import { Empty, Failed, Skeleton } from '../../ui/states.tsx';
import { FirstSteps } from '../first-steps.tsx';
import { ImageRows } from './image-rows.tsx';

const states = [
  { value: '', label: 'All states' },
  { value: 'done', label: 'Scanned' },
  { value: 'failed', label: 'Failed' },
  { value: 'scanning', label: 'Scanning' },
  { value: 'queued', label: 'Waiting' },
];

/** How long nothing has to be typed before the list is asked for, in milliseconds. */
const CALM = 200;

/** All images, the newest first. */
export function ImagesPage(): ReactNode {
  const [q, setQ] = useAddress('q');
  const [state, setState] = useAddress('state');
  const [typed, setTyped] = useState(q);
  const [shown, setShown] = useState(q);
  // Back and Forward change the address, and with it what the field says.
  if (shown !== q) {
    setShown(q);
    setTyped(q);
  }
  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => {
      setShown(typed);
      setQ(typed);
    }, CALM);
    return () => clearTimeout(timer);
  }, [typed, q, setQ]);
  const list = usePages('GET /api/images', {
    query: { limit: 100, ...(q !== '' && { q }), ...(state !== '' && { state: state as SubmittedImage['state'] }) },
  });
  const images = list.pages.flatMap((page) => page.images);
  const filtered = q !== '' || state !== '';
  return (
    <PageFrame
      title="Images"
      actions={
        <LinkButton to="/compare" icon="compare">
          Compare two
        </LinkButton>
      }
    >
      <search className="side">
        <div className="grow list-search">
          <SearchField
            label="Part of a name, or a digest"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <SelectField
          label="State"
          labelUnseen
          choices={states}
          value={state}
          onChange={(event) => setState(event.target.value)}
        />
      </search>
      {list.error !== undefined && <Failed what="The list of images" error={list.error} onRetry={list.again} />}
      {list.pages.length === 0 && list.loading && <Skeleton lines={10} />}
      {list.pages.length > 0 && images.length === 0 && (filtered ? <NothingFits /> : <FirstSteps />)}
      {images.length > 0 && (
        <div className={list.stale ? 'stale' : ''}>
          <ImageRows images={images} />
          <More onMore={list.more} loading={list.loadingMore} />
        </div>
      )}
    </PageFrame>
  );
}

function NothingFits(): ReactNode {
  return (
    <Empty title="No image fits">
      <p>Names are compared in their full form, as in registry.example/shop/app:1.0.</p>
      <LinkButton to="/images">Show all images</LinkButton>
    </Empty>
  );
}
