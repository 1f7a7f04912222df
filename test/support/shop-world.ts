import type {
  ConnectionFacts,
  ContainerFacts,
  Endpoint,
  Figures,
  HostFacts,
  HostReport,
  ImageKnowledge,
  KnowledgeSource,
  ListenerFacts,
  ProcessFacts,
} from '../../src/model/topology.ts';
import { type HostLook, ReportSequence } from '../../src/runtime/topology/report-sequence.ts';
import { images, type ShopImage } from './shop-images.ts';

/** A host of the shop, as `startMapService` takes it. */
export interface ShopHost {
  readonly host: HostFacts;
  next(): HostReport;
}

interface Part {
  readonly service: string;
  readonly image: keyof typeof images;
  readonly project?: string;
  readonly number?: number;
  readonly network?: string;
  readonly published?: { readonly address: string; readonly port: number };
  readonly facts?: Partial<ContainerFacts>;
  readonly process?: Partial<ProcessFacts>;
  readonly load?: number;
}

interface Call {
  /** A name of a part with its number, or an address. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly open: number;
  readonly name?: string;
  /** Asked for at this port of the host. */
  readonly asked?: number;
}

interface Site {
  readonly name: string;
  readonly address: string;
  readonly parts: readonly Part[];
  readonly calls: readonly Call[];
}

const everywhere = '0.0.0.0';
const backup = { powers: ['privileged', 'engine-socket'] };

/** A shop on two machines: what is open to the world, what of it is vulnerable, and what talks to whom. */
const sites: readonly Site[] = [
  {
    name: 'web-1',
    address: '192.0.2.11',
    parts: [
      { service: 'proxy', image: 'nginx', published: { address: everywhere, port: 443 }, load: 0.22 },
      { service: 'web', image: 'web', load: 0.31 },
      { service: 'web', image: 'web', number: 2, load: 0.27 },
      { service: 'api', image: 'api', load: 0.62 },
      { service: 'api', image: 'api', number: 2, load: 0.58 },
      { service: 'cache', image: 'redis', load: 0.08 },
      { service: 'mailer', image: 'mailer', load: 0.02 },
      { service: 'migrate', image: 'api', facts: { state: 'exited', exitCode: 0 } },
    ],
    calls: [
      { from: '198.51.100.23', to: 'proxy-1', port: 443, open: 31, asked: 443 },
      { from: 'proxy-1', to: 'web-1', port: 3000, open: 14, name: 'web' },
      { from: 'proxy-1', to: 'web-2', port: 3000, open: 12, name: 'web' },
      { from: 'web-1', to: 'api-1', port: 8080, open: 8, name: 'api' },
      { from: 'web-2', to: 'api-2', port: 8080, open: 7, name: 'api' },
      { from: 'api-1', to: 'cache-1', port: 6379, open: 4, name: 'cache' },
      { from: 'api-2', to: 'cache-1', port: 6379, open: 4, name: 'cache' },
      { from: 'api-1', to: '192.0.2.12', port: 5432, open: 10, name: 'db.shop.internal' },
      { from: 'api-2', to: '192.0.2.12', port: 5432, open: 10, name: 'db.shop.internal' },
      { from: 'api-1', to: '203.0.113.80', port: 443, open: 1, name: 'api.payments.example' },
      { from: 'mailer-1', to: '192.0.2.12', port: 5672, open: 1, name: 'queue.shop.internal' },
      { from: 'mailer-1', to: '203.0.113.25', port: 587, open: 0, name: 'smtp.mail.example' },
    ],
  },
  {
    name: 'data-1',
    address: '192.0.2.12',
    parts: [
      { service: 'db', image: 'postgres', published: { address: '192.0.2.12', port: 5432 }, load: 0.44 },
      { service: 'queue', image: 'rabbitmq', published: { address: '192.0.2.12', port: 5672 }, load: 0.11 },
      { service: 'search', image: 'search', load: 0.36 },
      {
        ...{ service: 'backup', image: 'backup', facts: backup, load: 0.01 },
        process: { drift: 'written', executable: '/tmp/.cache/rclone' },
      },
      {
        ...{ service: 'grafana', image: 'grafana', project: 'watch', network: 'watch_default', load: 0.04 },
        published: { address: '127.0.0.1', port: 3000 },
      },
      { service: 'prometheus', image: 'prometheus', project: 'watch', network: 'watch_default', load: 0.13 },
    ],
    calls: [
      { from: '192.0.2.11', to: 'db-1', port: 5432, open: 20, asked: 5432 },
      { from: '192.0.2.11', to: 'queue-1', port: 5672, open: 1, asked: 5672 },
      { from: 'search-1', to: 'db-1', port: 5432, open: 2, name: 'db' },
      { from: 'search-1', to: 'queue-1', port: 5672, open: 1, name: 'queue' },
      { from: 'backup-1', to: 'db-1', port: 5432, open: 1, name: 'db' },
      { from: 'backup-1', to: '203.0.113.99', port: 443, open: 1, name: 's3.storage.example' },
      { from: 'grafana-1', to: 'prometheus-1', port: 9090, open: 3, name: 'prometheus' },
    ],
  },
];

/**
 * @param start the moment of the first look, milliseconds since 1970
 * @param step milliseconds from look to look
 */
export function shopHosts(start: number, step = 1000): readonly ShopHost[] {
  return sites.map((site, index) => hostOf(site, index, start, step));
}

