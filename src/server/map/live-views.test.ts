import { describe, expect, test } from 'vitest';
import { handClock, query, smallReport } from '../../../test/support/small-map.ts';
import { type Logger, silent } from '../../log.ts';
import { Fleet } from './fleet.ts';
import { Knowledge } from './knowledge.ts';
import { LiveViews } from './live-views.ts';
import { Worlds } from './worlds.ts';

interface Told {
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

/** Somebody who follows, until they go. */
function follower(slow = false) {
  const gone = new AbortController();
  const told: Told[] = [];
  let read = Promise.withResolvers<void>();
  return {
    told,
    go: () => gone.abort(),
    readOn: () => {
      read.resolve();
      read = Promise.withResolvers();
    },
    stream: {
      signal: gone.signal,
      async send(name: string, id: string, data: string) {
        told.push({ name, id, data });
        if (slow) await read.promise;
      },
      beat: async () => {},
    },
  };
}

function parts(log: Logger = silent) {
  const clock = handClock();
  const fleet = new Fleet();
  const worlds = new Worlds(fleet, new Knowledge(undefined), clock);
  let sequence = 0;
  const tell = (names: readonly string[]): void => {
    clock.pass(1000);
    fleet.take(
      smallReport({ id: 'a', containers: names.map((name) => ({ name })) }, { sequence: sequence++ }),
      'a',
      clock.now(),
    );
  };
  const views = new LiveViews(
    () => worlds.now(),
    () => worlds.mark(),
    { clock, log },
  );
  return { clock, tell, views };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('those who follow a view', () => {
  test('are all told the same, worked out once', async () => {
    const { tell, views } = parts();
    tell(['x']);
    const [one, other] = [follower(), follower()];
    const following = [one, other].map(({ stream }) => views.follow(query(), undefined, stream));
    await until(() => one.told.length === 1 && other.told.length === 1);
    tell(['x', 'y']);
    await until(() => one.told.length === 2 && other.told.length === 2);
    expect(one.told.map(({ name }) => name)).toEqual(['snapshot', 'change']);
    expect(other.told).toEqual(one.told);
    for (const { go } of [one, other]) go();
    await Promise.all(following);
    await views.stop();
  });

  test('and read slowly hold up nobody, and miss nothing', async () => {
    const { tell, views } = parts();
    tell(['x']);
    const [slow, quick] = [follower(true), follower()];
    const following = [slow, quick].map(({ stream }) => views.follow(query(), undefined, stream));
    await until(() => quick.told.length === 1);
    for (let count = 1; count <= 5; count++) {
      tell(Array.from({ length: count + 1 }, (_, index) => `c${index}`));
      await until(() => quick.told.length === count + 1);
    }
    expect(slow.told).toHaveLength(1);
    while (slow.told.length < 6) {
      slow.readOn();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(slow.told).toEqual(quick.told);
    for (const one of [slow, quick]) one.go();
    slow.readOn();
    await Promise.all(following);
    await views.stop();
  });

  test('who were away for long get a snapshot', async () => {
    const { tell, views } = parts();
    tell(['x']);
    const first = follower();
    const following = views.follow(query(), undefined, first.stream);
    await until(() => first.told.length === 1);
    for (let count = 0; count < 130; count++) {
      tell([`c${count}`]);
      await until(() => first.told.length === count + 2);
    }
    const late = follower();
    const again = views.follow(query(), first.told[0]!.id, late.stream);
    await until(() => late.told.length === 1);
    expect(late.told[0]!.name).toBe('snapshot');
    for (const one of [first, late]) one.go();
    await Promise.all([following, again]);
    await views.stop();
  });

  test('of one that cannot be shown are let go, and the others go on', async () => {
    const errors: string[] = [];
    const { tell, views } = parts({ ...silent, error: (_, message) => void errors.push(message) });
    tell(['x']);
    let isBroken = false;
    const broken = Object.defineProperty(query(), 'host', {
      enumerable: true,
      get: () => {
        if (isBroken) throw new URIError('URI malformed');
        return 'name-of-a';
      },
    });
    const [one, other] = [follower(), follower()];
    const letGo = views.follow(broken, undefined, one.stream);
    const following = views.follow(query(), undefined, other.stream);
    await until(() => one.told.length === 1 && other.told.length === 1);
    isBroken = true;
    tell(['x', 'y']);
    await letGo;
    await until(() => other.told.length === 2);
    tell(['x', 'y', 'z']);
    await until(() => other.told.length === 3);
    expect(one.told).toHaveLength(1);
    expect(errors).toEqual(['a view of the map cannot be shown']);
    other.go();
    await following;
    await views.stop();
  });

  test('that one client brings are so few that others have room', async () => {
    const { tell, views } = parts();
    tell(['x']);
    const all = Array.from({ length: 12 }, (_, index) => ({ own: query({ host: `f${index}` }), by: follower() }));
    const following = all.map(({ own, by }) => {
      views.admit(own, 'token:greedy');
      return views.follow(own, undefined, by.stream);
    });
    await until(() => all.every(({ by }) => by.told.length === 1));
    expect(() => views.admit(query({ host: 'more' }), 'token:greedy')).toThrow('12 different views');
    expect(() => views.admit(all[0]!.own, 'token:greedy')).not.toThrow();
    expect(() => views.admit(query({ host: 'more' }), 'token:other')).not.toThrow();
    for (const { by } of all) by.go();
    await Promise.all(following);
    expect(() => views.admit(query({ host: 'another' }), 'token:greedy')).not.toThrow();
    await views.stop();
  });

  test('are as many views as are kept; whoever only looks is answered all the same', async () => {
    const { tell, views } = parts();
    tell(['x']);
    for (let count = 0; count < 80; count++) expect(views.snapshot(query({ host: `h${count}` })).revision).toBe(1);
    const all = Array.from({ length: 50 }, (_, index) => ({ own: query({ host: `f${index}` }), by: follower() }));
    const following = all.map(({ own, by }) => views.follow(own, undefined, by.stream));
    await until(() => all.every(({ by }) => by.told.length === 1));
    expect(() => views.admit(query({ host: 'more' }), 'x')).toThrow('As many views');
    expect(views.snapshot(query({ host: 'name-of-a' }))).toMatchObject({
      revision: 0,
      nodes: [{ label: 'x' }, { kind: 'host' }],
    });
    expect(() => views.admit(all[0]!.own, 'x')).not.toThrow();
    for (const { by } of all) by.go();
    await Promise.all(following);
    await views.stop();
  });
});
