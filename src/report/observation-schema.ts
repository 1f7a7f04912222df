import { z } from 'zod';
import { cageProfiles } from '../model/observation.ts';
import { packageUses } from '../model/package-use.ts';

/* The part of the report that `drydock observe` adds; see schema.ts. */

function list<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

const count = z.int().min(0);
const LayerRef = z.object({ index: count, diffId: z.string().exactOptional() });
const ownPackage = z.object({ name: z.string(), version: z.string(), purl: z.string() });

const Attempt = z.object({
  outcome: z.enum(['listening', 'healthy', 'running', 'exited', 'failed']),
  changes: list(z.string()).describe("What was different from the image's own configuration, in words."),
  milliseconds: count.describe('Until it was ready or ended.'),
  exitCode: z.int().exactOptional(),
  killedBy: z.enum(['memory', 'time', 'disk', 'signal']).exactOptional(),
  reason: z.string(),
  log: list(z.string()).describe('Last lines of its output, escaped.'),
});

const Port = z.object({
  protocol: z.enum(['tcp', 'udp']),
  port: count,
  addresses: list(z.string()),
  declared: z.boolean().describe('The image declares it (EXPOSE).'),
  state: z
    .enum(['listening', 'dead', 'unknown'])
    .describe('`dead`: declared, and nobody listens; `unknown`: declared, and nobody could look.'),
  localOnly: z.boolean(),
  pid: count.exactOptional(),
  process: z.string().exactOptional(),
  executable: z.string().exactOptional(),
  gone: z.enum(['deleted', 'memory']).exactOptional().describe('Its program is no file of the container.'),
  script: z.string().exactOptional().describe('What an interpreter runs: a path, or the name of a module or class.'),
  uid: count.exactOptional(),
  user: z.string().exactOptional(),
  package: ownPackage.exactOptional().describe('The package that owns the program that listens.'),
  seenBy: z
    .enum(['trace'])
    .exactOptional()
    .describe('No look found it: the trace of the calls tells that it was opened, for a moment at least.'),
  service: z
    .object({
      name: z.string(),
      product: z.string().exactOptional(),
      version: z.string().exactOptional(),
      encrypted: z.boolean().exactOptional(),
    })
    .exactOptional()
    .describe(
      'What it speaks; the version is that of the package that owns its program, or else what the service itself says.',
    ),
});

const Process = z.object({
  pid: count,
  parent: count.exactOptional(),
  name: z.string(),
  executable: z.string().exactOptional(),
  arguments: list(z.string()),
  uid: count.exactOptional(),
  user: z.string().exactOptional(),
  package: ownPackage.exactOptional(),
  from: z
    .union([z.object({ layer: LayerRef }), z.enum(['dropped', 'memory'])])
    .exactOptional()
    .describe('Where its program comes from.'),
  running: z.boolean().describe('It was still there when the observation ended.'),
  seenBy: z
    .enum(['proc', 'engine'])
    .exactOptional()
    .describe(
      'Who told of it, where that was no tracer. Others that lived shortly may be missing; numbers of the engine are those of its machine.',
    ),
});

const Resources = z.object({
  memoryPeakBytes: count.exactOptional(),
  memoryLimitBytes: count.exactOptional(),
  processesPeak: count.exactOptional().describe('Processes and threads at a time.'),
  cpuSeconds: z.number().min(0).exactOptional(),
  cpuPeak: z.number().min(0).exactOptional().describe('Processors at a time, between two looks.'),
  looks: count.describe('How often it was looked.'),
});

const EngineEvent = z.object({
  kind: z.enum(['exec', 'end', 'memory', 'health']),
  at: z.string().describe('A moment in RFC 3339, by the clock of the engine.'),
  text: z.string().exactOptional().describe('The command, the exit status or the health.'),
  count,
});

const ObservationCoverage = z.object({
  tracer: z.enum(['strace', 'ftrace', 'none']),
  version: z.string().exactOptional(),
  reason: z.string().exactOptional().describe('Why it is `none`.'),
  calls: count,
  lost: count.describe('Calls that are known to be lost.'),
  undecoded: count.describe('Calls of which an argument could not be read.'),
  blindSpots: list(z.string()),
  sockets: z.enum(['host', 'sidecar', 'injected', 'exec', 'none']).describe('Who read the sockets.'),
});

export const ObservationSchema = z
  .object({
    engine: z.object({ name: z.string(), version: z.string().exactOptional() }),
    cage: z.object({ profile: z.enum([...cageProfiles, 'none']), allows: list(z.string()) }),
    attempts: list(Attempt).describe('Tries to bring the image up; the last one is what the rest describes.'),
    startedAt: z.string().describe('A moment in RFC 3339.'),
    milliseconds: count,
    ports: list(Port),
    processes: list(Process),
    packagesInUse: list(ownPackage.extend({ use: z.enum(packageUses), files: list(z.string()), count })),
    untouched: list(z.object({ name: z.string(), version: z.string(), layer: count, bytes: count })).describe(
      'Packages of the distribution of which it touched nothing, the heaviest fifty: another run may need them.',
    ),
    calls: z
      .record(z.string(), z.object({ count, failed: count }))
      .readonly()
      .describe('How often calls were made, by name, and how often they failed.'),
    resources: Resources.exactOptional().describe('The most that the container was seen to use.'),
    engineEvents: list(EngineEvent)
      .exactOptional()
      .describe('What the engine told: programs started from outside, ends, lack of memory, health.'),
    contacts: list(
      z.object({
        name: z.string().exactOptional(),
        address: z.string().exactOptional(),
        port: count.exactOptional(),
        count,
      }),
    ).describe('Names that were asked for, and addresses that were called.'),
    drift: list(
      z.object({
        path: z.string(),
        change: z.enum(['added', 'changed', 'removed']),
        executable: z.boolean().exactOptional(),
      }),
    ).describe('Files that the run changed against the image.'),
    proofs: z
      .object({
        seccomp: z.object({
          calls: list(z.string()).describe('Calls that the profile allows.'),
          proven: z.boolean(),
          added: list(z.string()).describe('Those of them that no run was seen to make.'),
          reason: z.string(),
        }),
        advice: list(
          z.object({
            id: z.enum(['capabilities', 'read-only', 'user']),
            text: z.string(),
            proof: z.enum(['run', 'refuted', 'trace']),
            flags: list(z.string()).describe('Flags of `docker run`.'),
          }),
        ),
        appArmor: z
          .object({ parser: z.enum(['accepted', 'refused', 'unasked']), reason: z.string() })
          .exactOptional()
          .describe('What `apparmor_parser` of this machine says of the profile of AppArmor; it is never loaded.'),
        runs: count,
      })
      .exactOptional()
      .describe('What further runs proved (`--prove`): of one workload, so that another one may need more.'),
    coverage: ObservationCoverage,
  })
  .meta({ id: 'Observation' })
  .describe('What a run of the image told that its files do not (`drydock observe`).');
