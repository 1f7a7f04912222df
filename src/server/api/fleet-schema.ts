import { z } from 'zod';
import {
  type SeverityCounts as Counts,
  countedSeverities,
  type FleetDay,
  type FleetSums,
  type SpreadVulnerability as Spread,
  type SummedImage,
} from '../../store/fleet-shelf.ts';
import { SubmittedImage, submittedImage } from './image-schema.ts';
import { SeverityName, severityOf } from './schemas.ts';

export const SeverityCounts = z
  .object(Object.fromEntries(countedSeverities.map((name) => [name, z.int()])) as Record<keyof Counts, z.ZodInt>)
  .meta({
    id: 'SeverityCounts',
    description: 'Findings of vulnerabilities by severity.',
    examples: [{ critical: 1, high: 4, medium: 9, low: 3, negligible: 0, unknown: 0 }],
  });

const none: Counts = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };

/** Findings besides vulnerabilities. */
const kinds = z
  .record(z.string(), z.int())
  .describe('Findings of other kinds, by kind: `malware`, `secret`, `configuration`. Kinds without any are absent.');

export const ImageSums = z
  .object({
    findings: SeverityCounts,
    fixable: z.int().describe('Findings that a version fixes.'),
    exploited: z.int().describe('Vulnerabilities that are known to be exploited.'),
    kinds,
    complete: z.boolean().describe('False: something was not read or not judged.'),
    endOfLife: z.string().optional().describe('Day after which nobody mends the distribution, where that is known.'),
    latest: z
      .boolean()
      .describe(
        'Of the images of its reference that were read it is one that was submitted last: those count. Several are it where an image for several platforms was submitted for all of them.',
      ),
  })
  .meta({
    id: 'ImageSums',
    examples: [
      { findings: { ...none, high: 4 }, fixable: 3, exploited: 0, kinds: { secret: 1 }, complete: true, latest: true },
    ],
  });

/** An image, with what is found in it. */
export const ListedImage = SubmittedImage.extend({
  sums: ImageSums.optional().describe('What is found in it by now; absent: it was not read yet, or could not be.'),
}).meta({
  id: 'ListedImage',
  examples: [
    {
      id: '0b9c2f0e-6b1f-4c58-9c39-0a3d6d0f3a52',
      reference: 'docker.io/library/debian:12',
      state: 'done',
      submitted: '2026-03-01T10:00:00.000Z',
      scanned: '2026-03-01T10:00:04.000Z',
      layers: [],
      sums: { findings: { ...none, high: 4 }, fixable: 3, exploited: 0, kinds: {}, complete: true, latest: true },
    },
  ],
});

export function listedImage({ image, sums }: SummedImage): z.infer<typeof ListedImage> {
  return { ...submittedImage(image), ...(sums !== undefined && { sums: { ...sums, kinds: { ...sums.kinds } } }) };
}

export const SpreadVulnerability = z
  .object({
    id: z.string().describe('`CVE-2024-1234`.'),
    severity: SeverityName.describe('The gravest that it has in an image.'),
    images: z.int().describe('Images that have it, the last ones of each reference.'),
    findings: z.int().describe('Package versions that have it, over those images.'),
    fixable: z.int().describe('Those of them that a version fixes.'),
    exploited: z.boolean().describe('It is known to be exploited.'),
  })
  .meta({
    id: 'SpreadVulnerability',
    examples: [{ id: 'CVE-2024-0727', severity: 'medium', images: 12, findings: 24, fixable: 24, exploited: false }],
  });

export function spreadVulnerability({ name, severity, ...rest }: Spread): z.infer<typeof SpreadVulnerability> {
  return { id: name, severity: severityOf[severity], ...rest };
}

const sums = {
  images: z.int().describe('Images that are counted: the last ones of each reference that were read, without runs.'),
  findings: SeverityCounts,
  fixable: z.int(),
  vulnerabilities: z.int().describe('Different ones.'),
  exploited: z.int().describe('Different ones that are known to be exploited.'),
};

