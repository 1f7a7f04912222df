import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { readEvents } from '../../../test/support/event-stream.ts';
import { makeAdvisory } from '../../../test/support/view.ts';

describe('what happens in the service', () => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({ roles: new Set(['api']) });
  });
  afterAll(() => service.stop());

  const follow = (count: number, id?: string) =>
    readEvents(
      `${service.url}/api/events`,
      id === undefined ? {} : { 'Last-Event-ID': id },
      (events) => events.length >= count,
    );
  /** Until the stream says that it begins, what is done is none of it. */
  const whenFollowed = async (count: number, work: () => Promise<void>) => {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const reading = readEvents(`${service.url}/api/events`, {}, (events) => {
      if (events.length > 0) resolve();
      return events.length >= count;
    });
    await begun;
    await work();
    return await reading;
  };

  it('is told: images whatever process has them, advisories, notifications, and what is gone', async () => {
    const { images, vulnerabilities } = service.store;
    let id = '';
    const events = await whenFollowed(6, async () => {
      // The store alone is asked: another process could have done this.
      ({ id } = await images.submit('registry.example/app:1', new Date()));
      await expect.poll(() => images.find(id)).toBeDefined();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await images.fail(id, 'There is no such image.', new Date());
      await give(service.store, { tracker: [makeAdvisory('CVE-2024-0001', [{ package: 'openssl' }])] });
      await vulnerabilities.write({
        ...{ namespace: 'debian:12', name: 'V1', description: '', link: '', severity: 'High', metadata: '' },
        fixes: [{ package: 'openssl' }],
      });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await service.call('DELETE', `/api/images/${id}`);
    });
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      ['hello', {}],
      ['image', expect.objectContaining({ id, state: 'queued' })],
      ['image', expect.objectContaining({ id, state: 'failed' })],
      ['advisories', { generation: 1 }],
      ['notifications', { unread: 1 }],
      ['removed', { id }],
    ]);
  });

  it('is told to whoever comes back, once; and to whoever missed too much, or comes from another process, that they did', async () => {
    const { images } = service.store;
    const [hello] = await follow(1);
    const { id } = await images.submit('registry.example/other:1', new Date());
    const [image] = await whenFollowed(2, async () => {}).then((events) => events.slice(1));
    expect(image).toMatchObject({ event: 'image', data: { id } });
    const again = await readEvents(
      `${service.url}/api/events`,
      { 'Last-Event-ID': hello!.id },
      (events) => events.length >= 2,
    );
    expect(again.map(({ event }) => event)).toEqual(['hello', 'image']);
    for (const foreign of ['abcdef12-3', 'nonsense', '-', `${hello!.id.split('-')[0]}-x`]) {
      expect((await follow(1, foreign)).map(({ event }) => event)).toEqual(['missed']);
    }
  });

  it('is told of images that another process removed, once', async () => {
    const { images } = service.store;
    const ids = await Promise.all(
      ['a', 'b'].map(async (name) => (await images.submit(`registry.example/gone:${name}`, new Date())).id),
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    // The store alone is asked, as another process would.
    const events = await whenFollowed(4, async () => {
      await images.remove(ids[0]!);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await images.remove(ids[1]!);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await images.submit('registry.example/gone:c', new Date());
    });
    expect(events.slice(1).map(({ event, data }) => [event, data])).toEqual([
      ['removed', { id: ids[0] }],
      ['removed', { id: ids[1] }],
      ['image', expect.objectContaining({ reference: 'registry.example/gone:c' })],
    ]);
  });

  it('is not told one by one where it is too much', async () => {
    const { images } = service.store;
    const events = await whenFollowed(102, async () => {
      await Promise.all(Array.from({ length: 300 }, (_, n) => images.submit(`registry.example/many:${n}`, new Date())));
    });
    const names = new Set(events.map(({ event }) => event));
    expect(names).toContain('images');
    // What happened is over: nobody is to ask again at each look.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const later = await whenFollowed(2, async () => {
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await images.submit('registry.example/many:last', new Date());
    });
    expect(later.slice(1).map(({ event }) => event)).not.toContain('images');
  });
});
