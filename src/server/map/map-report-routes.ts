import { z } from 'zod';
import { mapControls } from '../../config/map-options.ts';
import { DrydockError } from '../../errors.ts';
import { plainAddress } from '../../runtime/topology/kernel-address.ts';
import type { ApiContext } from '../api/api-context.ts';
import { describeRoute } from '../api/describe.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { inflateBody } from './inflate-body.ts';
import { mapOf, nodeId, off } from './map-routes.ts';
import { AuditLog, ControlResult } from './question-schema.ts';
import { MOST_REPORT_BYTES } from './report-limits.ts';

const ReportBody = z
  .looseObject({
    schemaVersion: z.literal(1),
    session: z.string(),
    sequence: z.int(),
    full: z.boolean(),
    at: z.string(),
  })
  .meta({
    id: 'HostReport',
    description: 'As `drydock map --report-to` sends it; checked member by member (docs/api.md).',
    examples: [
      {
        schemaVersion: 1,
        host: { id: '6f1c', name: 'web-1', addresses: ['192.0.2.7'] },
        session: 'a1',
        sequence: 1,
        full: true,
        at: '2026-03-01T10:00:00.000Z',
        changed: { containers: [], processes: [], connections: [], listeners: [] },
        gone: { containers: [], processes: [], connections: [], listeners: [] },
        figures: {},
        blindSpots: [],
      },
    ],
  });

const Taken = z
  .object({ host: z.string(), sequence: z.int() })
  .meta({ id: 'TakenReport', examples: [{ host: '6f1c', sequence: 1 }] });

/** What changes something: reports that are taken, controls, and who used them. */
export function registerMapReports(app: ApiApp, context: ApiContext): void {
  // Labels of a report are called what an image wants (`__proto__`), which must not hide its host. The reader of reports makes no
  // member of an object that inherits anything from them.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, app.getDefaultJsonParser('ignore', 'ignore'));

  app.post(
    '/api/map/reports',
    {
      config: { scope: 'report' },
      bodyLimit: MOST_REPORT_BYTES,
      preParsing: async (request, reply) => {
        const length = Number(request.headers['content-length'] ?? MOST_REPORT_BYTES);
        if (length > MOST_REPORT_BYTES) throw new DrydockError('service.too-large', 'The report is too large.');
        const { client } = context.callerOf(request.raw);
        const map = mapOf(context);
        map.admitBody(client.name, Number.isFinite(length) ? length : MOST_REPORT_BYTES);
        return inflateBody(request.raw, reply.raw, (bytes) => map.admitMore(client.name, bytes));
      },
      schema: {
        ...describeRoute({
          id: 'sendMapReport',
          summary: 'Tell what runs on a host',
          description:
            'For reporters (`drydock map --report-to`). A host belongs to whoever told of it first, by the name of its token. After a gap in the sequence (409) a full report is needed. At most two reports a second of a host. The body may be compressed (`Content-Encoding: gzip`).',
          tag: 'map',
          scope: 'report',
          answers: { 200: ['It was taken.', Taken] },
          problems: {
            ...off,
            403: 'The token may not report, or another reporter tells of this host or of one with its id.',
            409: 'Something is missing before it: send a full report.',
            413: 'It is too large, as it was before it was compressed.',
            415: 'The body is no JSON, or compressed by something else than gzip.',
            429: 'Reports come too often, or there are as many hosts as the map takes.',
          },
        }),
        body: ReportBody,
      },
    },
    async (request) => {
      const map = mapOf(context);
      const { name } = context.callerOf(request.raw).client;
      const { remoteAddress } = request.raw.socket;
      return map.takeUnknown(request.body, name, remoteAddress && plainAddress(remoteAddress));
    },
  );

  app.post(
    '/api/map/nodes/:id/controls/:control',
    {
      config: { scope: 'admin' },
      schema: {
        ...describeRoute({
          id: 'controlMapNode',
          summary: 'Do something to a container',
          description:
            'Where `map-controls` allows it, and for containers of the engine of this service alone. What was asked and what came of it is kept (`GET /api/map/audit`).',
          tag: 'map',
          scope: 'admin',
          answers: { 200: ['What came of it.', ControlResult] },
          problems: {
            ...off,
            403: 'The token allows less than this request needs, or the control is not offered.',
            404: 'There is no such node.',
            415: 'The body is no JSON.',
            429: 'Something is being done to this container.',
            503: 'It cannot be written down who asks for this.',
          },
        }),
        params: z.object({ id: nodeId, control: z.enum(mapControls) }),
      },
    },
    async (request) => {
      const { id, control } = request.params;
      return await mapOf(context).control(id, control, context.callerOf(request.raw).client);
    },
  );

  app.get(
    '/api/map/audit',
    {
      config: { scope: 'admin' },
      schema: {
        ...describeRoute({
          id: 'listMapAudit',
          summary: 'List who did what to containers',
          description: 'Controls that were asked for, with what came of them.',
          tag: 'map',
          scope: 'admin',
          answers: { 200: ['The entries.', AuditLog] },
          problems: off,
        }),
      },
    },
    async () => ({ entries: [...mapOf(context).audit()] }),
  );
}
