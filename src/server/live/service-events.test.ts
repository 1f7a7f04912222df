import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { readEvents, type StreamEvent } from '../../../test/support/event-stream.ts';
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
  /**
   * Until the stream says that it begins, what is done is none of it.
   * @param work is given a way to wait until so many events came
   */
  const whenFollowed = async (
    enough: number | ((events: readonly StreamEvent[]) => boolean),
    work: (until: (count: number) => Promise<void>) => Promise<void>,
  ) => {
    let heard: readonly StreamEvent[] = [];
    const until = async (length: number): Promise<void> =>
      void (await expect.poll(() => heard.length).toBeGreaterThanOrEqual(length));
    const reading = readEvents(`${service.url}/api/events`, {}, (events) => {
      heard = [...events];
      return typeof enough === 'number' ? events.length >= enough : enough(events);
    });
    await until(1);
    await work(until);
    return await reading;
  };

  it('is told: images whatever process has them, advisories, notifications, and what is gone', async () => {
    const { images, vulnerabilities } = service.store;
    let id = '';
    const { generation, unread } = await service.store.fleet.pulse();
    const events = await whenFollowed(6, async (until) => {
      // The store alone is asked: another process could have done this.
      ({ id } = await images.submit('registry.example/app:1', new Date()));
      // What is told is the newest state alone.
      await until(2);
      await images.fail(id, 'There is no such image.', new Date());
      await until(3);
      await give(service.store, { tracker: [makeAdvisory('CVE-2024-0001', [{ package: 'openssl' }])] });
      await until(4);
      await vulnerabilities.write({
        ...{
          namespace: 'debian:12',
          name: `V${generation}`,
          description: '',
          link: '',
          severity: 'High',
          metadata: '',
        },
        fixes: [{ package: 'openssl' }],
      });
      await until(5);
      await service.call('DELETE', `/api/images/${id}`);
    });
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      ['hello', {}],
      ['image', expect.objectContaining({ id, state: 'queued' })],
      ['image', expect.objectContaining({ id, state: 'failed' })],
      ['advisories', { generation: generation + 1 }],
      ['notifications', { unread: unread + 1 }],
      ['removed', { id }],
    ]);
  });

  it('is told to whoever comes back, once; and to whoever missed too much, or comes from another process, that they did', async () => {
    const { images } = service.store;
    const [hello] = await follow(1);
    let id = '';
    const [, image] = await whenFollowed(2, async () => {
      ({ id } = await images.submit('registry.example/other:1', new Date()));
    });
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
    let ids: readonly string[] = [];
    const events = await whenFollowed(6, async (until) => {
      ids = await Promise.all(
        ['a', 'b'].map(async (name) => (await images.submit(`registry.example/gone:${name}`, new Date())).id),
      );
      await until(3);
      // The store alone is asked, as another process would. More looks than one follow each.
      await images.remove(ids[0]!);
      await until(4);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await images.remove(ids[1]!);
      await until(5);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await images.submit('registry.example/gone:c', new Date());
    });
    expect(events.slice(3).map(({ event, data }) => [event, data])).toEqual([
      ['removed', { id: ids[0] }],
      ['removed', { id: ids[1] }],
      ['image', expect.objectContaining({ reference: 'registry.example/gone:c' })],
    ]);
  });

  it('is not told one by one where it is too much', async () => {
    const { images } = service.store;
    const isTooMuch = (events: readonly StreamEvent[]) => events.some(({ event }) => event === 'images');
    const events = await whenFollowed(isTooMuch, async () => {
      await Promise.all(Array.from({ length: 300 }, (_, n) => images.submit(`registry.example/many:${n}`, new Date())));
    });
    expect(events.filter(({ event }) => event === 'image').length).toBeLessThan(300);
    // What happened is over: nobody is to ask again at each look.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const later = await whenFollowed(2, async () => {
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await images.submit('registry.example/many:last', new Date());
    });
    expect(later[1]).toMatchObject({ event: 'image', data: { reference: 'registry.example/many:last' } });
  });
});
