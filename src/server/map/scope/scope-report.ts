import type { World } from '../world.ts';
import { containerId, imageId } from './scope-containers.ts';
import { hostId } from './scope-hosts.ts';
import { processId } from './scope-processes.ts';

type Facts = Readonly<Record<string, string | number | undefined>>;

/** The raw report: nodes of the topologies that there are, with their facts. Endpoints are not among them. */
export function scopeReport(world: World): object {
  const { hosts, containers } = world.graph;
  const timestamp = new Date(world.at).toISOString();
  const latest = (facts: Facts): object =>
    Object.fromEntries(
      Object.entries(facts).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, { timestamp, value: String(value) }]],
      ),
    );
  const entry = (id: string, topology: string, facts: Facts): readonly [string, object] => [
    id,
    { id, topology, latest: latest(facts) },
  ];
  const topology = (nodes: readonly (readonly [string, object])[]): object => ({ nodes: Object.fromEntries(nodes) });
  const images = new Map([...containers.keys()].map((one) => [imageId(one), one]));
  return {
    TS: timestamp,
    Host: topology(
      hosts.map((host) =>
        entry(hostId(host), 'host', { host_name: host.name, kernel_version: host.told.host?.kernel }),
      ),
    ),
    Container: topology(
      [...containers.keys()].map((one) =>
        entry(containerId(one), 'container', {
          ...{ docker_container_id: one.facts.id, docker_container_name: one.facts.name },
          ...{ docker_container_state: one.facts.state, docker_image_id: one.facts.image.id },
          docker_image_name: one.facts.image.reference,
        }),
      ),
    ),
    Process: topology(
      hosts.flatMap((host) =>
        [...host.processes.values()].map((one) =>
          entry(processId(one), 'process', {
            pid: one.facts.pid,
            name: one.facts.name,
            cmdline: one.facts.arguments?.join(' '),
          }),
        ),
      ),
    ),
    ContainerImage: topology(
      [...images].map(
        ([
          id,
          {
            facts: { image },
          },
        ]) => entry(id, 'container_image', { docker_image_id: image.id, docker_image_name: image.reference }),
      ),
    ),
  };
}
