import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { startApiService } from '../../../test/support/api-service.ts';
import { SourceError } from '../../errors.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { ScanImage } from '../scan-source.ts';

/** Fifteen seconds are over in two and a half. */
const FASTER = 6;
const started = Date.now();
const fastClock: Clock = {
  now: () => started + (Date.now() - started) * FASTER,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / FASTER, signal),
};

it('a stream on which nothing happens says every 15 seconds that it is still there', async () => {
  const held = Promise.withResolvers<never>();
  held.promise.catch(() => {});
  const end = (): void => held.reject(new SourceError('source.not-found', 'There is no such image.'));
  const scan: ScanImage = (_, { onStep }) => {
    onStep({ step: 'reading layers', done: 1, total: 2, unit: 'layers' });
    return held.promise;
  };
  const service = await startApiService({}, scan, fastClock);
  try {
    const { json } = await service.call('POST', '/api/images', { reference: 'registry.example/app:1' });
    const asked = get(`${service.url}/api/images/${json.id}/events`, { agent: false });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    const heard: { readonly text: string; readonly at: number }[] = [];
    response.on('data', (piece: string) => {
      for (const text of piece.split('\n\n').filter(Boolean)) heard.push({ text, at: fastClock.now() });
    });
    const beats = () => heard.filter(({ text }) => text === ': still there');

    await expect.poll(() => beats().length).toBeGreaterThanOrEqual(3);
    const before = heard.slice(
      0,
      heard.findIndex(({ text }) => text === ': still there'),
    );
    end();
    await once(response, 'end');

    // Each after what was sent last, be that an event or one of its own kind; 3 s of the clock are half a second here.
    const times = [before.at(-1)!.at, ...beats().map(({ at }) => at)];
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    expect(Math.min(...gaps)).toBeGreaterThan(12_000);
    expect(before.some(({ text }) => text.startsWith('event: progress\n'))).toBe(true);
    expect(heard.at(-1)!.text).toMatch(/^event: end\n/);
  } finally {
    end();
    await service.stop();
  }
});
