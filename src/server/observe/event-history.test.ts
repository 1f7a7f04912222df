import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { EventHistory, type Followed } from './event-history.ts';

const limits = { events: 5, characters: 400, charactersOfOne: 100 };

async function read(history: EventHistory, after: number, most = 1000): Promise<Followed[]> {
  const read: Followed[] = [];
  for await (const item of history.follow(after, systemClock, 5, new AbortController().signal)) {
    read.push(item);
    if (item === 'quiet' || read.length >= most) break;
  }
  return read;
}

describe('the events of a run', () => {
  it('are told from where a follower left off, with a word on what was forgotten', async () => {
    const history = new EventHistory(limits);
    for (let n = 1; n <= 8; n++) history.add('step', { n });
    const told = await read(history, 1);
    expect(told[0]).toEqual({ missed: 2, before: 4 });
    expect(told.slice(1, -1)).toEqual([4, 5, 6, 7, 8].map((n) => ({ sequence: n, name: 'step', data: `{"n":${n}}` })));
    expect(told.at(-1)).toBe('quiet');
    expect((await read(history, 7)).slice(0, -1)).toMatchObject([{ sequence: 8 }]);
  });

  it('begin anew for who knows more than there was, and end with the last one', async () => {
    const history = new EventHistory(limits);
    history.add('state', {});
    history.end('end', {});
    history.add('step', {});
    expect(await read(history, 99)).toMatchObject([{ name: 'state' }, { name: 'end' }]);
    expect(await read(history, 2)).toEqual([]);
  });

  it('are bounded, whatever comes and whoever follows, and no terminal obeys them', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 2000 });
    const data = fc.record({ text, list: fc.array(text, { maxLength: 60 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(data, { maxLength: 30 }), fc.nat(40), async (all, after) => {
        const history = new EventHistory(limits);
        for (const one of all) history.add('port', one);
        history.end('end', {});
        const told = await read(history, after);
        const events = told.filter((item) => typeof item === 'object' && 'sequence' in item);
        expect(events.length).toBeLessThanOrEqual(limits.events);
        for (const { data: line } of events) {
          expect(line.length).toBeLessThanOrEqual(limits.charactersOfOne);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
          JSON.parse(line);
        }
        const missed = told.flatMap((item) => (typeof item === 'object' && 'missed' in item ? [item.missed] : []));
        const from = after > all.length + 1 ? 0 : after;
        expect(events.length + (missed[0] ?? 0)).toBe(all.length + 1 - from);
      }),
    );
  });

  it('reach whoever waits for them at once, and nobody who is gone', async () => {
    const history = new EventHistory(limits);
    const gone = new AbortController();
    const told: Followed[] = [];
    const following = (async () => {
      for await (const item of history.follow(0, systemClock, 60_000, gone.signal)) told.push(item);
    })();
    await new Promise((resolve) => setTimeout(resolve, 5));
    history.add('step', { n: 1 });
    await expect.poll(() => told.length).toBe(1);
    gone.abort();
    history.add('step', { n: 2 });
    await following;
    expect(told).toHaveLength(1);
  });
});
