import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { listImages } from '../../src/net/container-engine/image-store.ts';
import { listNetworks } from '../../src/net/container-engine/networks.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { startEngineProxy } from './engine-proxy.ts';
import type { RealEngine } from './real-engines.ts';
import { type RunResult, runDrydock } from './run.ts';
import { temporaryFolder } from './temporary.ts';

/** When a run of `drydock observe` is interrupted, and how. */
export interface Interruption {
  /** For people. */
  readonly stage: string;
  readonly args: readonly string[];
  /** The request to the engine that tells that it is there; before the engine gets it. */
  readonly at: RegExp;
  /** Which of those requests it is: the first by default. */
  readonly nth?: number;
  /** Milliseconds that the engine has for that request before the signal comes. */
  readonly after?: number;
  /** Milliseconds after the signal until the engine gets that request, though whoever made it may be gone. */
  readonly late?: number;
  readonly signals: readonly [NodeJS.Signals, ...NodeJS.Signals[]];
}

/** At the stages that differ in what is left. `slow:1` never listens, `web:1` does, and `archive` is an image that the engine does not have. */
export function interruptions(archive: string): readonly Interruption[] {
  const web = ['web:1', '--duration', '2s'];
  return [
    {
      ...{ stage: 'the engine has just taken the image', args: [archive], after: 20 },
      ...{ at: /^POST \/images\/load/, signals: ['SIGINT'] },
    },
    // The engine is slow, and makes it when all has been removed.
    {
      ...{ stage: 'the cage is about to be made', args: web, late: 1200 },
      ...{ at: /^POST \/containers\/create\?name=drydock-[^&]*-cage/, signals: ['SIGINT'] },
    },
    {
      ...{ stage: 'it waits until the image is ready', args: ['slow:1', '--ready-timeout', '60s'], nth: 6 },
      ...{ at: /^GET \/containers\/[0-9a-f]+\/json/, signals: ['SIGINT'] },
    },
    // Whoever is in a hurry leaves the removing to the process beside it.
    { stage: 'it is watched, twice', args: web, at: /^GET .*\/changes/, signals: ['SIGINT', 'SIGINT'] },
    { stage: 'the trace is read', args: web, at: /^GET .*\/archive\?path=\/\.o/, signals: ['SIGINT'] },
    { stage: 'a profile is proven', args: [...web, '--prove'], at: /^POST .*\/start/, nth: 4, signals: ['SIGINT'] },
    { stage: 'things are removed, twice', args: web, at: /^DELETE \/volumes\//, signals: ['SIGTERM', 'SIGTERM'] },
  ];
}

/** How an interrupted run ended, and what was left of it in the end. */
export interface InterruptedRun {
  readonly result: RunResult;
  /** Milliseconds from the first signal to its end; undefined where the stage never came. */
  readonly took: number | undefined;
  /** Names of what is still there. */
  readonly left: readonly string[];
  /** Milliseconds from its end until nothing was left, or until nobody waited any more. */
  readonly gone: number;
}

/** Milliseconds that removing may take: a process beside it looks twice, and machines of tests are busy. */
const GONE_MS = 60_000;

/** Runs `drydock observe` and interrupts it, as Ctrl-C at a terminal does: the signal comes to its whole process group. */
export async function interruptRun(
  kind: 'docker' | 'podman',
  real: RealEngine,
  { args, at, nth = 1, after = 0, late = 0, signals }: Interruption,
): Promise<InterruptedRun> {
  const temporary = temporaryFolder();
  let count = 0;
  let at0: number | undefined;
  let ended = 0;
  let send: (signal: NodeJS.Signals) => void = () => {};
  const interrupt = (): void => {
    at0 = performance.now();
    // Two of a kind that come at once are one (signal(7)).
    for (const [i, signal] of signals.entries()) setTimeout(() => send(signal), i * 30);
  };
  const runs = new Set<string>();
  const proxy = await startEngineProxy(real.socket, {
    onRequest: async (request) => {
      for (const [, run] of request.matchAll(/drydock(?:-|\.run=)([0-9a-f]{16})/g)) runs.add(run!);
      if (at0 !== undefined || !at.test(request) || ++count !== nth) return;
      if (after > 0) {
        setTimeout(interrupt, after);
        return;
      }
      interrupt();
      if (late > 0) await sleep(late);
    },
  });
  const setting = kind === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST';
  try {
    const fixed = ['--offline', '--engine', kind, '--checks', 'none', '--cache-dir', temporaryFolder()];
    const result = await runDrydock(['observe', ...args, ...fixed], {
      environment: { ...real.environment, [setting]: `unix://${proxy.socket}`, TMPDIR: temporary },
      timeout: 180_000,
      ownGroup: true,
      onStart: (sender) => {
        send = sender;
      },
    });
    ended = performance.now();
    const took = at0 === undefined ? undefined : ended - at0;
    let left: readonly string[];
    do {
      await sleep(300);
      // Processes first: what they do until they end is there then.
      left = [
        ...processesWith(proxy.socket).map((words) => `process ${words}`),
        ...readdirSync(temporary).map((name) => `file ${name}`),
        ...(await things(kind, real)).filter((name) => [...runs].some((run) => name.includes(run))),
      ];
    } while (left.length > 0 && performance.now() - ended < GONE_MS);
    return { result, took, left, gone: performance.now() - ended };
  } finally {
    await proxy.close();
  }
}

/** Names of all that an engine has, with labels or without. */
async function things(kind: 'docker' | 'podman', { environment }: RealEngine): Promise<readonly string[]> {
  const engine = await connectEngine(kind, { environment });
  return [
    ...(await listContainers(engine, {})).map(({ id, names }) => `container ${names[0] ?? id}`),
    ...(await listNetworks(engine, {})).map(({ name }) => `network ${name}`),
    ...(await listVolumes(engine, {})).map(({ name }) => `volume ${name}`),
    ...(await listImages(engine, {})).flatMap(({ names }) => names.map((name) => `image ${name}`)),
  ];
}

/** Command lines of processes that have a text in their environment or are told of it. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return `${readFileSync(`/proc/${pid}/environ`, 'utf8')}${words}`.includes(text)
        ? [words.replaceAll('\0', ' ')]
        : [];
    } catch {
      return [];
    }
  });
}
