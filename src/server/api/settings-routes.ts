import { z } from 'zod';
import { allows } from '../access.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import type { ApiApp } from './zod-app.ts';

const Settings = z
  .object({
    version: z.string(),
    can: z
      .object({
        observe: z.boolean().describe('Images can be run (`observe`).'),
        map: z.boolean().describe('There is a live map (`map`).'),
        update: z.boolean().describe('This process brings advisories up to date.'),
        scan: z.boolean().describe('This process scans what is submitted.'),
        offline: z.boolean().describe('No network is allowed.'),
      })
      .describe('What this process of the service does.'),
    uploadLimit: z.int().describe('Bytes that an uploaded archive may have.'),
    options: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        origin: z.string().describe('Who decided it: `default`, `flag`, `environment`, `file`.'),
        value: z
          .string()
          .optional()
          .describe(
            'As the configuration file has it, without users and passwords of addresses; absent: not set, or not shown.',
          ),
        shown: z
          .boolean()
          .describe('False: it is set, and is a secret; or it names a place or a person, which `admin` alone is told.'),
      }),
    ),
  })
  .meta({
    id: 'Settings',
    examples: [
      {
        version: '0.1.0',
        can: { observe: false, map: false, update: true, scan: true, offline: false },
        uploadLimit: 8_589_934_592,
        options: [
          {
            name: 'scans',
            description: 'Images that are scanned at a time.',
            origin: 'default',
            value: '2',
            shown: true,
          },
        ],
      },
    ],
  });

/** How the service is configured. */
export function registerSettings(app: ApiApp, context: ApiContext): void {
  app.get(
    '/api/settings',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getSettings',
          summary: 'Get how the service is configured',
          description:
            'What this process does, and its options with who decided them. Whoever reads is told numbers, switches and choices; places, names and addresses are told to `admin` alone, and secrets to nobody.',
          tag: 'operation',
          scope: 'read',
          answers: { 200: ['The settings.', Settings] },
        }),
      },
    },
    async ({ raw }) => {
      const knowsAll = allows(context.callerOf(raw).client.scope, 'admin');
      const { abilities, options = [], observations, map, updater, version } = context;
      return {
        version,
        can: {
          observe: observations !== undefined,
          map: map !== undefined,
          update: updater !== undefined,
          scan: abilities.scan,
          offline: abilities.offline,
        },
        uploadLimit: abilities.uploadLimit,
        options: options.map(({ name, description, origin, value, isHidden, isHarmless }) => {
          const shown = !isHidden && (isHarmless || knowsAll || value === undefined);
          return { name, description, origin, ...(shown && value !== undefined && { value }), shown };
        }),
      };
    },
  );
}
