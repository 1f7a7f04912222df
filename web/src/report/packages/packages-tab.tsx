import { type ReactNode, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { Report } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { SearchField, SelectField } from '../../ui/field.tsx';
import { ImageText, plainText } from '../../ui/image-text.tsx';
import { SeverityCounts } from '../../ui/severity.tsx';
import { Empty } from '../../ui/states.tsx';
import { Table, type TableColumn } from '../../ui/table.tsx';
import { AddressLink } from '../address-link.tsx';
import { useAddressState } from '../address-state.ts';
import { useSearchText } from '../use-search-text.ts';
import { PackageDetails } from './package-details.tsx';
import { listPackages, type PackageOrder, type PackageRow, packageOrders, packageRows } from './package-list.ts';

/** All packages of the image: where each came from, whose it is, and what is wrong with it. */
export function PackagesTab({ report }: { readonly report: Report }): ReactNode {
  const rows = useMemo(() => packageRows(report), [report]);
  const [text, setText] = useSearchText('package-q');
  const [type, setType] = useAddressState('package-type');
  const [layer, setLayer] = useAddressState('layer');
  const [sort, setSort] = useAddressState('package-sort');
  const order = packageOrders.find((one) => one === sort) ?? 'name';
  const searched = useDeferredValue(text);
  const listed = useMemo(
    () => listPackages(rows, { text: searched, type, layer }, order),
    [rows, searched, type, layer, order],
  );
  const [opened, setOpened] = useState<PackageRow>();
  const list = useRef<HTMLDivElement>(null);
  const close = (): void => {
    setOpened(undefined);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-rowcount]')?.focus());
  };
  const types = useMemo(() => [...new Set(rows.map(({ pkg }) => pkg.type))].sort(), [rows]);
  const columns = useColumns(rows, order, setSort);
  const shown = opened !== undefined && listed.includes(opened) ? opened : undefined;
  return (
    <div className={shown === undefined ? 'packages' : 'packages with-details'}>
      <div className="findings-main">
        <div className="findings-bar">
          <SearchField
            label="Search packages"
            value={text}
            maxLength={400}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <SelectField
            label="Type"
            labelUnseen
            value={type}
            choices={[
              { value: '', label: 'All types' },
              ...types.map((value) => ({ value, label: plainText(value.slice(0, 40)) })),
            ]}
            onChange={(event) => setType(event.currentTarget.value)}
          />
          {report.image.layers.length > 0 && (
            <SelectField
              label="Layer"
              labelUnseen
              value={layer}
              choices={[
                { value: '', label: 'All layers' },
                ...report.image.layers.map(({ index }) => ({ value: String(index), label: `Layer ${index}` })),
              ]}
              onChange={(event) => setLayer(event.currentTarget.value)}
            />
          )}
        </div>
        <p className="findings-said" role="status">
          <span>
            <strong>{listed.length.toLocaleString('en')}</strong> of {rows.length.toLocaleString('en')} packages
          </span>
        </p>
        <div className="findings-table" ref={list}>
          <Table
            label="Packages"
            count={listed.length}
            rowAt={(index) => listed[index]!}
            keyOf={(_, index) => index}
            columns={columns}
            narrow={(row) => <NarrowPackage row={row} />}
            onOpen={(row) => setOpened(row === opened ? undefined : row)}
            selected={shown === undefined ? undefined : listed.indexOf(shown)}
            orderedBy={order}
            empty={
              <Empty title={rows.length === 0 ? 'No packages' : 'Nothing matches'} level={3}>
                <p>
                  {rows.length === 0
                    ? 'No package database and no package of a language was found.'
                    : 'No package has these words, this type and this layer.'}
                </p>
              </Empty>
            }
          />
        </div>
      </div>
      {shown !== undefined && <PackageDetails key={shown.pkg.purl} row={shown} report={report} onClose={close} />}
    </div>
  );
}

function useColumns(
  rows: readonly PackageRow[],
  order: PackageOrder,
  setSort: (value: string) => void,
): readonly TableColumn<PackageRow>[] {
  return useMemo(() => {
    const sort = (by: PackageOrder): NonNullable<TableColumn<PackageRow>['sort']> => ({
      direction: order === by ? (by === 'findings' ? 'descending' : 'ascending') : undefined,
      change: () => setSort(order === by || by === 'name' ? '' : by),
    });
    const isWatched = rows.some(({ use }) => use !== undefined);
    const isOwned = rows.some(({ pkg }) => pkg.ownedBy !== undefined);
    const columns: (TableColumn<PackageRow> | false)[] = [
      {
        id: 'name',
        title: 'Name',
        width: 'minmax(9rem, 2fr)',
        sort: sort('name'),
        cell: ({ pkg }) => (
          <>
            <ImageText className="strong" text={pkg.name} />
            <PackageMarks row={pkg} />
          </>
        ),
      },
      {
        id: 'version',
        title: 'Version',
        width: 'minmax(7rem, 1.4fr)',
        cell: ({ pkg }) => <ImageText mono text={pkg.version} />,
      },
      {
        id: 'type',
        title: 'Type',
        width: '5rem',
        sort: sort('type'),
        cell: ({ pkg }) => <ImageText text={pkg.type} />,
      },
      {
        id: 'licence',
        title: 'Licences',
        width: 'minmax(5rem, 1fr)',
        cell: ({ pkg }) => <ImageText className="soft" text={pkg.licences.slice(0, 10).join(', ')} />,
      },
      isOwned && {
        id: 'owned',
        title: 'Owned by',
        width: 'minmax(5rem, 1fr)',
        cell: ({ pkg }) => <ImageText className="soft" text={pkg.ownedBy} />,
      },
      isWatched && {
        id: 'use',
        title: 'In use',
        width: '5.5rem',
        cell: ({ use }) =>
          use === undefined ? <span className="faint">not seen</span> : <Badge tone="warn">{use}</Badge>,
      },
      {
        id: 'layer',
        title: 'Layer',
        width: '3.75rem',
        align: 'end',
        sort: sort('layer'),
        cell: ({ pkg }) => pkg.layer.index,
      },
      {
        id: 'findings',
        title: 'Findings',
        width: 'minmax(7rem, 1fr)',
        sort: sort('findings'),
        cell: ({ findings, bySeverity, pkg }) =>
          findings === 0 ? (
            <span className="faint">–</span>
          ) : (
            <AddressLink
              changes={{ tab: undefined, finding: undefined, layer: undefined, q: `"${pkg.name} ${pkg.version}"` }}
            >
              <SeverityCounts counts={bySeverity} />
            </AddressLink>
          ),
      },
    ];
    return columns.filter((column) => column !== false);
  }, [rows, order, setSort]);
}

/** What is not as with every other package. */
export function PackageMarks({ row: pkg }: { readonly row: PackageRow['pkg'] }): ReactNode {
  return (
    <>
      {pkg.presence === 'recovered' && <Badge tone="warn">recovered</Badge>}
      {pkg.evidence !== undefined && <Badge>{pkg.evidence}</Badge>}
      {pkg.application === true && <Badge>application</Badge>}
    </>
  );
}

function NarrowPackage({ row: { pkg, findings, bySeverity } }: { readonly row: PackageRow }): ReactNode {
  return (
    <div className="finding-narrow">
      <div className="cut">
        <ImageText className="strong" text={pkg.name} /> <ImageText mono className="soft" text={pkg.version} />
      </div>
      <div className="cut soft">
        <ImageText text={pkg.type} />, layer {pkg.layer.index} {findings > 0 && <SeverityCounts counts={bySeverity} />}
        <PackageMarks row={pkg} />
      </div>
    </div>
  );
}
