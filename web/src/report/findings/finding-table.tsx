import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { severities } from '../../../../src/model/severity.ts';
import { percentWords } from '../../../../src/report/words.ts';
import type { Finding, Image } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { SeverityBadge, SeverityCounts } from '../../ui/severity.tsx';
import { Table, type TableColumn, type TableGroupLine } from '../../ui/table.tsx';
import { useChangeAddress } from '../address-state.ts';
import { kindWord } from '../words.ts';
import { facetWord } from './facet-words.ts';
import { type FindingGroup, type Grouping, listGroups } from './finding-groups.ts';
import type { Order } from './finding-order.ts';
import type { ListedFindings } from './use-findings.ts';

export interface FindingTableProps {
  readonly listed: ListedFindings;
  readonly image: Image;
  /** Place of the finding whose details are shown. */
  readonly selected: number | undefined;
  readonly onOpen: (row: number) => void;
  readonly empty: ReactNode;
  /** Groups of which the lines are seen. */
  readonly opened: OpenGroups;
}

/** Which groups of a list are open. */
export interface OpenGroups {
  readonly isOpen: (group: FindingGroup) => boolean;
  readonly toggle: (group: FindingGroup) => void;
  readonly setAll: (open: boolean) => void;
  readonly areAll: boolean;
}

