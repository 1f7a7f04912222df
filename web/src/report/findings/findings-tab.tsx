import { type ReactNode, useCallback, useRef, useState } from 'react';
import type { Report } from '../../api/schema.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField, SelectField } from '../../ui/field.tsx';
import { Empty } from '../../ui/states.tsx';
import { useAddressState, useChangeAddress } from '../address-state.ts';
import { useSearchText } from '../use-search-text.ts';
import { FindingDetails } from './finding-details.tsx';
import { facets } from './finding-facets.ts';
import { FindingFilters, KindSwitches } from './finding-filters.tsx';
import { groupings } from './finding-groups.ts';
import { findByKey, findingKey } from './finding-key.ts';
import { orders } from './finding-order.ts';
import { FindingTable, useOpenGroups } from './finding-table.tsx';
import { type ListedFindings, useFindings } from './use-findings.ts';

const sortLabels: Readonly<Record<(typeof orders)[number], string>> = {
  priority: 'by priority',
  severity: 'by severity',
  name: 'by name',
  package: 'by package',
  epss: 'by EPSS',
  cvss: 'by CVSS',
};

const groupLabels: Readonly<Record<(typeof groupings)[number], string>> = {
  none: 'not grouped',
  vulnerability: 'by vulnerability or rule',
  package: 'by package or file',
  layer: 'by layer',
  kind: 'by kind',
};

export interface FindingsTabProps {
  readonly report: Report;
  /** Where a vulnerability has a page of its own; absent: nowhere. */
  readonly vulnerabilityLink?: ((id: string) => string) | undefined;
}

/** All findings: search, filters with counts, groups, and the details of one. */
export function FindingsTab({ report, vulnerabilityLink }: FindingsTabProps): ReactNode {
  const { findings, image } = report;
  const [text, setText] = useSearchText('q');
  const listed = useFindings(findings, text);
  const [key, setKey] = useAddressState('finding');
  const selected = findByKey(findings, key);
  const opened = useOpenGroups();
  const [showsFilters, setShowsFilters] = useState(false);
  const open = useCallback((row: number) => setKey(findingKey(findings[row]!)), [findings, setKey]);
  const list = useRef<HTMLDivElement>(null);
  const close = useCallback(() => {
    setKey('');
    // Back to the row: whoever walks the list by keyboard goes on from there.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-rowcount]')?.focus());
  }, [setKey]);
  const finding = selected === undefined ? undefined : findings[selected];
  return (
    <div className={finding === undefined ? 'findings' : 'findings with-details'}>
      <aside className={showsFilters ? 'findings-side shown' : 'findings-side'} aria-label="Filters">
        <FindingFilters listed={listed} image={image} />
      </aside>
      <div className="findings-main">
        <KindSwitches listed={listed} />
        <div className="findings-bar">
          <SearchField
            label="Search findings"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            maxLength={400}
          />
          <button
            type="button"
            className="button filters-button"
            aria-expanded={showsFilters}
            onClick={() => setShowsFilters(!showsFilters)}
          >
            Filters{countChosen(listed) === 0 ? '' : ` (${countChosen(listed)})`}
          </button>
          <OrderFields listed={listed} />
          {listed.groups !== undefined && listed.groups.length > 0 && (
            <Button small kind="quiet" onClick={() => opened.setAll(!opened.areAll)}>
              {opened.areAll ? 'Shut all' : 'Open all'}
            </Button>
          )}
        </div>
        <Said listed={listed} />
        <div className="findings-table" ref={list}>
          <FindingTable
            listed={listed}
            image={image}
            selected={selected}
            onOpen={open}
            opened={opened}
            empty={<Nothing listed={listed} text={text} onClear={() => setText('')} />}
          />
        </div>
      </div>
      {finding !== undefined && (
        <FindingDetails
          key={key}
          finding={finding}
          report={report}
          onClose={close}
          vulnerabilityLink={vulnerabilityLink}
        />
      )}
      {finding === undefined && key !== '' && (
        <p className="findings-gone" role="status">
          The finding of this address is not in this report (any more).
        </p>
      )}
    </div>
  );
}

function OrderFields({ listed: { order, backwards, grouping } }: { readonly listed: ListedFindings }): ReactNode {
  const change = useChangeAddress();
  return (
    <>
      <SelectField
        label="Order"
        labelUnseen
        value={order}
        choices={orders.map((value) => ({
          value,
          label: `Sort ${sortLabels[value]}${value === order && backwards ? ', backwards' : ''}`,
        }))}
        onChange={(event) => {
          const { value } = event.currentTarget;
          change({ sort: value === 'priority' ? undefined : value });
        }}
      />
      <SelectField
        label="Groups"
        labelUnseen
        value={grouping}
        choices={groupings.map((value) => ({
          value,
          label: value === 'none' ? 'No groups' : `Group ${groupLabels[value]}`,
        }))}
        onChange={(event) => {
          const { value } = event.currentTarget;
          change({ group: value === 'none' ? undefined : value });
        }}
      />
    </>
  );
}

/** How many are shown of how many, and what is left out without anybody having asked. */
function Said({ listed }: { readonly listed: ListedFindings }): ReactNode {
  const { matches, index, chosen, groups } = listed;
  const change = useChangeAddress();
  const accepted = matches.counts.accepted[index.values.accepted.indexOf('accepted')] ?? 0;
  const isHidden = chosen.accepted?.has('open') === true && chosen.accepted.size === 1;
  const narrowed = countChosen(listed) > 0;
  return (
    <div className="findings-said">
      <span role="status">
        <strong>{matches.count.toLocaleString('en')}</strong> of {index.findings.length.toLocaleString('en')}
        {index.findings.length === 1 ? ' finding' : ' findings'}
        {groups !== undefined &&
          ` in ${groups.length.toLocaleString('en')} ${groups.length === 1 ? 'group' : 'groups'}`}
      </span>
      {isHidden && accepted > 0 && (
        <button type="button" className="link-button" onClick={() => change({ accepted: 'all' })}>
          {accepted.toLocaleString('en')} accepted not shown: show
        </button>
      )}
      {narrowed && <ClearButton />}
    </div>
  );
}

function ClearButton({ onClear }: { readonly onClear?: () => void }): ReactNode {
  const change = useChangeAddress();
  return (
    <button
      type="button"
      className="link-button"
      onClick={() => {
        change(Object.fromEntries(facets.map((facet) => [facet, undefined])));
        onClear?.();
      }}
    >
      Clear filters
    </button>
  );
}

/** How many facets somebody narrowed. */
function countChosen({ chosen }: ListedFindings): number {
  return facets.filter((facet) => {
    const values = chosen[facet];
    if (values === undefined || values.size === 0) return false;
    return facet !== 'accepted' || !values.has('open') || values.size > 1;
  }).length;
}

function Nothing(props: {
  readonly listed: ListedFindings;
  readonly text: string;
  readonly onClear: () => void;
}): ReactNode {
  const { listed, text, onClear } = props;
  if (listed.index.findings.length === 0) {
    return (
      <Empty title="No findings" level={3}>
        <p>
          Nothing wrong was found in what was looked at. What could not be read or judged, if anything, stands above;
          the coverage tells what was looked at.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing matches" level={3}>
      <p>
        None of the {listed.index.findings.length.toLocaleString('en')} findings match
        {text === '' ? ' these filters' : ''}.
      </p>
      <ClearButton onClear={onClear} />
    </Empty>
  );
}
