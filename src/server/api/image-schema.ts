import { z } from 'zod';
import type { StoredImage } from '../../store/image-shelf.ts';
import { moment } from './schemas.ts';

export const imageStates = ['queued', 'scanning', 'done', 'failed'] as const;

/** An image that somebody submitted. */
export const SubmittedImage = z
  .object({
    id: z.string(),
    reference: z
      .string()
      .describe(
        'In its full form; `upload:NAME` of an archive that was uploaded (`upload:NAME#2` of the second image that it holds), `observe:NAME` of an image that was run.',
      ),
    state: z.enum(imageStates),
    submitted: moment,
    scanned: moment.optional().describe('When it was read, or given up.'),
    failure: z.string().optional().describe('Why it could not be read.'),
    digest: z.string().optional().describe('Of the manifest, once it is known.'),
    platform: z.string().optional(),
    distribution: z.string().optional().describe('`id:version`.'),
    layers: z.array(z.string()).describe('Digests, base first; empty before the image was read.'),
    leftOut: z
      .int()
      .optional()
      .describe('Packages with names or versions of more than 128 characters: the report has them, searches do not.'),
  })
  .meta({
    id: 'SubmittedImage',
    examples: [
      {
        id: '0b9c2f0e-6b1f-4c58-9c39-0a3d6d0f3a52',
        reference: 'docker.io/library/debian:12',
        state: 'done',
        submitted: '2026-03-01T10:00:00.000Z',
        scanned: '2026-03-01T10:00:04.000Z',
        digest: 'sha256:6d2c1f3a5e6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f',
        platform: 'linux/amd64',
        distribution: 'debian:12',
        layers: ['sha256:1f2e3d4c5b6a798897a6b5c4d3e2f10f1e2d3c4b5a69788796a5b4c3d2e1f00f'],
      },
    ],
  });

export function submittedImage(image: StoredImage): z.infer<typeof SubmittedImage> {
  const { id, reference, state, submitted, scanned, failure, digest, platform, distribution, layers, leftOut } = image;
  return {
    id,
    reference,
    state,
    submitted: submitted.toISOString(),
    ...(scanned !== undefined && { scanned: scanned.toISOString() }),
    ...(failure !== undefined && { failure }),
    ...(digest !== undefined && { digest }),
    ...(platform !== undefined && { platform }),
    ...(distribution !== undefined && { distribution }),
    layers: [...layers],
    ...(leftOut !== undefined && { leftOut }),
  };
}
