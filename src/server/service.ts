import path from 'node:path';
import { type ListenAddress, showAddress } from '../config/service-address.ts';
import type { ReloadableSettings, ServiceSettings } from '../config/service-settings.ts';
import { DrydockError, StoreError } from '../errors.ts';
import type { MigrationProgress, MigrationWatch } from '../store/migrations/migration.ts';
import { isPostgresSource } from '../store/postgres/connection-settings.ts';
import type { Store } from '../store/store.ts';
import type { BrowserRules } from './browser-guard.ts';
import type { Clock } from './clock.ts';
import { checkExposure, isOpenToThisMachine } from './exposure.ts';
import { createFront, type Handlers } from './front.ts';
import { createProbe, withPatience } from './health.ts';
import { checkTls, type Listener, listen, type RequestHandler } from './listen.ts';
import { createPage } from './page/serve-page.ts';
import { pageFolder } from './page-folder.ts';
import type { ServiceLog } from './service-log.ts';
import { checkFolders, prepareFolder } from './state-folder.ts';
import { Turnstile } from './turnstile.ts';

/** Everything that runs once the store is there. */
export interface ServiceWork {
  readonly handlers: Handlers;
  /** `/health` as Clair answers it. */
  readonly health: RequestHandler;
  /** Takes what SIGHUP read anew. */
  reload(settings: ReloadableSettings): void;
  /** Ends what goes on in the background. May be called while requests are still answered. */
  stopBackground(): Promise<void>;
  /** Gives up everything, once no request is answered any more. */
  close(): Promise<void>;
}

/** What the service is made of: the real things are in service-work.ts. */
export interface ServiceDependencies {
  readonly log: ServiceLog;
  readonly clock: Clock;
  /** What a message about the address begins with: `drydock.yaml:3: server.listen`. */
  readonly listenMention?: string;
  /** @param source `postgres://...`, or the path of a file */
  openStore(source: string, watch: MigrationWatch): Promise<Store>;
  begin(store: Store, settings: ServiceSettings): Promise<ServiceWork>;
}

/** A service that listens. */
export interface RunningService {
  /** Where the APIs and the health API really listen. */
  readonly address: ListenAddress;
  readonly healthAddress: ListenAddress;
  /** Resolves when requests are served; rejects when the database cannot be had, or used. */
  readonly ready: Promise<void>;
  /**
   * Takes other tokens, certificates, layer sources and another log level; requests that are being answered go on.
   * @throws UsageError where these cannot be used; then nothing is changed
   */
  reload(settings: ReloadableSettings): void;
  /**
   * Takes no more requests, ends the background work, answers what it has begun to, up to a time, and closes the store.
   * Called again it is the same stop.
   */
  stop(): Promise<void>;
}

/**
 * Starts the service. It listens at once; until the database answers, requests get a 503 and health says 500.
 * @throws UsageError `usage.configuration` when others could reach it and nothing keeps them out, and when a file is where a
 *   folder has to be
 * @throws DrydockError `service.address` when it cannot listen
 */
export async function startService(
  settings: ServiceSettings,
  dependencies: ServiceDependencies,
): Promise<RunningService> {
  checkExposure(settings, dependencies.listenMention);
  checkFolders(settings);
  const service = new Service(settings, dependencies);
  await service.start();
  return service;
}

/** Between two tries to reach a database: milliseconds, doubling. */
const FIRST_PAUSE = 250;
const MOST_PAUSE = 5000;

/** Milliseconds between two lines about a store that is brought up to date. */
const TELL_EVERY = 5000;

/** Milliseconds for a request to come in: gigabytes of an image over a slow line, and what monitors ask. */
const RECEIVE_TIME = 2 * 3_600_000;
const PROBE_TIME = 30_000;

/** Milliseconds after `drain-time` for what is cut off then to come to its end. */
const GRACE = 1000;

class Service implements RunningService {
  readonly #settings: ServiceSettings;
  readonly #dependencies: ServiceDependencies;
  readonly #log: ServiceLog;
  readonly #turnstile: Turnstile;
  readonly #stopping = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  #current: ReloadableSettings;
  #api: Listener | undefined;
  #health: Listener | undefined;
  #store: Store | undefined;
  #work: ServiceWork | undefined;
  #opening: Promise<void> | undefined;
  #migrating: (MigrationProgress & { readonly told: number }) | undefined;
  #lookAgain: () => void = () => {};
  #stopped: Promise<void> | undefined;

