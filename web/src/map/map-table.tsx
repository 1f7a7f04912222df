import { memo, type ReactNode, useMemo } from 'react';
import { bytesWords } from '../ui/bytes.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { gravestFirst, SeverityBadge } from '../ui/severity.tsx';
import { drawable, type HeldMap } from './held-map.ts';
import { NodeImage } from './look-image.tsx';
import { EXPOSURES, KINDS, portsOf } from './names.ts';
import { NodeButton } from './node-link.tsx';
import { knowledgeWords, openWords } from './sentences.ts';
import type { MapEdge, MapNode } from './shapes.ts';
import type { Column, TableOrder } from './table-order.ts';

const COLUMNS: readonly { readonly column: Column; readonly label: string; readonly number?: true }[] = [
  { column: 'label', label: 'Name' },
  { column: 'kind', label: 'Kind' },
  { column: 'host', label: 'Host' },
  { column: 'state', label: 'State' },
  { column: 'worst', label: 'Gravest in use' },
  { column: 'exposure', label: 'Exposure' },
  { column: 'marks', label: 'Drift and powers' },
  { column: 'processes', label: 'Processes', number: true },
  { column: 'connections', label: 'Connections', number: true },
  { column: 'cpu', label: 'CPU', number: true },
  { column: 'memory', label: 'Memory', number: true },
];

/** What a column is sorted by: numbers by size, words by the alphabet. */
function keyOf(node: MapNode, column: Column): number | string {
  switch (column) {
    case 'label':
      return node.label;
    case 'kind':
      return node.kind;
    case 'host':
      return node.host ?? '';
    case 'state':
      return node.state;
    case 'worst':
      return node.worst === undefined
        ? node.knowledge === 'known' && node.useUnknown !== true
          ? 90
          : 80
        : gravestFirst.indexOf(node.worst.severity);
    case 'exposure':
      return ['published', 'host', 'published-locally', 'internal', ''].indexOf(node.exposure ?? '');
    case 'marks':
      return -((node.drift ?? 0) * 100 + (node.powers?.length ?? 0));
    case 'processes':
      return -node.counts.processes;
    case 'connections':
      return -node.counts.connections;
    case 'cpu':
      return -(node.cpu ?? -1);
    case 'memory':
      return -(node.memoryBytes ?? -1);
  }
}

/** What is grave or large first; equal ones by their name, so that rows do not change places at each look. */
export function sortNodes(nodes: readonly MapNode[], column: Column, turned: boolean): MapNode[] {
  const words = new Intl.Collator('en', { numeric: true });
  return [...nodes].sort((a, b) => {
    const [one, other] = [keyOf(a, column), keyOf(b, column)];
    const order =
      typeof one === 'number' && typeof other === 'number' ? one - other : words.compare(String(one), String(other));
    return (turned ? -order : order) || words.compare(a.label, b.label) || (a.id < b.id ? -1 : 1);
  });
}

export interface MapTableProps {
  readonly held: HeldMap;
  readonly selected: string | undefined;
  readonly matches: ReadonlySet<string> | undefined;
  readonly order: TableOrder | undefined;
  readonly onOrder: (order: TableOrder) => void;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly open: ReadonlySet<string>;
}

const GRAVEST: TableOrder = { column: 'worst', turned: false };