export const FleetDayAnswer = z
  .object({ day: z.string().describe('YYYY-MM-DD, in UTC.'), ...sums })
  .meta({ id: 'FleetDay' });

export const exampleDay: FleetDay = {
  ...{ day: '2026-03-01', images: 12, findings: { ...none, high: 4 } },
  ...{ fixable: 3, vulnerabilities: 4, exploited: 0 },
};

export function fleetDay(day: string, counted: FleetSums): z.infer<typeof FleetDayAnswer> {
  const { images, findings, fixable, vulnerabilities, exploited } = counted;
  return { day, images, findings, fixable, vulnerabilities, exploited };
}

/** What needs doing, the most urgent first. */
export const todoKinds = [
  'no-advisories',
  'malware',
  'exploited',
  'fixable-critical',
  'secret',
  'failed',
  'incomplete',
  'feed-failed',
  'feed-stale',
  'end-of-life',
  'unread-notifications',
] as const;

export const Overview = z
  .object({
    asOf: z.string().describe('The moment of the answer: RFC 3339.'),
    todo: z
      .array(z.object({ kind: z.enum(todoKinds), count: z.int() }))
      .describe(
        'What needs doing, the most urgent first. Counted are images, feeds or notifications; 1 for no advisories.',
      ),
    now: FleetDayAnswer.describe('Sums as they are by now.'),
    before: FleetDayAnswer.optional().describe('Sums of the last day before this one that were kept.'),
    vulnerabilities: SeverityCounts.describe('Different vulnerabilities, by the gravest severity that they have.'),
    states: z
      .object({ queued: z.int(), scanning: z.int(), done: z.int(), failed: z.int() })
      .describe('All images that were submitted, older ones of a reference among them.'),
    kinds: z
      .record(z.string(), z.object({ images: z.int(), findings: z.int() }))
      .describe('Findings of other kinds: how many images have any, and how many there are.'),
    malwareImages: z.int().describe('Images with malware or a web shell; one that has both is one.'),
    incomplete: z.int().describe('Images of which something was not read or not judged.'),
    endOfLife: z.int().describe('Images whose distribution nobody mends any more.'),
    failed: z.int().describe('References whose last image could not be read.'),
    exploitedImages: z.int(),
    fixableCriticalImages: z.int().describe('Images with a critical finding that a version fixes.'),
    distributions: z.array(z.object({ distribution: z.string(), images: z.int() })),
    worst: z.array(ListedImage).describe('Images with the most of the gravest findings.'),
    widespread: z.array(SpreadVulnerability).describe('Vulnerabilities that the most images have.'),
    exploited: z.array(SpreadVulnerability).describe('Known to be exploited, by the number of images.'),
    advisories: z.object({
      generation: z.int().describe('0: there are none yet.'),
      oldest: z.string().optional().describe('When the feed that was not read for the longest time was read.'),
      failed: z.array(z.string()).describe('Feeds that could not be read in the last update.'),
      stale: z.array(z.string()).describe('Feeds that were not read for more than a week.'),
    }),
    unread: z.int().describe('Notifications that nobody marked as read; 1000 stands for as many or more.'),
  })
  .meta({
    id: 'Overview',
    examples: [
      {
        asOf: '2026-03-01T10:00:00.000Z',
        todo: [{ kind: 'fixable-critical', count: 2 }],
        now: exampleDay,
        vulnerabilities: { ...none, high: 4 },
        states: { queued: 0, scanning: 0, done: 12, failed: 0 },
        kinds: { secret: { images: 1, findings: 2 } },
        ...{ malwareImages: 0, incomplete: 0, endOfLife: 0, failed: 0, exploitedImages: 0, fixableCriticalImages: 2 },
        distributions: [{ distribution: 'debian:12', images: 12 }],
        ...{ worst: [], widespread: [], exploited: [] },
        advisories: { generation: 12, failed: [], stale: [] },
        unread: 0,
      },
    ],
  });
