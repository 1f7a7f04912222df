import { compareSeverity, type Severity } from '../../model/severity.ts';
import { linkTo } from './details.ts';
import type { NodeLink } from './details-schema.ts';
import type { ContainerEntry } from './host-state.ts';
import { idPart } from './id-part.ts';
import { isDrifting, shorten, worstOf } from './nodes.ts';
import type { TopologyChange, TopologyChanges } from './question-schema.ts';
import { exposureOf, type PastWorst, type World } from './world.ts';

const MOST_CHANGES = 1000;

/** What is compared: by names, since a container that is made anew has another id. */
interface Service {
  readonly entry: ContainerEntry;
  readonly label: string;
  readonly ports: ReadonlySet<string>;
  readonly drift: ReadonlySet<string>;
  readonly powers: ReadonlySet<string>;
  readonly worst: PastWorst | undefined;
}

interface Picture {
  readonly services: ReadonlyMap<string, Service>;
  readonly images: ReadonlyMap<string, NodeLink>;
  /** By host and name: engines of two hosts may call one image by two ids. */
  readonly named: ReadonlyMap<string, ReadonlyMap<string, NodeLink>>;
  readonly edges: ReadonlyMap<string, { readonly title: string; readonly node: NodeLink | undefined }>;
}

/** What differs between two moments, what matters most first. */
export function changesBetween(before: World, after: World): TopologyChanges {
  const [old, now] = [pictureOf(before), pictureOf(after)];
  const changes: TopologyChange[] = [];
  for (const [key, service] of now.services) {
    const node = linkTo(service.entry);
    const then = old.services.get(key);
    if (then === undefined) {
      changes.push({
        ...{ kind: 'new-container', node, title: `${service.label} runs now` },
        ...(service.worst !== undefined && { severity: service.worst.severity, after: service.worst.id }),
      });
    } else changes.push(...worstChange(then, service, node));
    const added = (is: ReadonlySet<string>, was: ReadonlySet<string> | undefined): string[] =>
      [...is].filter((one) => was?.has(one) !== true);
    for (const port of added(service.ports, then?.ports))
      changes.push({ kind: 'new-exposure', node, title: `${service.label} is published at ${port}` });
    for (const file of added(service.drift, then?.drift))
      changes.push({
        kind: 'new-drift',
        node,
        title: `${service.label} runs ${shorten(file)}, which its image did not bring`,
      });
    for (const power of added(service.powers, then?.powers))
      changes.push({ kind: 'new-power', node, title: `${service.label} may do more: ${power}` });
  }
  for (const [key, { label }] of old.services)
    if (!now.services.has(key)) changes.push({ kind: 'gone-container', title: `${label} does not run any more` });
  for (const [image, node] of now.images)
    if (!old.images.has(image))
      changes.push({ kind: 'new-image', node, title: `${shorten(image)} runs for the first time` });
  changes.push(...swappedImages(old.named, now.named));
  for (const [key, { title, node }] of now.edges)
    if (!old.edges.has(key)) changes.push({ kind: 'new-edge', title, ...(node !== undefined && { node }) });
  for (const [key, { title }] of old.edges) if (!now.edges.has(key)) changes.push({ kind: 'gone-edge', title });
  changes.sort(
    (a, b) =>
      order[a.kind] - order[b.kind] ||
      compareSeverity(b.severity ?? 'unknown', a.severity ?? 'unknown') ||
      (a.title < b.title ? -1 : 1),
  );
  return {
    ...{ since: new Date(before.at).toISOString(), until: new Date(after.at).toISOString() },
    ...{ changes: changes.slice(0, MOST_CHANGES), leftOut: Math.max(0, changes.length - MOST_CHANGES) },
  };
}

const order: Readonly<Record<TopologyChange['kind'], number>> = {
  ...{ 'new-exposure': 0, 'new-drift': 1, worse: 2, 'new-power': 3, 'new-image': 4, 'new-container': 5, 'new-edge': 6 },
  ...{ 'gone-container': 7, better: 8, 'gone-edge': 9 },
};

/** A tag is moved to another image, and what runs has its name as before. */
function swappedImages(old: Picture['named'], now: Picture['named']): TopologyChange[] {
  const swapped = new Map<string, TopologyChange>();
  for (const [key, images] of now) {
    const before = old.get(key);
    if (before === undefined) continue;
    for (const [id, node] of images)
      if (!before.has(id))
        swapped.set(node.id, { kind: 'new-image', node, title: `${node.label} is another image now` });
  }
  return [...swapped.values()];
}

function worstChange(then: Service, now: Service, node: NodeLink): TopologyChange[] {
  const rank = compareSeverity(now.worst?.severity ?? 'unknown', then.worst?.severity ?? 'unknown');
  if (rank === 0) return [];
  const words = (one: PastWorst | undefined): string =>
    one === undefined ? 'none known' : `${one.severity}: ${one.id} in ${one.package}`;
  const severity: Severity | undefined = now.worst?.severity;
  return [
    {
      ...{ kind: rank > 0 ? 'worse' : 'better', node, before: words(then.worst), after: words(now.worst) },
      title: `${now.label}: the gravest vulnerability in use is ${rank > 0 ? 'worse' : 'less grave'}`,
      ...(severity !== undefined && { severity }),
    },
  ];
}

function pictureOf(world: World): Picture {
  const services = new Map<string, Service>();
  const images = new Map<string, NodeLink>();
  const named = new Map<string, Map<string, NodeLink>>();
  const edges = new Map<string, { readonly title: string; readonly node: NodeLink | undefined }>();
  for (const held of world.graph.containers.values()) {
    const { container, processes } = held;
    const { facts, gone, nodeId } = container;
    if (gone !== undefined || !(facts.state === 'running' || facts.state === 'paused' || facts.state === 'restarting'))
      continue;
    const published =
      exposureOf(held) === 'published'
        ? facts.ports.flatMap((one) =>
            one.published === undefined
              ? []
              : [`${one.published.address}:${one.published.port} (${one.port}/${one.protocol})`],
          )
        : [];
    services.set(keyOf(container), {
      ...{ entry: container, label: shorten(facts.name), ports: new Set(published) },
      drift: new Set(processes.flatMap((one) => (isDrifting(one) ? [one.facts.executable ?? one.facts.name] : []))),
      powers: new Set(facts.powers ?? []),
      worst: world.past === undefined ? worstOf(world.judge(container).inUse) : world.past.get(nodeId),
    });
    const { reference, id } = facts.image;
    const image = reference === '' ? id : reference;
    const link: NodeLink = { id: `image:${idPart(id)}`, kind: 'image', label: shorten(image) };
    if (!images.has(image)) images.set(image, link);
    const place = JSON.stringify([container.host.id, image]);
    named.set(place, (named.get(place) ?? new Map<string, NodeLink>()).set(id, link));
  }
  for (const { client, server, port, entry } of world.graph.links) {
    const from =
      client.container === undefined ? (client.outside?.label ?? client.host?.name) : client.container.facts.name;
    const to =
      server.container === undefined ? (server.outside?.label ?? server.host?.name) : server.container.facts.name;
    if (from === undefined || to === undefined || entry.gone !== undefined) continue;
    const key = JSON.stringify([from, to, port]);
    if (edges.has(key)) continue;
    const node = client.container ?? server.container;
    edges.set(key, {
      title: `${shorten(from)} calls ${shorten(to)} on port ${port}`,
      node: node === undefined ? undefined : linkTo(node),
    });
  }
  return { services, images, named, edges };
}

function keyOf({ facts: { name, image }, host }: ContainerEntry): string {
  return JSON.stringify([host.id, name, image.reference]);
}
