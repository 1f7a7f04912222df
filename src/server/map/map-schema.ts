import { z } from 'zod';
import { moment, SeverityName } from '../api/schemas.ts';

/** What a map can be of. */
export const mapViews = ['containers', 'processes', 'hosts', 'images', 'networks'] as const;

const kinds = ['host', 'container', 'process', 'image', 'network', 'group', 'internet', 'outside'] as const;

const states = [
  'created',
  'running',
  'paused',
  'restarting',
  'exited',
  'dead',
  'removing',
  'unknown',
  'live',
  'late',
  'gone',
  'skewed',
] as const;

export const WorstInUse = z
  .object({
    severity: SeverityName,
    id: z.string().describe('The vulnerability.'),
    package: z.string(),
    count: z.int().describe('Vulnerabilities of packages that are in use.'),
  })
  .meta({ id: 'WorstInUse' });

const exposures = ['published', 'published-locally', 'host', 'internal'] as const;

export const MapNode = z
  .object({
    id: z.string(),
    kind: z.enum(kinds),
    label: z.string(),
    detail: z.string().optional().describe('A second line: the image of a container, the arguments of a process.'),
    parent: z.string().optional().describe('The node that this one is drawn in; it is one of the same answer.'),
    state: z.enum(states).describe('Of a container its own; of a host that of its reporter.'),
    host: z.string().optional().describe('Name of the host.'),
    image: z.string().optional().describe('Reference of the image of a container, or id of that of an image.'),
    project: z.string().optional().describe('Of a container: the Compose project that its labels name.'),
    networks: z.array(z.string()).optional().describe('Of a container: names of its networks; at most 5.'),
    exposure: z.enum(exposures).optional().describe('How far its ports can be reached; absent: it has none.'),
    worst: WorstInUse.optional().describe('The gravest vulnerability of what really runs; absent: none is known.'),
    installed: SeverityName.optional().describe('The gravest of all packages of the image, in use or not.'),
    knowledge: z
      .enum(['known', 'scanning', 'unknown', 'failed', 'none'])
      .describe('Whether the software is known that the colours are made of; `none`: there is nothing to know.'),
    useUnknown: z
      .literal(true)
      .optional()
      .describe(
        'Nothing tells which packages are in use: no run was watched, and which files processes have, or whose they are, is not known. That there is no `worst` means nothing then.',
      ),
    tally: z
      .object({
        severities: z
          .array(z.object({ severity: SeverityName, count: z.int() }))
          .describe('Of those with something vulnerable in use: by their gravest.'),
        calm: z.int().describe('Known, and nothing vulnerable in use.'),
        notKnown: z.int().describe('Of which nothing can be said.'),
      })
      .optional()
      .describe('Of a group: how many of its members have what as their colour.'),
    drift: z.int().optional().describe('Processes whose program is not one that the image brought.'),
    powers: z.array(z.string()).optional().describe('What it can do that a container should not.'),
    counts: z.object({
      containers: z.int(),
      processes: z.int(),
      connections: z.int().describe('Open connections that end or begin here.'),
    }),
    cpu: z.number().optional().describe('Processors: 0.5 is half of one.'),
    memoryBytes: z.number().optional(),
    system: z.literal(true).optional().describe('A part of the system: of Docker, Kubernetes or this program.'),
    canExpand: z.literal(true).optional().describe('Named in `expand`, it shows what is in it.'),
    gone: moment.optional().describe('It is there no more since then, and left out 60 seconds later.'),
  })
  .meta({ id: 'MapNode' });
export type MapNode = z.infer<typeof MapNode>;

export const MapEdge = z
  .object({
    id: z.string(),
    kind: z.enum(['traffic', 'membership']).describe('`membership`: a container is in a network.'),
    source: z.string().describe('The client.'),
    target: z.string().describe('The server.'),
    ports: z
      .array(z.object({ protocol: z.enum(['tcp', 'udp']), port: z.int(), open: z.int() }))
      .describe('Of the server, the busiest first; at most 20.'),
    names: z.array(z.string()).describe('By which the client calls the server; at most 5.'),
    open: z.int().describe('Connections that are open.'),
    seen: z.int().describe('Connections that were seen since the reporter began.'),
    lastSeen: moment.optional().describe('When one was open last.'),
    guessed: z.literal(true).optional().describe('Which side is the client is a guess.'),
    published: z.literal(true).optional().describe('By way of a port that the host publishes.'),
    oneSided: z
      .literal(true)
      .optional()
      .describe('It goes from host to host, and only the reporter of one of them tells of it.'),
    gone: moment.optional(),
  })
  .meta({ id: 'MapEdge' });
