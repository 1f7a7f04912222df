import { compareText } from '../../model/order.ts';
import type { KubeClient } from './client.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A container of a workload, and the image that it runs. */
export interface WorkloadContainer {
  readonly name: string;
  /** A `volume` is an image that is mounted and not run: models and programs that containers use come so. */
  readonly kind: 'container' | 'init' | 'ephemeral' | 'volume';
  /** As it is written in the pod. */
  readonly image: string;
  /** With the digest that the node runs, where it tells one that a registry knows. */
  readonly running?: string;
}

/** What runs images: a Deployment, a CronJob, or a pod that nobody owns. */
export interface Workload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  /** Sorted, each once. */
  readonly containers: readonly WorkloadContainer[];
}

/** What runs in a cluster, as far as its user may see it. */
export interface ClusterWorkloads {
  readonly workloads: readonly Workload[];
  /** Kinds of which not everything could be listed, and why. */
  readonly missing: readonly { readonly resource: string; readonly why: string }[];
}

/** Kinds that have a template of pods, and where: group, plural, kind, way to the template. */
const templated: readonly (readonly [api: string, plural: string, kind: string])[] = [
  ['apis/apps/v1', 'deployments', 'Deployment'],
  ['apis/apps/v1', 'statefulsets', 'StatefulSet'],
  ['apis/apps/v1', 'daemonsets', 'DaemonSet'],
  ['apis/apps/v1', 'replicasets', 'ReplicaSet'],
  ['apis/batch/v1', 'cronjobs', 'CronJob'],
  ['apis/batch/v1', 'jobs', 'Job'],
];

/** A container, and whether only a template says so: no pod of it need be there. */
interface Listed extends WorkloadContainer {
  readonly isPlanned: boolean;
}

/** Containers that are told; a cluster has some thousand. */
const MOST_CONTAINERS = 200_000;

/**
 * Lists what runs images in a namespace, or in all: workloads by their templates, also where no pod of them runs now, and
 * pods by what their nodes run. A pod counts to the workload that stands above it.
 * @param namespace undefined: all
 */
export async function listWorkloads(client: KubeClient, namespace: string | undefined): Promise<ClusterWorkloads> {
  const missing: { resource: string; why: string }[] = [];
  const found = new Map<string, Map<string, Listed>>();
  const parents = new Map<string, string>();
  let count = 0;
  const add = (key: string, containers: readonly Listed[]): void => {
    const known = found.get(key) ?? new Map<string, Listed>();
    const left = Math.max(0, MOST_CONTAINERS - count);
    count += containers.length;
    addListed(known, containers.slice(0, left));
    found.set(key, known);
  };
  const list = async (api: string, plural: string): Promise<readonly Fields[]> => {
    const place = namespace === undefined ? plural : `namespaces/${encodeURIComponent(namespace)}/${plural}`;
    const { items, refused, isCut } = await client.list(`${api}/${place}`);
    if (refused !== undefined) missing.push({ resource: plural, why: refused });
    if (isCut === true) missing.push({ resource: plural, why: 'there are more than are listed' });
    return items;
  };
  for (const [api, plural, kind] of templated) {
    for (const item of await list(api, plural)) {
      const key = keyOf(item, kind);
      const owner = ownerOf(item);
      if (owner !== undefined) parents.set(key, owner);
      const spec = mapping(item['spec']);
      // Old sets of a Deployment are kept to go back to: nothing of them runs.
      if (kind === 'ReplicaSet' && spec['replicas'] === 0) continue;
      const template = kind === 'CronJob' ? mapping(mapping(spec['jobTemplate'])['spec']) : spec;
      add(key, containersOf(mapping(mapping(template['template'])['spec']), undefined));
    }
  }
  for (const pod of await list('api/v1', 'pods')) {
    const key = keyOf(pod, 'Pod');
    const owner = ownerOf(pod);
    if (owner !== undefined) parents.set(key, owner);
    add(key, containersOf(mapping(pod['spec']), mapping(pod['status'])));
  }
  if (count > MOST_CONTAINERS)
    missing.push({ resource: 'containers', why: `more than ${MOST_CONTAINERS} are not told` });
  return { workloads: joined(found, parents), missing };
}

