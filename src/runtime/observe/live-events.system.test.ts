import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, runningEngines, whyNoContainers } from '../../../test/support/both-engines.ts';
import type { RealEngine } from '../../../test/support/real-engines.ts';
import { noProgress } from '../../context.ts';
import { defaultLimits } from '../../limits.ts';
import { silent } from '../../log.ts';
import type { Observed } from '../../model/observation.ts';
import type { RunEvent } from '../../model/run-event.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { inspectImage } from '../../net/container-engine/images.ts';
import { offlineDialer } from '../../net/dial.ts';
import { scanImage } from '../../scan.ts';
import { starterCallRules } from '../starter-call-rules.ts';
import { observeImage } from './observe-image.ts';

const LONG = 300_000;

/** Two ports, of which one opens when it is ready already and closes again, and a write that a rule is about. */
const script =
  'httpd -p 8080 -h /srv; sleep 2; echo /tmp/x.so > /etc/ld.so.preload; timeout 15 nc -l -p 9090; sleep 600';

describe.each(runningEngines)('a run with $title', (running) => {
  const why = whyNoContainers(running.program);
  let real: RealEngine;
  let engine: Engine;

  beforeAll(async () => {
    if (why !== undefined) return;
    ({ real, engine } = await engineWith(running, { tag: 'late:1', config: { Cmd: ['sh', '-c', script] } }));
  }, LONG);
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  it('tells what it shows while it goes on, and each thing once', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const { signal } = new AbortController();
    const common = { environment: real.environment, temporary: tmpdir(), signal, log: silent, progress: noProgress };
    const image = await inspectImage(engine, 'late:1', signal);
    const told: RunEvent[] = [];
    let toldLive = 0;
    let observed: Observed | undefined;
    const observer = {
      observe: async (view: Parameters<typeof observeImage>[0]): Promise<Observed> => {
        observed = await observeImage(view, {
          ...common,
          ...{ engine, image, profile: 'default', network: 'none', duration: 20_000, readyTimeout: 60_000 },
          ...{ acceptWeak: false, presets: [], tracer: 'strace', scanners: [] },
          rules: starterCallRules(),
          // Told once the image has ended.
          progress: {
            report(step) {
              if (step === 'reading what was traced') toldLive = told.length;
            },
          },
          events: (event) => told.push(event),
        });
        return observed;
      },
    };
    const elsewhere = { dialer: offlineDialer(), environment: real.environment, log: silent, progress: noProgress };
    const options = { ecosystems: [], checks: [], toolVersion: '1', elsewhere, observer };
    await scanImage(`${running.kind}:${image.id}`, options, { ...common, limits: defaultLimits, now: new Date() });

    const { observation, findings } = observed!;
    expect(told.slice(0, 2)).toEqual([
      { kind: 'attempt', number: 1, changes: [] },
      { kind: 'tried', number: 1, attempt: observation.attempts[0] },
    ]);
    const live = told.slice(0, toldLive);
    const ports = live.flatMap((event) => (event.kind === 'port' ? [event.port.port] : []));
    expect(ports).toEqual([8080, 9090]);
    expect(live.flatMap((event) => (event.kind === 'finding' ? [event.finding.id] : []))).toContain(
      'call-preload-written',
    );
    const inAll = told.flatMap((event) => (event.kind === 'finding' ? [event.finding.id] : []));
    expect(inAll.toSorted()).toEqual(findings.map(({ id }) => id).toSorted());
    expect(told.filter(({ kind }) => kind === 'port')).toHaveLength(observation.ports.length);
  });
});
