import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, startApiService } from '../../../test/support/api-service.ts';
import { readEvents } from '../../../test/support/event-stream.ts';
import { SourceError } from '../../errors.ts';

describe('the time for an answer', () => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({ requestTimeout: 400 }, async () => {
      await sleep(1000);
      throw new SourceError('source.not-found', 'There is no such image.');
    });
    // A database that hangs answers nothing, not even that it fails.
    const { fleet } = service.store as { fleet: { images: unknown } };
    fleet.images = () => new Promise(() => {});
  });
  afterAll(() => service.stop());

  it('is limited, whatever the database does', async () => {
    const { status, json } = await service.call('GET', '/api/images');
    expect([status, json.code]).toEqual([503, 'store.unavailable']);
    expect(json.detail).toContain('request-timeout');
  });

  it('is not that of an upload, which may come slowly, nor that of events', async () => {
    const tar = { 'Content-Type': 'application/x-tar' };
    const { json } = await service.call('POST', '/api/images/upload', 'x', tar);
    const events = await readEvents(`${service.url}/api/images/${json.id}/events`);
    expect(events.at(-1)).toMatchObject({ event: 'end', data: { state: 'failed' } });
    const slow = new ReadableStream({
      async start(controller) {
        for (const piece of ['a', 'b', 'c', 'd']) {
          controller.enqueue(Buffer.from(piece));
          await sleep(250);
        }
        controller.close();
      },
    });
    const answer = await fetch(`${service.url}/api/images/upload`, {
      method: 'POST',
      body: slow,
      headers: tar,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(202);
  });
});
