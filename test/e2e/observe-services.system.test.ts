import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningEngines, whyNoContainers } from '../support/both-engines.ts';
import { busyboxProgram } from '../support/busybox-image.ts';
import { judgeServiceImage, loadServiceImages } from '../support/observe-service-image.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import type { ServiceImage } from '../support/service-images.ts';
import { temporaryFolder } from '../support/temporary.ts';

// The smallest part of test/soak/observe-services.ts: what real services need that those of other tests do not.
const LONG = 300_000;

const program = { executable: '/busybox', service: 'http' } as const;

const opens = 'i=0; while [ $i -lt 5000 ]; do i=$((i+1)); read line </srv/index.html; done';

const image: ServiceImage = {
  name: 'two-ports',
  layer: 'scratch',
  entries: [
    { path: 'busybox', content: busyboxProgram(), mode: 0o755 },
    { path: 'srv/index.html', content: '<h1>shop</h1>' },
    { path: 'etc/passwd', content: 'web:x:65534:65534::/:/\n' },
  ],
  config: {
    Entrypoint: ['/busybox', 'sh', '-c'],
    // As RabbitMQ does, it opens the port that it is there for last. What it opens before is a trace of half a megabyte, which no
    // pipe and no socket takes in.
    Cmd: [`/busybox httpd -p 8080 -h /srv; ${opens}; /busybox sleep 1; exec /busybox httpd -f -p 8081 -h /srv`],
    User: 'web',
    ExposedPorts: { '8081/tcp': {}, '8082/tcp': {} },
  },
  truth: {
    tries: ['listening'],
    ports: [
      { at: 'tcp 8080', ...program },
      { at: 'tcp 8081', declared: true, ...program },
      { at: 'tcp 8082', declared: true, state: 'dead' },
    ],
  },
};

describe.each(runningEngines)('a service in a cage of $title', ({ kind, program: engine, start }) => {
  const why = whyNoContainers(engine);
  let real: RealEngine;
  const folder = path.join(temporaryFolder(), 'images');
  const options = () => ({ kind, real, folder, timeout: LONG });

  beforeAll(async () => {
    if (why !== undefined) return;
    mkdirSync(folder, { recursive: true });
    // The modes of its volumes depend on how it stores images.
    real = kind === 'docker' ? await startDocker('overlay') : await start();
    loadServiceImages([image], folder, [real]);
  }, LONG);
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  it('is traced though its user is only a name, and asked at a port that it opens late', {
    timeout: LONG,
  }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const { wrong, observation, findings } = await judgeServiceImage(image, options());
    expect(wrong).toEqual([]);
    expect(observation?.coverage.calls).toBeGreaterThan(5000);
    // Whoever lets loopback in does not let everybody in.
    expect(findings.map(({ evidence }) => evidence)).toContainEqual(
      expect.stringContaining('tcp 8081 (http), asked from another address'),
    );
  });
});
