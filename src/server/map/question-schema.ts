import { z } from 'zod';
import { mapControls } from '../../config/map-options.ts';
import { moment, SeverityName } from '../api/schemas.ts';
import { NodeLink } from './details-schema.ts';

export const SearchResult = z
  .object({
    terms: z.array(z.string()).describe('As they were understood.'),
    nodes: z.array(z.string()).describe('Ids of nodes that all terms fit; at most 5,000.'),
    shown: z.array(z.string()).describe('Ids of nodes of the view that fit, or in which one does.'),
    why: z.record(z.string(), z.array(z.string())).describe('Id -> what fits, for the first 200: `image: nginx:1.29`.'),
    leftOut: z.int(),
  })
  .meta({ id: 'MapSearchResult', examples: [{ terms: ['nginx'], nodes: [], shown: [], why: {}, leftOut: 0 }] });
export type SearchResult = z.infer<typeof SearchResult>;

const changeKinds = [
  'new-container',
  'gone-container',
  'new-image',
  'new-edge',
  'gone-edge',
  'new-exposure',
  'new-drift',
  'new-power',
  'worse',
  'better',
] as const;

/** Something that differs between then and now. */
export const TopologyChange = z
  .object({
    kind: z.enum(changeKinds),
    node: NodeLink.optional().describe('Where it is there now.'),
    title: z.string(),
    before: z.string().optional(),
    after: z.string().optional(),
    severity: SeverityName.optional(),
  })
  .meta({ id: 'MapTopologyChange' });
export type TopologyChange = z.infer<typeof TopologyChange>;

export const TopologyChanges = z
  .object({
    since: moment.describe(
      'The moment that there is something of; later than what was asked for where nothing older is kept.',
    ),
    until: moment,
    changes: z.array(TopologyChange).describe('What matters most first; at most 1,000.'),
    leftOut: z.int(),
  })
  .meta({
    id: 'MapTopologyChanges',
    examples: [{ since: '2026-03-01T10:00:00.000Z', until: '2026-03-02T10:00:00.000Z', changes: [], leftOut: 0 }],
  });
export type TopologyChanges = z.infer<typeof TopologyChanges>;

export const HistoryRange = z
  .object({
    kept: z.boolean().describe('False: the service keeps no history.'),
    first: moment.optional(),
    last: moment.optional(),
    bytes: z.int(),
    moments: z
      .array(z.object({ at: moment, containers: z.int(), edges: z.int(), changes: z.int() }))
      .describe('Evenly over the range, at most 300: how much there was, and how much changed since the one before.'),
  })
  .meta({ id: 'MapHistory', examples: [{ kept: false, bytes: 0, moments: [] }] });
export type HistoryRange = z.infer<typeof HistoryRange>;

export const ControlResult = z
  .object({
    control: z.enum(mapControls),
    done: z.boolean(),
    message: z.string(),
    lines: z
      .array(z.object({ stream: z.enum(['stdout', 'stderr']), text: z.string() }))
      .optional()
      .describe('Of `logs`: the last 500.'),
  })
  .meta({ id: 'MapControlResult', examples: [{ control: 'pause', done: true, message: 'shop-web-1 is paused.' }] });
export type ControlResult = z.infer<typeof ControlResult>;

export const AuditEntry = z
  .object({
    at: moment,
    client: z.string(),
    control: z.string(),
    node: z.string(),
    label: z.string(),
    outcome: z.enum(['asked', 'done', 'refused', 'failed']),
    message: z.string(),
  })
  .meta({ id: 'MapAuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditLog = z
  .object({ entries: z.array(AuditEntry).describe('The newest first; at most 500.') })
  .meta({ id: 'MapAudit', examples: [{ entries: [] }] });