export type MapEdge = z.infer<typeof MapEdge>;

export const MapReporter = z
  .object({
    host: z.string().describe('Id of the host.'),
    name: z.string().describe('Name of the host.'),
    state: z
      .enum(['live', 'late', 'gone', 'skewed'])
      .describe('`late`: nothing came for 15 seconds; `gone`: for 60; `skewed`: its clock is more than 5 seconds off.'),
    lastSeen: moment.describe('By the clock of the service.'),
    clockSkewSeconds: z.number().describe('How far its clock is ahead of that of the service.'),
    blindSpots: z.array(z.string()).describe('What it cannot see.'),
    counts: z.object({ containers: z.int(), processes: z.int(), connections: z.int() }),
  })
  .meta({ id: 'MapReporter' });
export type MapReporter = z.infer<typeof MapReporter>;

const LeftOut = z
  .object({
    nodes: z.int(),
    edges: z.int(),
    why: z.string().describe('A sentence; empty where nothing is left out or grouped.'),
  })
  .describe('What there is and is not shown.');

export const MapSnapshot = z
  .object({
    at: moment.describe('Of what is shown.'),
    revision: z.int().describe('Grows with each change of this view.'),
    view: z.enum(mapViews),
    live: z.boolean().describe('False: a moment of the stored history.'),
    grouped: z.boolean().describe('Containers of one image are one node, since there are too many.'),
    nodes: z.array(MapNode),
    edges: z.array(MapEdge),
    reporters: z.array(MapReporter),
    leftOut: LeftOut,
  })
  .meta({
    id: 'MapSnapshot',
    examples: [
      {
        at: '2026-03-01T10:00:00.000Z',
        revision: 7,
        view: 'containers',
        live: true,
        grouped: false,
        nodes: [
          {
            id: 'host:6f1c',
            kind: 'host',
            label: 'web-1',
            state: 'live',
            knowledge: 'none',
            counts: { containers: 1, processes: 3, connections: 2 },
          },
          {
            id: 'container:6f1c:4be1',
            kind: 'container',
            label: 'shop-web-1',
            detail: 'nginx:1.29',
            parent: 'host:6f1c',
            state: 'running',
            host: 'web-1',
            image: 'nginx:1.29',
            exposure: 'published',
            worst: { severity: 'high', id: 'CVE-2024-0001', package: 'libssl3', count: 3 },
            knowledge: 'known',
            counts: { containers: 1, processes: 3, connections: 2 },
            canExpand: true,
          },
          {
            id: 'internet',
            kind: 'internet',
            label: 'the internet',
            state: 'unknown',
            knowledge: 'none',
            counts: { containers: 0, processes: 0, connections: 2 },
          },
        ],
        edges: [
          {
            id: 'internet>container:6f1c:4be1',
            kind: 'traffic',
            source: 'internet',
            target: 'container:6f1c:4be1',
            ports: [{ protocol: 'tcp', port: 80, open: 2 }],
            names: [],
            open: 2,
            seen: 40,
            lastSeen: '2026-03-01T10:00:00.000Z',
            published: true,
          },
        ],
        reporters: [
          {
            host: '6f1c',
            name: 'web-1',
            state: 'live',
            lastSeen: '2026-03-01T10:00:00.000Z',
            clockSkewSeconds: 0.1,
            blindSpots: [],
            counts: { containers: 1, processes: 3, connections: 2 },
          },
        ],
        leftOut: { nodes: 0, edges: 0, why: '' },
      },
    ],
  });
export type MapSnapshot = z.infer<typeof MapSnapshot>;

/** What an event `change` says: applied to what was there before, it gives the snapshot of `revision`. */
export const MapChange = z
  .object({
    at: moment,
    revision: z.int(),
    grouped: z.boolean(),
    nodes: z.array(MapNode).describe('Those that are new or differ.'),
    edges: z.array(MapEdge),
    goneNodes: z.array(z.string()).describe('Ids of those that are left out from now on.'),
    goneEdges: z.array(z.string()),
    reporters: z.array(MapReporter).optional().describe('All of them, where one of them changed.'),
    leftOut: LeftOut.optional(),
  })
  .meta({
    id: 'MapChange',
    examples: [
      {
        at: '2026-03-01T10:00:01.000Z',
        revision: 8,
        grouped: false,
        nodes: [],
        edges: [],
        goneNodes: ['container:6f1c:4be1'],
        goneEdges: ['internet>container:6f1c:4be1'],
      },
    ],
  });
export type MapChange = z.infer<typeof MapChange>;