function hostOf(site: Site, index: number, start: number, step: number): ShopHost {
  const host: HostFacts = {
    id: String(index + 1).repeat(32),
    ...{ name: site.name, kernel: '6.12.48', system: 'Debian GNU/Linux 13 (trixie)', processors: 8 },
    ...{ memoryBytes: 32 * 2 ** 30, addresses: [site.address], engine: { name: 'docker', version: '29.1.2' } },
  };
  const parts = site.parts.map((part, place) => partOf(host, part, place, start));
  const ends = new Map(parts.map(({ name, end }) => [name, end]));
  const endOf = (name: string): Endpoint => ends.get(name) ?? { address: name };
  const sequence = new ReportSequence('shop');
  let looks = 0;
  return {
    host,
    next() {
      const at = start + looks * step;
      const look: HostLook = {
        ...{ host, at: new Date(at).toISOString(), blindSpots: [] },
        containers: parts.map(({ container }) => container),
        processes: parts.flatMap(({ process }) => (process === undefined ? [] : [process])),
        listeners: parts.flatMap(({ listener }) => (listener === undefined ? [] : [listener])),
        connections: site.calls.map((call) => connectionOf(call, site, endOf)),
        figures: figuresOf(host, parts, looks),
      };
      looks++;
      return sequence.next(look);
    },
  };
}

interface Made {
  readonly name: string;
  readonly part: Part;
  readonly container: ContainerFacts;
  readonly process?: ProcessFacts;
  readonly listener?: ListenerFacts;
  readonly end: Endpoint;
}

function partOf(host: HostFacts, part: Part, place: number, start: number): Made {
  const { service, project = 'shop', number = 1, network = 'shop_default', published, facts } = part;
  const image: ShopImage = images[part.image];
  const address = `172.18.${host.id.slice(0, 1)}.${place + 2}`;
  const id = `${host.id.slice(0, 8)}${place.toString(16).padStart(2, '0')}`.padEnd(64, 'c0ffee');
  const container: ContainerFacts = {
    ...{ id, name: `${project}-${service}-${number}`, state: 'running', restarts: 0 },
    image: { id: `sha256:${part.image.padEnd(64, '0')}`, reference: image.reference },
    created: new Date(start - 3 * 864e5).toISOString(),
    started: new Date(start - 3 * 864e5 + 2000).toISOString(),
    labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': service },
    networks: [{ name: network, addresses: [address], aliases: [service] }],
    ports: image.port === undefined ? [] : [{ protocol: 'tcp', port: image.port, ...(published && { published }) }],
    command: [image.program],
    ...facts,
  };
  const end = { container: id, address };
  const name = `${service}-${number}`;
  if (container.state !== 'running') return { name, part, container, end };
  const process: ProcessFacts = {
    ...{ id: `${host.id};${4000 + place};77`, pid: 4000 + place, innerPid: 1, container: id, uid: 999 },
    ...{ name: image.program.split('/').at(-1)!, executable: image.program, arguments: [image.program] },
    libraries: image.libraries,
    ...part.process,
  };
  const listener: ListenerFacts | undefined =
    image.port === undefined
      ? undefined
      : {
          ...{ id: `${id};tcp;${image.port}`, protocol: 'tcp', port: image.port, addresses: ['0.0.0.0'] },
          ...{ process: process.id, container: id },
        };
  return { name, part, container, process, ...(listener && { listener }), end: { ...end, process: process.id } };
}

function connectionOf(
  { from, to, port, open, name, asked }: Call,
  { address }: Site,
  endOf: (name: string) => Endpoint,
): ConnectionFacts {
  return {
    ...{ id: `${from}>${to}:${port}`, protocol: 'tcp', port, open, seen: 40 + open * 9, by: 'sockets' },
    ...{ client: endOf(from), server: endOf(to) },
    ...(name !== undefined && { name }),
    ...(asked !== undefined && { asked: { address, port: asked } }),
  };
}

/** Waves, each of its own height: there is something to see, and always the same. */
function figuresOf(host: HostFacts, parts: readonly Made[], look: number): Record<string, Figures> {
  const wave = (place: number, high: number) =>
    Math.round(1000 * high * (1 + 0.35 * Math.sin(look / 5 + place) + 0.12 * Math.sin(look * 1.7 + place))) / 1000;
  const figures: Record<string, Figures> = {
    [host.id]: { cpu: wave(0, 2.1), load: wave(1, 1.8), memoryBytes: 11 * 2 ** 30 },
  };
  for (const [place, { part, container }] of parts.entries()) {
    if (container.state !== 'running') continue;
    figures[container.id] = {
      cpu: wave(place, part.load ?? 0.05),
      memoryBytes: Math.round(2 ** 20 * (90 + 40 * place + 6 * wave(place, 1))),
      memoryLimitBytes: 2 ** 30,
    };
  }
  return figures;
}

/** What is known of the images of the shop. */
export function shopKnowledge(): KnowledgeSource {
  const all = new Map(Object.entries(images).map(([name, image]) => [image.reference, knowledgeOf(name, image)]));
  return {
    of: async ({ reference }) =>
      all.get(reference) ?? { state: 'unknown', packages: [], packagesOf: () => [], hasFile: () => false },
  };
}

function knowledgeOf(name: string, { program, packages, state = 'known', reason }: ShopImage): ImageKnowledge {
  return {
    ...{ page: `sha256:${name.padEnd(64, '0')}`, state, ...(reason !== undefined && { reason }) },
    packages: packages.map(({ of, vulnerabilities, ...rest }) => ({
      ...rest,
      purl: `pkg:${of}/${rest.name}@${rest.version}`,
      vulnerabilities,
    })),
    packagesOf: (file) => packages.flatMap(({ files }, index) => (files.includes(file) ? [index] : [])),
    hasFile: (file) => file === program || file.startsWith('/usr/'),
  };
}