/** Groups are shut at first: what is read first is which there are. */
export function useOpenGroups(): OpenGroups {
  const [areAll, setAreAll] = useState(false);
  const [others, setOthers] = useState<ReadonlySet<string>>(new Set());
  const isOpen = useCallback((group: FindingGroup) => areAll !== others.has(group.key), [areAll, others]);
  const toggle = useCallback(({ key }: FindingGroup) => {
    setOthers((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  const setAll = useCallback((open: boolean) => {
    setAreAll(open);
    setOthers(new Set());
  }, []);
  return useMemo(() => ({ isOpen, toggle, setAll, areAll }), [isOpen, toggle, setAll, areAll]);
}

/** The findings that match, one a line, or one group a line with its findings below. */
export function FindingTable(props: FindingTableProps): ReactNode {
  const { listed, image, selected, onOpen, empty, opened } = props;
  const { index, rows, groups, order, backwards, grouping } = listed;
  const { findings } = index;
  const lines = useMemo(
    () => (groups === undefined ? rows : listGroups(groups, opened.isOpen)),
    [groups, rows, opened.isOpen],
  );
  const columns = useColumns(findings, order, backwards);
  const selectedLine = useMemo(
    () => (selected === undefined ? undefined : lines.indexOf(selected as never)),
    [lines, selected],
  );
  const groupOf = (line: number): TableGroupLine | undefined => {
    const group = line < 0 ? groups?.[-1 - line] : undefined;
    if (group === undefined || grouping === 'none') return undefined;
    return {
      isOpen: opened.isOpen(group),
      content: <GroupHead group={group} first={findings[group.first]!} grouping={grouping} image={image} />,
    };
  };
  return (
    <Table
      label="Findings"
      count={lines.length}
      rowAt={(line) => lines[line]!}
      keyOf={(row) => row}
      columns={columns}
      narrow={(row) => <NarrowRow finding={findings[row]!} />}
      {...(groups !== undefined && { groupOf })}
      onOpen={(row) => {
        const group = row < 0 ? groups?.[-1 - row] : undefined;
        if (group === undefined) onOpen(row);
        else opened.toggle(group);
      }}
      selected={selectedLine === -1 ? undefined : selectedLine}
      empty={empty}
      orderedBy={`${order} ${backwards} ${grouping}`}
    />
  );
}

function useColumns(findings: readonly Finding[], order: Order, backwards: boolean): readonly TableColumn<number>[] {
  const change = useChangeAddress();
  return useMemo(() => {
    const sort = (by: Order, first: 'ascending' | 'descending'): NonNullable<TableColumn<number>['sort']> => {
      const isThis = order === by;
      const other = first === 'ascending' ? 'descending' : 'ascending';
      return {
        direction: isThis ? (backwards ? other : first) : undefined,
        // The first press sorts by it, the second the other way around, the third by priority again.
        change: () => change({ sort: !isThis ? by : backwards ? undefined : `-${by}` }),
      };
    };
    const cell = (draw: (finding: Finding) => ReactNode) => (row: number) => {
      const finding = findings[row];
      return finding === undefined ? null : draw(finding);
    };
    const hasEpss = findings.some(({ score }) => score?.epss !== undefined);
    const hasCvss = findings.some(({ score }) => score?.cvss[0]?.score !== undefined);
    const hasPackages = findings.some(({ package: pkg }) => pkg !== undefined);
    const hasFixes = findings.some(({ fixedVersion }) => fixedVersion !== undefined);
    const columns: (TableColumn<number> | false)[] = [
      {
        id: 'severity',
        title: 'Severity',
        width: '6.5rem',
        sort: sort('severity', 'descending'),
        cell: cell(({ severity }) => <SeverityBadge severity={severity} />),
      },
      {
        id: 'finding',
        title: 'Finding',
        width: 'minmax(12rem, 3fr)',
        sort: sort('name', 'ascending'),
        cell: cell((finding) => <Name finding={finding} />),
      },
      {
        id: 'where',
        title: hasPackages ? 'Package or place' : 'Place',
        width: 'minmax(8rem, 1.6fr)',
        sort: sort('package', 'ascending'),
        cell: cell((finding) => <Place finding={finding} />),
      },
      hasFixes && {
        id: 'fix',
        title: 'Fixed in',
        width: 'minmax(5rem, 1fr)',
        cell: cell(({ fixedVersion }) =>
          fixedVersion === undefined ? <span className="faint">–</span> : <ImageText mono text={fixedVersion} />,
        ),
      },
      hasCvss && {
        id: 'cvss',
        title: 'CVSS',
        width: '3.75rem',
        align: 'end',
        sort: sort('cvss', 'descending'),
        cell: cell(({ score }) => score?.cvss[0]?.score?.toFixed(1) ?? ''),
      },
      hasEpss && {
        id: 'epss',
        title: 'EPSS',
        width: '4.25rem',
        align: 'end',
        sort: sort('epss', 'descending'),
        cell: cell(({ score }) => (score?.epss === undefined ? '' : percentWords(score.epss))),
      },
      {
        id: 'layer',
        title: 'Layer',
        width: '3.25rem',
        align: 'end',
        cell: cell(({ layer }) => layer?.index ?? <span className="faint">–</span>),
      },
    ];
    return columns.filter((column) => column !== false);
  }, [findings, order, backwards, change]);
}

function Name({ finding }: { readonly finding: Finding }): ReactNode {
  const { id, title, kind } = finding;
  return (
    <>
      <ImageText className="finding-id" text={id} />
      <Marks finding={finding} />
      <span className="soft">{title === id ? kindWord[kind] : <ImageText text={title} />}</span>
    </>
  );
}

/** What is known beyond the severity, in words. */
function Marks({ finding: { score, use, baseline, suppressed, hiddenBy } }: { readonly finding: Finding }): ReactNode {
  return (
    <>
      {score?.kev === true && <Badge tone="bad">exploited</Badge>}
      {use !== undefined && use !== 'not-seen' && <Badge tone="warn">in use</Badge>}
      {(baseline === 'new' || baseline === 'graver') && <Badge tone="accent">{baseline}</Badge>}
      {suppressed !== undefined && <Badge>accepted</Badge>}
      {hiddenBy !== undefined && <Badge>hidden</Badge>}
    </>
  );
}

function Place({ finding: { package: pkg, location, historyIndex } }: { readonly finding: Finding }): ReactNode {
  if (pkg !== undefined) {
    return (
      <>
        <ImageText text={pkg.name} className="strong" /> <ImageText text={pkg.version} mono className="soft" />
      </>
    );
  }
  if (location !== undefined)
    return <ImageText mono text={`${location.path}${location.line === undefined ? '' : `:${location.line}`}`} />;
  if (historyIndex !== undefined) return <span className="soft">history, entry {historyIndex}</span>;
  return <span className="soft">the image</span>;
}

function NarrowRow({ finding }: { readonly finding: Finding }): ReactNode {
  return (
    <div className="finding-narrow">
      <div className="cut">
        <SeverityBadge severity={finding.severity} /> <ImageText className="finding-id" text={finding.id} />
        <Marks finding={finding} />
      </div>
      <div className="cut soft">
        {finding.package === undefined ? <ImageText text={finding.title} /> : <Place finding={finding} />}
        {finding.fixedVersion !== undefined && (
          <>
            {' → '}
            <ImageText mono text={finding.fixedVersion} />
          </>
        )}
      </div>
    </div>
  );
}

function GroupHead(props: {
  readonly group: FindingGroup;
  readonly first: Finding;
  readonly grouping: Exclude<Grouping, 'none'>;
  readonly image: Image;
}): ReactNode {
  const { group, first, grouping, image } = props;
  const counts = Object.fromEntries(severities.map((severity, rank) => [severity, group.bySeverity[rank]]));
  return (
    <>
      <span className="group-name cut">
        {grouping === 'vulnerability' && (
          <>
            <ImageText className="finding-id" text={first.id} />
            <ImageText className="soft" text={first.title} />
          </>
        )}
        {grouping === 'package' && <Place finding={first} />}
        {grouping === 'layer' &&
          (first.layer === undefined ? (
            'In no layer'
          ) : (
            <ImageText text={facetWord('layer', String(first.layer.index), image)} />
          ))}
        {grouping === 'kind' && facetWord('kind', first.kind, image)}
      </span>
      {grouping === 'package' && first.upgradeTo !== undefined && (
        <span className="group-upgrade cut">
          upgrade to <ImageText mono text={first.upgradeTo} />
        </span>
      )}
      <SeverityCounts counts={counts} />
      <span className="group-count">{group.rows.length.toLocaleString('en')}</span>
    </>
  );
}
