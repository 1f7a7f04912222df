import { z } from 'zod';
import { cageProfiles } from '../../model/observation.ts';
import type { ObservedImageRun } from '../observe/observe-runs.ts';
import { shownRun } from '../observe/observe-runs.ts';
import { moment, text } from './schemas.ts';

/** Seconds that a cage lives, from the start of the image: to be ready and to be watched. */
export const MOST_SECONDS = 280;

const words = z.array(text(32_768)).max(256);
const port = z.int().min(1).max(65_535);
const times = z.int().min(1).max(10_000).optional();

/** As docs/observe.md has it, without files of the machine of the service. */
const RunProfileBody = z
  .strictObject({
    environment: z.record(text(255), z.string().max(32_768)).optional(),
    entrypoint: words.optional(),
    command: words.optional(),
    user: text(129).optional(),
    workdir: text(4096).optional(),
    mounts: z
      .array(z.strictObject({ path: text(100), text: z.string().max(262_144), mode: text(4).optional() }))
      .max(50)
      .optional()
      .describe('Files that are put into the container.'),
    ready: z
      .strictObject({
        port: port.optional(),
        log: text(500).optional(),
        seconds: z.number().min(0).max(280).optional(),
      })
      .optional(),
    workload: z
      .array(
        z.union([
          z.strictObject({ exec: words, user: text(129).optional() }),
          z.strictObject({
            http: z.strictObject({
              port,
              path: text(2001).optional(),
              method: text(20).optional(),
              headers: z.record(text(100), z.string().max(8192)).optional(),
              body: z.string().max(65_536).optional(),
              times,
            }),
          }),
          z.strictObject({ tcp: z.strictObject({ port, send: z.string().max(65_536).optional(), times }) }),
          z.strictObject({ wait: z.number().min(0).max(280) }),
        ]),
      )
      .max(100)
      .optional()
      .describe('What is done with it once it is ready.'),
  })
  .describe('What the image needs to run, as a run profile (docs/observe.md).');

export const RunSubmission = z
  .strictObject({
    reference: text(1024).describe('A name or id of an image that the engine of the service has. Nothing is fetched.'),
    duration: z
      .number()
      .min(0.1)
      .max(MOST_SECONDS)
      .default(10)
      .describe('Seconds that it is watched once it is ready.'),
    readyTimeout: z
      .number()
      .min(0.1)
      .max(MOST_SECONDS)
      .default(30)
      .describe(`Seconds to wait until it is ready. Both together are at most ${MOST_SECONDS}.`),
    network: z.enum(['none', 'sinkhole']).default('none'),
    cage: z
      .enum(cageProfiles)
      .optional()
      .describe('Not weaker than that of the service, which it is where it is absent.'),
    presets: z.boolean().default(true).describe('Well-known images are given what they want to have, a password say.'),
    prove: z.boolean().default(false).describe('Run it again, as often as it takes, to prove what it needs.'),
    callRules: z
      .array(text(255))
      .max(50)
      .optional()
      .describe('Names of rules on calls that the service has (`GET /api/observations/choices`); absent: all.'),
    serviceScanners: z
      .array(text(255))
      .max(50)
      .optional()
      .describe('Names of scanners of services that the service has; absent: all.'),
    runProfile: RunProfileBody.optional(),
  })
  .meta({
    id: 'RunSubmission',
    examples: [{ reference: 'nginx:1.29', duration: 10, network: 'none', callRules: ['starter'] }],
  });

const runStates = ['queued', 'running', 'done', 'failed'] as const;

/** A run of an image. */
export const ObservationRun = z
  .object({
    id: z.string().describe('Of the run, and of the image that it becomes: its report is that of this image.'),
    reference: z.string(),
    state: z.enum(runStates),
    client: z.string().optional().describe('Who asked for it; absent where another process took it.'),
    submitted: moment,
    ended: moment.optional(),
    failure: z.string().optional().describe('Why there is no report.'),
  })
  .meta({
    id: 'ObservationRun',
    examples: [
      {
        id: '0b9c2f0e-6b1f-4c58-9c39-0a3d6d0f3a52',
        reference: 'nginx:1.29',
        state: 'running',
        client: 'token:lab',
        submitted: '2026-03-01T10:00:00.000Z',
      },
    ],
  });

export function observationRun(run: ObservedImageRun): z.infer<typeof ObservationRun> {
  return shownRun(run);
}

export const ObservationRuns = z
  .object({ runs: z.array(ObservationRun) })
  .meta({ id: 'ObservationRuns', examples: [{ runs: [] }] });

/** What a submission can choose from. */
export const ObservationChoices = z
  .object({
    engine: z.string(),
    cage: z.enum(cageProfiles).describe('The weakest that there is.'),
    callRules: z.array(z.string()),
    serviceScanners: z.array(z.string()),
  })
  .meta({
    id: 'ObservationChoices',
    examples: [{ engine: 'docker', cage: 'default', callRules: ['starter'], serviceScanners: ['drydock'] }],
  });
