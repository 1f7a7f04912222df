import { z } from 'zod';
import { mapControls } from '../../config/map-options.ts';
import { packageUses } from '../../model/package-use.ts';
import { moment, SeverityName } from '../api/schemas.ts';
import { MapNode } from './map-schema.ts';

export type MapControl = (typeof mapControls)[number];

const port = z.object({ protocol: z.enum(['tcp', 'udp']), port: z.int() });

export const NodeLink = z
  .object({ id: z.string(), kind: z.string(), label: z.string() })
  .meta({ id: 'MapNodeLink', description: 'A node, named.' });
export type NodeLink = z.infer<typeof NodeLink>;

/** One connection, or those of one client to one port, as the details of either side have it. */
const Connection = z
  .object({
    id: z.string(),
    other: NodeLink.describe('The other side.'),
    process: z.string().optional().describe('Name of the process on this side.'),
    otherProcess: z.string().optional(),
    address: z.string().describe('Of the other side.'),
    ...port.shape,
    asked: z
      .string()
      .optional()
      .describe('The address and port that the client asked for, where the host translated them.'),
    name: z.string().optional(),
    open: z.int(),
    seen: z.int(),
    since: moment.describe('When it was first told of.'),
    lastSeen: moment.optional(),
    guessed: z.literal(true).optional(),
    toldBy: z
      .enum(['client', 'server'])
      .optional()
      .describe('It goes from host to host, and the reporter of this side alone tells of it.'),
    gone: moment.optional(),
  })
  .meta({ id: 'MapConnection' });
export type MapConnection = z.infer<typeof Connection>;

const InUseFinding = z
  .object({
    package: z.string(),
    version: z.string(),
    purl: z.string(),
    severity: SeverityName,
    vulnerabilities: z
      .array(
        z.object({
          id: z.string(),
          severity: SeverityName,
          fixedVersion: z.string().optional(),
          knownExploited: z.boolean().optional(),
          epss: z.number().optional(),
        }),
      )
      .describe('The gravest first; at most 50.'),
    count: z.int().describe('All of them.'),
    use: z
      .array(z.object({ process: z.string(), name: z.string(), file: z.string() }))
      .describe('Processes, by node id, that run or have in memory a file of the package; at most 10.'),
    observed: z
      .object({ use: z.enum(packageUses), files: z.array(z.string()).describe('Some of those that it touched.') })
      .optional()
      .describe('A run of the image that was watched used it, so heavily at the most.'),
  })
  .meta({ id: 'MapInUseFinding' });
export type InUseFinding = z.infer<typeof InUseFinding>;

const Series = z
  .object({
    name: z.enum(['cpu', 'memoryBytes', 'load', 'receivedBytes', 'sentBytes', 'connections']),
    unit: z.enum(['processors', 'bytes', 'bytes per second', 'count']),
    limit: z.number().optional().describe('Of memory, where there is one; processors of a host.'),
    points: z
      .array(z.tuple([z.number(), z.number().nullable()]))
      .describe('Seconds since 1970 and the figure; null: nothing was told. The last 15 minutes, at most 60 points.'),
  })
  .meta({ id: 'MapSeries' });
export type MapSeries = z.infer<typeof Series>;

export const NodeDetails = z
  .object({
    node: MapNode,
    metadata: z.array(z.object({ label: z.string(), value: z.string() })).describe('Rows, in order.'),
    series: z.array(Series),
    parents: z.array(NodeLink).describe('The innermost first: container, image, host.'),
    children: z.array(MapNode).describe('At most 500.'),
    childrenLeftOut: z.int(),
    incoming: z.array(Connection).describe('Connections of others to it; at most 300.'),
    outgoing: z.array(Connection).describe('Connections of it to others; at most 300.'),
    connectionsLeftOut: z.int(),
    listeners: z.array(
      z.object({
        ...port.shape,
        addresses: z.array(z.string()),
        exposure: z.enum(['published', 'published-locally', 'host', 'internal']),
        published: z.array(z.string()).describe('`0.0.0.0:8080`.'),
        process: NodeLink.optional(),
      }),
    ),
    findings: z
      .array(InUseFinding)
      .describe('Packages in use that have vulnerabilities, the gravest first; at most 200.'),
    findingsLeftOut: z.int(),
    drift: z.array(
      z.object({
        process: NodeLink,
        what: z.enum(['written', 'deleted', 'memory', 'mounted']),
        file: z.string().optional(),
      }),
    ),
    labels: z.array(z.object({ name: z.string(), value: z.string() })),
    environment: z.array(z.string()).optional().describe('Where the reporter sends it; for the scope `admin` alone.'),
    controls: z.array(z.enum(mapControls)).describe('What the caller may do to it.'),
    knowledgeReason: z.string().optional().describe('Why the software is not known.'),
    imagePage: z.string().optional().describe('Id of the image in the service.'),
    observedRun: z
      .object({ page: z.string().optional().describe('Id of its image in the service.'), at: moment })
      .optional()
      .describe('The last run of the image that was watched.'),
    submit: z
      .string()
      .optional()
      .describe('What to submit, where the image is not known: its name, which a registry may have.'),
  })
  .meta({
    id: 'MapNodeDetails',
    examples: [
      {
        node: {
          id: 'container:6f1c:4be1',
          kind: 'container',
          label: 'shop-web-1',
          state: 'running',
          knowledge: 'known',
          counts: { containers: 1, processes: 1, connections: 0 },
        },
        metadata: [{ label: 'Image', value: 'nginx:1.29' }],
        series: [],
        parents: [{ id: 'host:6f1c', kind: 'host', label: 'web-1' }],
        children: [],
        childrenLeftOut: 0,
        incoming: [],
        outgoing: [],
        connectionsLeftOut: 0,
        listeners: [],
        findings: [],
        findingsLeftOut: 0,
        drift: [],
        labels: [],
        controls: [],
      },
    ],
  });
export type NodeDetails = z.infer<typeof NodeDetails>;
