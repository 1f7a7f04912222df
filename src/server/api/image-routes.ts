import { z } from 'zod';
import { findingKinds } from '../../model/finding.ts';
import { imageConcerns, imageOrders } from '../../store/fleet-shelf.ts';
import { checkRegistry, parseSubmitted } from '../submitted-reference.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { ListedImage, listedImage } from './fleet-schema.ts';
import { imageStates, SubmittedImage, submittedImage } from './image-schema.ts';
import { notFound } from './problem.ts';
import { cursor, id, limit, next, severityWords, storedSeveritiesOf, text, truth } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

export const ImagePage = z
  .object({ images: z.array(SubmittedImage), next })
  .meta({ id: 'ImagePage', examples: [{ images: [] }] });

const ListedImagePage = z
  .object({ images: z.array(ListedImage), next })
  .meta({ id: 'ListedImagePage', examples: [{ images: [] }] });

/** `os/arch`, `os/arch/variant`, or all variants. */
export const platform = z.string().regex(/^(?:all|[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?)$/);

const Submission = z
  .object({
    reference: text(1024).describe('What `docker pull` takes. Registries alone are asked.'),
    platform: platform.optional().describe('`os/arch` of an image with several variants, or `all`.'),
  })
  .meta({ id: 'Submission', examples: [{ reference: 'debian:12', platform: 'linux/amd64' }] });

/** Images: submitted, listed, removed. */
export function registerImages(app: ApiApp, context: ApiContext): void {
  app.post(
    '/api/images',
    {
      config: { scope: 'scan' },
      schema: {
        ...describeRoute({
          id: 'submitImage',
          summary: 'Submit an image of a registry',
          description:
            'The image is scanned as soon as its turn comes; follow it by its events. With an `Idempotency-Key` a submission that is repeated answers with the image of the first one.',
          tag: 'images',
          scope: 'scan',
          answers: { 202: ['The image waits for its scan. `Location` names it.', SubmittedImage] },
          problems: {
            403: 'The token allows less; or the registry is a host that the service may not ask.',
            413: 'The body has more than a MiB.',
            415: 'The body is no JSON.',
            422: 'The idempotency key belongs to another submission.',
            429: 'As many images wait as the service takes.',
          },
        }),
        body: Submission,
        headers: z.object({
          'idempotency-key': text(255).optional().describe('Chosen by the client; at most 255 characters.'),
        }),
      },
    },
    async (request, reply) => {
      const submitted = parseSubmitted(request.body.reference);
      checkRegistry(submitted.registry, context.registryHosts());
      const key = request.headers['idempotency-key'];
      const client = context.callerOf(request.raw).client.name;
      const image = await context.scans.submit(submitted, {
        ...(request.body.platform !== undefined && { platform: request.body.platform }),
        ...(key !== undefined && { idempotency: { client, key } }),
      });
      return await reply.code(202).header('Location', `/api/images/${image.id}`).send(submittedImage(image));
    },
  );

  app.get(
    '/api/images',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listImages',
          summary: 'List images',
          description:
            'The newest first, with what is found in each. A page stays where it is when others are submitted meanwhile.',
          tag: 'images',
          scope: 'read',
          answers: { 200: ['A page of images.', ListedImagePage] },
        }),
        querystring: z.object({
          state: z.enum(imageStates).optional(),
          q: text(1024).optional().describe('A part of the reference, or a digest.'),
          reference: text(1024).optional().describe('The whole of it, as an image lists it: all its versions.'),
          distribution: text(255).optional().describe('`debian:12`, or `debian` for all releases.'),
          severity: severityWords,
          kind: z
            .enum(findingKinds)
            .optional()
            .describe('Has a finding of this kind, which is none of `vulnerability`.'),
          exploited: truth.describe('Has a vulnerability that is known to be exploited, or has none.'),
          concern: z
            .enum(imageConcerns)
            .optional()
            .describe(
              'Is one of those that `todo` of the overview counts: with a critical finding that has a fix, with malware or a web shell, or failed and not tried since.',
            ),
          latest: truth.describe('Is one of the last ones of its reference that were read, or is not.'),
          complete: truth,
          endOfLife: z.literal('true').optional().describe('Its distribution is mended by nobody any more.'),
          sort: z
            .enum(imageOrders)
            .default('newest')
            .describe(
              '`severity`: those with the most of the gravest findings first, of images that were read. Pages of this order move when findings do.',
            ),
          limit,
          cursor,
        }),
      },
    },
    async ({ query }) => {
      const { state, q, reference, distribution, severity, kind, exploited, latest, complete, endOfLife } = query;
      const { concern, sort: order, cursor: after } = query;
      const page = await context.store.fleet.images({
        limit: query.limit,
        order,
        ...(state !== undefined && { state }),
        ...(q !== undefined && { text: q }),
        ...(reference !== undefined && { reference }),
        ...(distribution !== undefined && { distribution }),
        ...(severity !== undefined && { severities: storedSeveritiesOf(severity) }),
        ...(kind !== undefined && { kind }),
        ...(exploited !== undefined && { exploited }),
        ...(concern !== undefined && { concern }),
        ...(latest !== undefined && { latest }),
        ...(complete !== undefined && { complete }),
        ...(endOfLife !== undefined && { endedBefore: new Date(context.clock.now()).toISOString().slice(0, 10) }),
        ...(after !== undefined && { after }),
      });
      return { images: page.images.map(listedImage), ...(page.next !== undefined && { next: page.next }) };
    },
  );

  app.get(
    '/api/images/:id',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getImage',
          summary: 'Get an image',
          description: 'What is known of an image: whether it was scanned, and what it is.',
          tag: 'images',
          scope: 'read',
          answers: { 200: ['The image.', ListedImage] },
          problems: { 404: 'There is no such image.' },
        }),
        params: z.object({ id }),
      },
    },
    async ({ params }) => {
      const image = await context.store.fleet.image(params.id);
      if (image === undefined) throw notFound('image of this id');
      return listedImage(image);
    },
  );

  app.delete(
    '/api/images/:id',
    {
      config: { scope: 'admin' },
      schema: {
        ...describeRoute({
          id: 'removeImage',
          summary: 'Remove an image',
          description: 'Removes an image with all that is known of it. A scan of it that goes on is for nothing.',
          tag: 'images',
          scope: 'admin',
          answers: { 204: 'It is gone.' },
          problems: { 404: 'There is no such image.' },
        }),
        params: z.object({ id }),
      },
    },
    async (request, reply) => {
      const { params } = request;
      // Nobody would learn what came of it.
      await context.observations?.cancel(params.id, context.callerOf(request.raw).client.name);
      if (!(await context.store.images.remove(params.id))) throw notFound('image of this id');
      return await reply.code(204).send();
    },
  );
}