  constructor(settings: ServiceSettings, dependencies: ServiceDependencies) {
    this.#settings = settings;
    this.#current = settings;
    this.#dependencies = dependencies;
    this.#log = dependencies.log;
    this.#turnstile = new Turnstile({ requests: settings.clientRequests, queue: settings.clientQueue });
    // Whoever does not wait for it shall not be ended by it.
    this.#ready.promise.catch(() => {});
  }

  get address(): ListenAddress {
    return this.#api!.address;
  }

  get healthAddress(): ListenAddress {
    return this.#health!.address;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  async start(): Promise<void> {
    const { healthListen, listen: address, tls, page, roles } = this.#settings;
    const hasPage = page && roles.has('api');
    const probe = createProbe({ isReady: () => this.#isReady(), busyWith: () => this.#busyWith() });
    const front = createFront({
      log: this.#log,
      turnstile: this.#turnstile,
      now: () => this.#dependencies.clock.now(),
      access: () => this.#current,
      browsers: () => this.#browsers(),
      handlers: () => this.#work?.handlers,
      ...(hasPage && { page: createPage(pageFolder) }),
      probe,
    });
    this.#lookAgain = front.lookAgain;
    this.#warn();
    this.#api = await listen({
      address,
      option: 'listen',
      receiveTime: RECEIVE_TIME,
      handler: front.handle,
      ...(tls !== undefined && { tls }),
    });
    if (healthListen !== undefined) await this.#listenForHealth(healthListen, probe);
    this.#log.info(
      {
        address: this.address,
        ...(this.#health !== undefined && { health: this.#health.address }),
        tls: tls !== undefined,
        ...(hasPage && { page: pageAddress(this.address, tls !== undefined) }),
      },
      'listening',
    );
    this.#opening = this.#open();
  }

