import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { startWorldMirror, type WorldImage, worldFeeds } from './page-world.ts';
import { drydockEntry, projectRoot } from './program.ts';
import { temporaryFolder } from './temporary.ts';

/** A `drydock serve` with its page, on a port that it comes back to. */
export interface PageService {
  readonly url: string;
  /** The file of its store. */
  readonly store: string;
  /** Uploads images and waits until each was scanned, or could not be. */
  fill(images: readonly WorldImage[]): Promise<void>;
  /** Ends it without warning, as a machine that fails does. */
  kill(): Promise<void>;
  /** Starts it again on the same port and store. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Nothing more comes of what was waited for. */
class Ended extends Error {}

const services = new Set<PageService>();

/** Ends what `startPageService` started: for `afterAll`. */
export async function closePageServices(): Promise<void> {
  await Promise.all([...services].map((service) => service.close()));
}

export interface PageServiceOptions {
  /** With the advisories of the demo; else it knows none. */
  readonly advisories?: boolean;
  readonly flags?: readonly string[];
  /** For its own requests, where it wants a token. */
  readonly token?: string;
  /** Where its engine is. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the service as users do, in a folder of its own, and waits until it answers. */
export async function startPageService({
  advisories = false,
  flags = [],
  token,
  environment = {},
}: PageServiceOptions = {}): Promise<PageService> {
  const folder = temporaryFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const mirror = advisories ? await startWorldMirror() : undefined;
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const feeds =
    mirror === undefined
      ? ['--update-interval', '0']
      : ['--mirror', mirror.url, '--feeds', worldFeeds, '--update-interval', '1h'];
  let child: ChildProcess | undefined;

  const api = async (method: string, place: string, body?: Buffer): Promise<{ status: number; json: Answer }> => {
    const answer = await fetch(`${url}${place}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/octet-stream' }) },
      ...(body !== undefined && { body: new Uint8Array(body) }),
    });
    return { status: answer.status, json: (await answer.json()) as Answer };
  };
  const until = async (what: string, done: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 900; tries++) {
      const isDone = await done().catch((error: unknown) => {
        if (error instanceof Ended) throw error;
        return false;
      });
      if (isDone) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${what} did not come`);
  };

  const service: PageService = {
    url,
    store: path.join(folder, 'service.db'),
    async start() {
      if (child !== undefined) return;
      const started = spawn(
        process.execPath,
        [
          ...[drydockEntry(), 'serve', '--listen', `127.0.0.1:${port}`, '--health-listen', '127.0.0.1:0'],
          ...['--state-dir', folder, ...feeds, ...flags],
        ],
        {
          cwd: folder,
          stdio: 'ignore',
          env: {
            PATH: process.env['PATH'] ?? '',
            ...environment,
            HOME: folder,
            NODE_COMPILE_CACHE: path.join(projectRoot, 'node_modules/.cache/drydock-test'),
          },
        },
      );
      child = started;
      started.once('exit', () => {
        if (child === started) child = undefined;
      });
      await until('the service', async () => {
        if (child === undefined) throw new Ended('the service ended before it answered');
        return (await api('GET', '/api/images')).status === 200;
      });
      if (mirror !== undefined) {
        await until('the first update', async () => (await api('GET', '/api/feeds')).json.last !== undefined);
      }
    },
    async fill(images) {
      const ids: string[] = [];
      for (const { name, bytes } of images) {
        const query = new URLSearchParams({ name });
        const { json, status } = await api('POST', `/api/images/upload?${query}`, bytes);
        if (json.id === undefined) throw new Error(`${name} was not taken: status ${status}`);
        ids.push(json.id);
      }
      for (const id of ids) {
        await until('a scan', async () =>
          ['done', 'failed'].includes(String((await api('GET', `/api/images/${id}`)).json.state)),
        );
      }
    },
    async kill() {
      const own = child;
      child = undefined;
      if (own === undefined) return;
      const ended = own.exitCode === null && own.signalCode === null ? once(own, 'exit') : Promise.resolve();
      own.kill('SIGKILL');
      await ended;
    },
    async close() {
      services.delete(service);
      mirror?.close();
      await service.kill();
    },
  };
  services.add(service);
  await service.start();
  return service;
}

interface Answer {
  readonly id?: string;
  readonly state?: string;
  readonly last?: unknown;
}
