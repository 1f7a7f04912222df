import { createHash } from 'node:crypto';
import { z } from 'zod';
import { checkListed, parseSubmitted, type SubmittedReference } from '../submitted-reference.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import type { ApiApp } from './zod-app.ts';

/*
 * Events of registries. What they say is the word of whoever sent them: it starts scans of registries that the
 * administrator named, and of no other. What is no push of an image is taken and ignored.
 */

const Started = z
  .object({ images: z.array(z.string()).describe('Ids of the images that wait for their scan.') })
  .meta({ id: 'StartedScans', examples: [{ images: ['0b9c2f0e-6b1f-4c58-9c39-0a3d6d0f3a52'] }] });

const manifestTypes = /\bmanifest\b|\bimage\.index\b/;
const MOST_EVENTS = 1000;

/** Notifications of a registry (CNCF distribution, "Notifications"). */
const Envelope = z.looseObject({ events: z.array(z.looseObject({})).max(MOST_EVENTS) }).meta({
  id: 'DistributionEvents',
  examples: [
    {
      events: [
        {
          id: '320678d8-ca14-430f-8bb6-4ca139cd83f7',
          action: 'push',
          target: {
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            digest: 'sha256:6d2c1f3a5e6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f',
            repository: 'team/app',
            tag: '1.2',
          },
          request: { host: 'registry.example:5000' },
        },
      ],
    },
  ],
});

const Push = z.object({
  id: z.string().optional(),
  action: z.literal('push'),
  target: z.object({
    mediaType: z.string().regex(manifestTypes),
    repository: z.string(),
    digest: z.string(),
    tag: z.string().optional(),
  }),
  request: z.object({ host: z.string() }),
});

/** Events of Harbor ("Webhook notifications"). */
const HarborEvent = z.looseObject({ type: z.string() }).meta({
  id: 'HarborEvent',
  examples: [
    {
      type: 'PUSH_ARTIFACT',
      occur_at: 1_772_359_200,
      event_data: {
        resources: [
          {
            digest: 'sha256:6d2c1f3a5e6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f',
            tag: '1.2',
            resource_url: 'harbor.example/team/app:1.2',
          },
        ],
      },
    },
  ],
});

const HarborPush = z.object({
  type: z.literal('PUSH_ARTIFACT'),
  occur_at: z.number().optional(),
  event_data: z.object({
    resources: z.array(z.object({ resource_url: z.string(), digest: z.string().optional() })).max(MOST_EVENTS),
  }),
});

interface Pushed {
  readonly submitted: SubmittedReference;
  /** The same for an event that is sent again. */
  readonly key: string;
}

export function registerWebhooks(app: ApiApp, context: ApiContext): void {
  // Annotations of what was pushed are called what its maker wants (`__proto__`): the event counts all the same.
  app.addContentTypeParser(
    /^application\/[\w.-]+\+json/,
    { parseAs: 'string' },
    app.getDefaultJsonParser('remove', 'remove'),
  );

  const common = {
    tag: 'webhooks',
    scope: 'scan',
    answers: {
      200: ['Nothing in it was for us.', Started],
      202: ['Scans were started.', Started],
    },
    problems: {
      403: 'The token allows less; or the event is about a host that is not one of `registry-hosts`.',
      413: 'The body has more than a MiB.',
      415: 'The body is no JSON.',
      429: 'As many images wait as the service takes: the registry sends the event again.',
    },
  } as const;

  const start = async (pushed: readonly Pushed[], sender: string): Promise<string[]> => {
    // All or none: whoever sent it sends it again as a whole.
    for (const { submitted } of pushed) {
      try {
        checkListed(submitted.registry, context.registryHosts());
      } catch (error) {
        context.log.warn({ sender, ...submitted }, 'an event is about a registry that is not one of registry-hosts');
        throw error;
      }
    }
    const images: string[] = [];
    for (const { submitted, key } of pushed) {
      const image = await context.scans.submit(submitted, { idempotency: { client: `webhook ${sender}`, key } });
      images.push(image.id);
    }
    return images;
  };

  app.post(
    '/api/webhooks/registry',
    {
      config: { scope: 'scan' },
      schema: {
        ...describeRoute({
          id: 'registryEvents',
          summary: 'Take the notifications of a registry',
          description:
            'For the `notifications` of a registry of the CNCF distribution: each image that is pushed is scanned.',
          ...common,
        }),
        body: Envelope,
      },
    },
    async ({ body }, reply) => {
      const images = await start(body.events.flatMap(pushedByRegistry), 'registry');
      return await reply.code(images.length > 0 ? 202 : 200).send({ images });
    },
  );

  app.post(
    '/api/webhooks/harbor',
    {
      config: { scope: 'scan' },
      schema: {
        ...describeRoute({
          id: 'harborEvents',
          summary: 'Take the events of Harbor',
          description: 'For a webhook of a project in Harbor: each artifact that is pushed is scanned.',
          ...common,
        }),
        body: HarborEvent,
      },
    },
    async ({ body }, reply) => {
      const images = await start(pushedByHarbor(body), 'harbor');
      return await reply.code(images.length > 0 ? 202 : 200).send({ images });
    },
  );
}

function pushedByRegistry(event: unknown): readonly Pushed[] {
  const { success, data } = Push.safeParse(event);
  if (!success) return [];
  const { repository, digest, tag } = data.target;
  const reference = `${data.request.host}/${repository}${tag === undefined ? '' : `:${tag}`}@${digest}`;
  return [{ submitted: parseSubmitted(`registry:${reference}`), key: keyOf([data.id, reference]) }];
}

function pushedByHarbor(event: unknown): readonly Pushed[] {
  const { success, data } = HarborPush.safeParse(event);
  if (!success) return [];
  return data.event_data.resources.map(({ resource_url: url, digest }) => {
    const reference = digest === undefined || url.includes('@') ? url : `${url}@${digest}`;
    return { submitted: parseSubmitted(`registry:${reference}`), key: keyOf([data.occur_at, reference]) };
  });
}

function keyOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