  async #listenForHealth(address: ListenAddress, probe: ReturnType<typeof createProbe>): Promise<void> {
    try {
      this.#health = await listen({
        address,
        option: 'health-listen',
        receiveTime: PROBE_TIME,
        handler: (request, response) => {
          if (probe(request, response)) return;
          if (this.#work !== undefined) this.#work.health(request, response);
          // The words of Clair while its database does not answer: none.
          else response.writeHead(500, { Server: 'clair', 'Content-Length': 0 }).end();
        },
      });
    } catch (error) {
      await this.#api?.close(0);
      throw error;
    }
  }

  reload(settings: ReloadableSettings): void {
    const { tls, ...rest } = settings;
    const { tls: before } = this.#current;
    // Whether clients need certificates is a matter of the listener: another authority or none must not get into its context.
    const needsRestart =
      (tls === undefined) !== (before === undefined) ||
      (tls?.clientCa === undefined) !== (before?.clientCa === undefined);
    const kept = needsRestart ? before : tls;
    const next: ReloadableSettings = { ...rest, ...(kept !== undefined && { tls: kept }) };
    const { tls: _, ...fixed } = this.#settings;
    // As it is to be after a restart, and as it is until then.
    for (const access of [settings, next]) checkExposure({ ...fixed, ...access }, this.#dependencies.listenMention);
    // All that can be refused is, before anything is changed.
    if (kept !== undefined && !needsRestart) checkTls(kept);
    this.#work?.reload(next);
    if (kept !== undefined && !needsRestart) this.#api?.useTls(kept);
    if (needsRestart) this.#log.warn({}, 'TLS and client certificates are turned on and off by a restart alone');
    this.#current = next;
    this.#lookAgain();
    this.#log.setLevel(settings.logLevel);
    this.#warn();
    this.#log.info({ tokens: settings.tokens.map(({ name }) => name) }, 'configuration read again');
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  #access(): Pick<ReloadableSettings, 'tokens'> & { readonly tls?: ReloadableSettings['tls'] & {} } {
    const { tokens, tls } = this.#current;
    return { tokens, ...(tls !== undefined && { tls }) };
  }

  #browsers(): BrowserRules {
    const { publicUrl } = this.#settings;
    const access = { ...this.#settings, ...this.#access() };
    // Where anybody is let in, and it is known by which name, no other name is answered to.
    const isOpen = access.tokens.length === 0 && access.tls?.clientCa === undefined && publicUrl !== undefined;
    return { mustBeLocal: isOpenToThisMachine(access) || isOpen, ...(publicUrl !== undefined && { publicUrl }) };
  }

  #warn(): void {
    const { insecureListen, insecureTls } = this.#settings;
    if (insecureListen) this.#log.warn({}, 'insecure-listen: whoever can reach the service may do everything');
    if (insecureTls) this.#log.warn({}, 'insecure-tls: certificates of hosts that layers come from are not checked');
    if (this.#current.compat) this.#log.warn({}, 'compat: any file that this process may read can be named as a layer');
  }

  async #isReady(): Promise<boolean> {
    if (this.#stopping.signal.aborted || this.#work === undefined || this.#store === undefined) return false;
    await this.#store.ping();
    return true;
  }

  async #open(): Promise<void> {
    try {
      const store = await this.#openStore();
      this.#migrating = undefined;
      if (store === undefined) return;
      if (this.#stopping.signal.aborted) return await store.close();
      this.#store = store;
      const work = await this.#dependencies.begin(store, this.#settings);
      // What SIGHUP said while there was nothing yet to say it to.
      if (this.#current !== this.#settings) work.reload(this.#current);
      this.#work = work;
      this.#log.info({}, 'ready');
      this.#ready.resolve();
    } catch (error) {
      this.#migrating = undefined;
      // It was stopped while the store was brought up to date.
      if (error instanceof DrydockError && error.code === 'interrupted') return;
      this.#log.error({ error }, 'the service cannot begin');
      this.#ready.reject(error);
    }
  }

  /** @returns undefined where the service was stopped meanwhile */
  async #openStore(): Promise<Store | undefined> {
    const { store, databaseWait, stateFolder } = this.#settings;
    const { clock } = this.#dependencies;
    const { signal } = this.#stopping;
    const source = store.reveal();
    if (!isPostgresSource(source)) prepareFolder(path.dirname(source), stateFolder, this.#log);
    let until = clock.now() + databaseWait;
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(2 * pause, MOST_PAUSE)) {
      try {
        return await this.#dependencies.openStore(source, {
          signal,
          onProgress: (progress) => {
            // It does answer: however long that takes is not waited for it.
            until = clock.now() + databaseWait;
            this.#tellMigration(progress);
          },
        });
      } catch (error) {
        // Nothing goes on until the next try.
        this.#migrating = undefined;
        if (!(error instanceof StoreError) || error.code !== 'store.unavailable' || clock.now() >= until) throw error;
        this.#log.warn({ error, 'next try in ms': pause }, 'the database does not answer yet');
      }
      await clock.sleep(pause, signal);
    }
    return undefined;
  }

  #tellMigration(progress: MigrationProgress): void {
    const now = this.#dependencies.clock.now();
    const { title, what, done, total } = progress;
    const { told } = this.#migrating ?? { told: undefined };
    const isDue = told === undefined || Math.abs(now - told) >= TELL_EVERY;
    this.#migrating = { ...progress, told: isDue ? now : told };
    if (isDue)
      this.#log.info({ step: title, of: what, done, total }, 'the store of an older version is brought up to date');
  }

  #busyWith(): string | undefined {
    if (this.#migrating === undefined) return undefined;
    const { what, done, total } = this.#migrating;
    return `migrating: ${what} ${done} of ${total}`;
  }

  async #stopBackground(): Promise<true> {
    await this.#work?.stopBackground().catch((error: unknown) => {
      this.#log.error({ error }, 'background work did not end well');
    });
    return true;
  }

  async #stop(): Promise<void> {
    const { drainTime } = this.#settings;
    this.#log.info({ active: this.#turnstile.active }, 'stopping');
    this.#stopping.abort();
    this.#ready.reject(new DrydockError('interrupted', 'the service was stopped.'));
    const draining = this.#api?.close(drainTime);
    // A database that hangs is not waited for.
    await withPatience((this.#opening ?? Promise.resolve()).then(() => true));
    // Each part has that time itself; what does not keep to it is left behind.
    const ended = await withPatience(this.#stopBackground(), drainTime + GRACE);
    if (!ended) this.#log.error({ drainTime }, 'background work did not end within drain-time');
    if ((await draining) === false)
      this.#log.warn({ drainTime }, 'requests were cut off: they took longer than drain-time');
    await this.#work?.close().catch((error: unknown) => this.#log.error({ error }, 'not everything was closed'));
    await withPatience((this.#store?.close() ?? Promise.resolve()).then(() => true));
    // Clair interrupts health checks after ten seconds; there is nothing to wait for.
    await this.#health?.close(1000);
    this.#log.info({}, 'stopped');
  }
}

/** What to open in a browser of this machine. */
function pageAddress({ host, port }: ListenAddress, tls: boolean): string {
  const isEvery = host === undefined || host === '0.0.0.0';
  return `${tls ? 'https' : 'http'}://${showAddress({ host: isEvery ? 'localhost' : host, port })}/`;
}