/** The same content as the map, to be read: its nodes, and who talks to whom. */
export function MapTable({
  held,
  selected,
  matches,
  order = GRAVEST,
  onOrder,
  onSelect,
  onOpen,
  open,
}: MapTableProps): ReactNode {
  const { column, turned } = order;
  const { nodes, edges } = useMemo(() => drawable(held), [held]);
  const rows = useMemo(() => sortNodes(nodes, column, turned), [nodes, column, turned]);
  const labels = held.nodes;
  return (
    <section className="map-table" aria-label="The map as a table">
      <div className="table-scroll">
        <table className="data-table">
          <caption className="unseen">Nodes of the map; the headings sort</caption>
          <thead>
            <tr>
              {COLUMNS.map(({ column: name, label, number }) => (
                <th
                  key={name}
                  scope="col"
                  className={number === true ? 'number' : ''}
                  aria-sort={name === column ? (turned ? 'descending' : 'ascending') : 'none'}
                >
                  <button
                    type="button"
                    className="plain-button map-sort"
                    onClick={() => onOrder({ column: name, turned: name === column && !turned })}
                  >
                    {label}
                    <span aria-hidden="true">{name === column ? (turned ? ' ↑' : ' ↓') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((node) => (
              <NodeRow
                key={node.id}
                node={node}
                parent={node.parent === undefined ? undefined : labels.get(node.parent)?.label}
                selected={node.id === selected}
                match={matches?.has(node.id) === true}
                open={open.has(node.id)}
                onSelect={onSelect}
                onOpen={onOpen}
              />
            ))}
          </tbody>
        </table>
      </div>
      <h2>Connections</h2>
      {edges.length === 0 ? (
        <p className="soft">Nobody talks to anybody.</p>
      ) : (
        <div className="table-scroll">
          <table className="data-table">
            <caption className="unseen">Edges of the map, from client to server</caption>
            <thead>
              <tr>
                <th scope="col">Client</th>
                <th scope="col">Server</th>
                <th scope="col">Ports</th>
                <th scope="col">Connections</th>
                <th scope="col">What is known</th>
              </tr>
            </thead>
            <tbody>
              {edges.map((edge) => (
                <EdgeRow
                  key={edge.id}
                  edge={edge}
                  source={labels.get(edge.source)?.label ?? edge.source}
                  target={labels.get(edge.target)?.label ?? edge.target}
                  onSelect={onSelect}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const NodeRow = memo(function NodeRow({
  node,
  parent,
  selected,
  match,
  open,
  onSelect,
  onOpen,
}: {
  readonly node: MapNode;
  readonly parent: string | undefined;
  readonly selected: boolean;
  readonly match: boolean;
  readonly open: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}): ReactNode {
  const { kind, label, detail, state, worst, exposure, drift, powers, counts, cpu, memoryBytes, gone } = node;
  return (
    <tr
      className={[selected && 'selected', match && 'match', gone !== undefined && 'faded'].filter(Boolean).join(' ')}
      data-node={node.id}
    >
      <th scope="row">
        <span className="map-name">
          <NodeImage node={node} size={24} />
          <span className="stack close">
            <NodeButton node={node} onSelect={onSelect} />
            {detail !== undefined && <ImageText text={detail} className="faint clamp" />}
          </span>
          {(node.canExpand === true || open) && (
            <button type="button" className="button small quiet" aria-expanded={open} onClick={() => onOpen(node.id)}>
              {open ? 'Close' : 'Open'}
              <span className="unseen"> {label.slice(0, 100)}</span>
            </button>
          )}
        </span>
      </th>
      <td>{KINDS[kind]}</td>
      <td>
        <ImageText text={node.host ?? (kind === 'host' ? label : parent)} className="clamp" />
      </td>
      <td>{gone === undefined ? (kind === 'internet' || kind === 'outside' ? '' : state) : 'gone'}</td>
      <td>
        {worst === undefined ? (
          <span className="faint">{knowledgeWords(node)}</span>
        ) : (
          <span className="side close">
            <SeverityBadge severity={worst.severity} />
            <ImageText text={`${worst.id} in ${worst.package}`} className="soft clamp" />
          </span>
        )}
      </td>
      <td>{exposure === undefined ? '' : EXPOSURES[exposure]}</td>
      <td>
        {(drift ?? 0) > 0 && <span>{drift} drifted </span>}
        {powers !== undefined && powers.length > 0 && <ImageText text={powers.join(', ')} className="clamp" />}
      </td>
      <td className="number">{counts.processes.toLocaleString('en')}</td>
      <td className="number">{counts.connections.toLocaleString('en')}</td>
      <td className="number">{cpu === undefined ? '' : `${(cpu * 100).toFixed(0)} %`}</td>
      <td className="number nowrap">{memoryBytes === undefined ? '' : bytesWords(memoryBytes)}</td>
    </tr>
  );
});

const EdgeRow = memo(function EdgeRow({
  edge,
  source,
  target,
  onSelect,
}: {
  readonly edge: MapEdge;
  readonly source: string;
  readonly target: string;
  readonly onSelect: (id: string) => void;
}): ReactNode {
  const known = [
    edge.kind === 'membership' && 'is in the network',
    edge.published === true && 'by a published port',
    edge.guessed === true && 'direction guessed',
    edge.oneSided === true && 'told by one of its hosts only',
    edge.gone !== undefined && 'gone',
  ].filter((each) => each !== false);
  return (
    <tr className={edge.gone === undefined ? '' : 'faded'} data-edge={edge.id}>
      <td>
        <NodeButton node={{ id: edge.source, label: source }} onSelect={onSelect} />
      </td>
      <td>
        <NodeButton node={{ id: edge.target, label: target }} onSelect={onSelect} />
      </td>
      <td>{portsOf(edge)}</td>
      <td className="nowrap">{edge.kind === 'membership' ? '' : openWords(edge)}</td>
      <td>{known.join(', ')}</td>
    </tr>
  );
});