/** What stands highest takes all that is below it. */
function joined(
  found: ReadonlyMap<string, ReadonlyMap<string, Listed>>,
  parents: ReadonlyMap<string, string>,
): readonly Workload[] {
  const tops = new Map<string, Map<string, Listed>>();
  for (const [key, containers] of found) {
    let top = key;
    // Who owns whom is what the cluster says: a circle is not followed on and on.
    for (let steps = 0; steps < 8; steps++) {
      const parent = parents.get(top);
      if (parent === undefined) break;
      top = parent;
    }
    const known = tops.get(top) ?? new Map<string, Listed>();
    addListed(known, containers.values());
    tops.set(top, known);
  }
  return [...tops]
    .map(([key, containers]) => {
      const [namespace = '', kind = '', name = ''] = JSON.parse(key) as string[];
      const sorted = withoutPlanned([...containers.values()]).toSorted((a, b) => compareText(idOf(a), idOf(b)));
      return { namespace, kind, name, containers: sorted };
    })
    .toSorted((a, b) =>
      compareText(JSON.stringify([a.namespace, a.kind, a.name]), JSON.stringify([b.namespace, b.kind, b.name])),
    );
}

/** Nodes may run different images under one name, so that what they run is a part of what a container is. */
function addListed(known: Map<string, Listed>, containers: Iterable<Listed>): void {
  for (const container of containers) {
    const id = idOf(container);
    if (known.get(id)?.isPlanned !== false) known.set(id, container);
  }
}

/** A container of a template is left out where a pod has it, which may tell what of it runs. */
function withoutPlanned(containers: readonly Listed[]): readonly WorkloadContainer[] {
  const nameOf = ({ kind, name, image }: Listed): string => JSON.stringify([kind, name, image]);
  const inPods = new Set(containers.filter(({ isPlanned }) => !isPlanned).map(nameOf));
  return containers.flatMap(({ isPlanned, ...container }) =>
    isPlanned && inPods.has(nameOf({ isPlanned, ...container })) ? [] : [container],
  );
}

function idOf({ kind, name, image, running = '' }: WorkloadContainer): string {
  return JSON.stringify([kind, name, image, running]);
}

function keyOf(item: Fields, kind: string): string {
  const metadata = mapping(item['metadata']);
  return JSON.stringify([textOf(metadata['namespace']), kind, textOf(metadata['name'])]);
}

function ownerOf(item: Fields): string | undefined {
  const metadata = mapping(item['metadata']);
  const owner = listOf(metadata['ownerReferences']).find((one) => one['controller'] === true);
  if (owner === undefined) return undefined;
  return JSON.stringify([textOf(metadata['namespace']), textOf(owner['kind']), textOf(owner['name'])]);
}

const places = [
  ['containers', 'containerStatuses', 'container'],
  ['initContainers', 'initContainerStatuses', 'init'],
  ['ephemeralContainers', 'ephemeralContainerStatuses', 'ephemeral'],
] as const;

/** @param status of a pod; undefined for a template */
function containersOf(spec: Fields, status: Fields | undefined): readonly Listed[] {
  const isPlanned = status === undefined;
  const containers = places.flatMap(([list, statuses, kind]) => {
    const ids = new Map(listOf(status?.[statuses]).map((one) => [textOf(one['name']), textOf(one['imageID'])]));
    return listOf(spec[list]).flatMap((container): Listed[] => {
      const [name, image] = [textOf(container['name']), textOf(container['image'])];
      if (image === '') return [];
      const running = runningImage(ids.get(name) ?? '');
      return [{ name, kind, image, isPlanned, ...(running !== undefined && { running }) }];
    });
  });
  return [...containers, ...volumesOf(spec, isPlanned)];
}

/** Images that are mounted (Kubernetes, "Image Volumes"). */
function volumesOf(spec: Fields, isPlanned: boolean): readonly Listed[] {
  return listOf(spec['volumes']).flatMap((volume) => {
    const image = textOf(mapping(volume['image'])['reference']);
    return image === '' ? [] : [{ name: textOf(volume['name']), kind: 'volume', image, isPlanned } as const];
  });
}

/** What a node says that it runs: `docker-pullable://nginx@sha256:...`; an id alone is known to no registry. */
function runningImage(id: string): string | undefined {
  const name = id.replace(/^docker-pullable:\/\//, '');
  return /^[a-z0-9][\w.:/-]*@sha256:[0-9a-f]{64}$/.test(name) ? name : undefined;
}

function mapping(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(mapping) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
