import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { ServiceMapSettings } from '../../config/service-settings.ts';
import type { HostReport } from '../../model/topology.ts';
import { collectHost } from '../../runtime/topology/collect-loop.ts';
import { hostFacts } from '../../runtime/topology/host-facts.ts';
import { ReportSequence } from '../../runtime/topology/report-sequence.ts';
import type { SteadyClock } from '../../server/clock.ts';
import { engineControls } from '../../server/map/engine-controls.ts';
import { type OpenMap, openMap } from '../../server/map/open-map.ts';
import type { StoredKnowledge } from '../../server/map/stored-knowledge.ts';
import type { ServiceLog } from '../../server/service-log.ts';
import type { Invocation } from '../command.ts';
import { collectorOf, mapEngine } from './collector-of.ts';
import { mapKnowledge } from './map-knowledge.ts';

const DAY = 24 * 3_600_000;

/** What is known of this host's own reporter, to the map that it serves. */
const OWN_REPORTER = 'this machine';

/** A map that looks at this host by itself, where it is told of an engine. */
export interface HostMap {
  readonly map: OpenMap;
  /** Begins to look. */
  start(): void;
  stop(): Promise<void>;
}

export interface HostMapOptions {
  readonly settings: ServiceMapSettings;
  readonly stateFolder: string;
  readonly log: ServiceLog;
  readonly clock: SteadyClock;
  /** What the service has stored of images; started and stopped with the map. */
  readonly stored?: StoredKnowledge;
  /** Whether somebody of this name can tell of a host. */
  readonly isSender: (name: string) => boolean;
}

/** Makes the live map of a service, with what collects for it. */
export function openHostMap(invocation: Invocation, options: HostMapOptions): HostMap {
  const { settings, stateFolder, log, clock, stored, isSender } = options;
  const { engine: kind } = settings;
  const knowledge = mapKnowledge(invocation, kind, log.within('map'), stored);
  const collector = kind === undefined ? undefined : collectorOf(kind, settings, invocation);
  const { historyDays, historyBytes, controls } = settings;
  const map = openMap({
    knowledge: knowledge.source,
    ...(historyDays > 0 && {
      history: { folder: path.join(stateFolder, 'map'), age: historyDays * DAY, bytes: historyBytes },
    }),
    audit: { folder: path.join(stateFolder, 'map') },
    ...(collector !== undefined && { own: { host: hostFacts().id, reporter: OWN_REPORTER } }),
    ...(collector !== undefined &&
      controls.length > 0 && {
        controls: {
          allowed: new Set(controls),
          engine: {
            host: hostFacts().id,
            act: async (control, container) => {
              const engine = collector.engine ?? (await mapEngine(kind!, invocation, invocation.io.signal));
              return await engineControls(engine, hostFacts().id).act(control, container);
            },
          },
        },
      }),
    clock,
    isSender,
    log: log.within('server/map'),
  });
  const stopping = new AbortController();
  let collecting: Promise<void> | undefined;
  return {
    map,
    start() {
      stored?.start();
      if (collector === undefined || collecting !== undefined) return;
      const sequence = new ReportSequence(randomBytes(8).toString('hex'));
      collecting = collectHost(
        collector,
        (look) => {
          tell(map, sequence.next(look), () => sequence.restart(), log);
        },
        stopping.signal,
      );
    },
    async stop() {
      stopping.abort();
      await collector?.stop();
      await collecting?.catch((error: unknown) => log.error({ error }, 'the map stopped looking at this host'));
      await stored?.stop();
      await knowledge.stop();
    },
  };
}

/** What is not taken is told again in full. */
function tell(map: OpenMap, report: HostReport, restart: () => void, log: ServiceLog): void {
  try {
    map.take(report, OWN_REPORTER);
  } catch (error) {
    restart();
    log.debug({ error }, 'a report of this host was not taken');
  }
}
