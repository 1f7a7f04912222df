import { compareText } from '../../model/order.ts';
import { compareSeverity } from '../../model/severity.ts';
import type { HostLook } from '../../runtime/topology/report-sequence.ts';
import type { MapNode, MapSnapshot } from '../../server/map/map-schema.ts';
import { layOut } from '../ui/columns.ts';

/** Containers and connections of a moment, as two tables: the gravest and the most reachable first. */
export function mapTable({ nodes, edges }: MapSnapshot, { containers, listeners }: HostLook, width: number): string {
  const labels = new Map(
    nodes.map(({ id, label, detail, kind }) => [id, kind === 'host' ? `${label} (host)` : ((label || detail) ?? id)]),
  );
  const byName = new Map(containers.map((one) => [one.name, one]));
  const rows = nodes
    .filter(({ kind }) => kind === 'container')
    .sort((a, b) => byWorst(a, b) || compareText(a.label, b.label))
    .map((node) => {
      const facts = byName.get(node.label);
      const listening = listeners
        .filter(({ container }) => container === facts?.id)
        .map(({ port, protocol }) => `${port}/${protocol}`);
      const published = (facts?.ports ?? []).flatMap(({ port, protocol, published: on }) =>
        on === undefined || on.address.includes(':') ? [] : [`${on.address}:${on.port}->${port}/${protocol}`],
      );
      return [
        node.label,
        node.image ?? '',
        node.state,
        [
          ...new Set([
            ...published,
            ...listening.filter((one) => !published.some((text) => text.endsWith(`->${one}`))),
          ]),
        ].join(' '),
        worstOf(node),
        [
          ...(node.powers ?? []),
          ...(node.drift === undefined || node.drift === 0 ? [] : [`drift: ${node.drift}`]),
        ].join(' '),
      ];
    });
  const traffic = edges
    .filter(({ kind }) => kind === 'traffic')
    .map(({ source, target, ports, open, seen, guessed }) => [
      labels.get(source) ?? source,
      labels.get(target) ?? target,
      ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' '),
      `${open}`,
      `${seen}`,
      guessed === true ? 'direction guessed' : '',
    ])
    .sort((a, b) => compareText(a.join('\0'), b.join('\0')));
  const first =
    rows.length === 0
      ? 'No containers.\n'
      : layOut(['CONTAINER', 'IMAGE', 'STATE', 'PORTS', 'WORST IN USE', 'NOTE'], rows, width);
  const second =
    traffic.length === 0
      ? 'No connections were seen.\n'
      : layOut(['CLIENT', 'SERVER', 'PORT', 'OPEN', 'SEEN', ''], traffic, width);
  return `${first}\n${second}`;
}

function worstOf({ worst, knowledge, installed }: MapNode): string {
  if (worst !== undefined) return `${worst.severity} ${worst.id} ${worst.package}`;
  if (knowledge === 'known') return installed === undefined ? 'none' : `none (installed: ${installed})`;
  return knowledge === 'none' ? '' : `? (${knowledge})`;
}

function byWorst(a: MapNode, b: MapNode): number {
  return compareSeverity(b.worst?.severity ?? 'unknown', a.worst?.severity ?? 'unknown');
}
