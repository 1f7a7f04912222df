import { type ReactNode, useState } from 'react';
import { usePages } from '../../api/use-pages.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { SearchField, SelectField } from '../../ui/field.tsx';
import { More } from '../../ui/more.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Empty, Failed, Skeleton } from '../../ui/states.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { useTyped } from '../../ui/use-typed.ts';
import { FirstSteps } from '../first-steps.tsx';
import { choices, filterNames, firstFilters, queryOf } from './image-filters.ts';
import { ImageRows } from './image-rows.tsx';

/** All images, the newest first. */
export function ImagesPage(): ReactNode {
  const [typed, q, type] = useTyped('q');
  const filters = filterNames.map((name) => {
    // The names are a fixed list: the hooks stand in one order.
    // biome-ignore lint/correctness/useHookAtTopLevel: see above
    const [value, change] = useAddress(name);
    return { name, value, change };
  });
  const query = queryOf(new Map([['q', q], ...filters.map(({ name, value }) => [name, value] as const)]));
  const list = usePages('GET /api/images', { query: { limit: 100, ...query } });
  const images = list.pages.flatMap((page) => page.images);
  const [all, setAll] = useState(false);
  const showAll = all || filters.some(({ name, value }) => value !== '' && !firstFilters.has(name));
  const isFiltered = Object.keys(query).some((name) => name !== 'sort');
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
            onChange={(event) => type(event.target.value)}
          />
        </div>
        {filters
          .filter(({ name }) => showAll || firstFilters.has(name))
          .map(({ name, value, change }) => (
            <SelectField
              key={name}
              label={choices[name].label}
              labelUnseen
              choices={choices[name].choices}
              value={value}
              onChange={(event) => change(event.target.value)}
            />
          ))}
        {!showAll && (
          <Button kind="quiet" onClick={() => setAll(true)}>
            More filters
          </Button>
        )}
        {isFiltered && (
          <LinkButton to="/images" kind="quiet" icon="close">
            All
          </LinkButton>
        )}
      </search>
      {list.error !== undefined && <Failed what="The list of images" error={list.error} onRetry={list.again} />}
      {list.pages.length === 0 && list.loading && <Skeleton lines={10} />}
      {list.pages.length > 0 && images.length === 0 && (isFiltered ? <NothingFits /> : <FirstSteps />)}
      {images.length > 0 && (
        <div className={list.stale ? 'panel stale' : 'panel'}>
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
