import { describe, expect, it } from 'vitest';
import { type UpdateHistory, untilUpdate } from './updater-schedule.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const now = 1_000_000 * HOUR;

describe('untilUpdate', () => {
  it.each<[string, Partial<UpdateHistory>, number]>([
    ['never updated: now', {}, 0],
    ['updated just now: an interval', { last: now }, HOUR],
    ['updated a while ago: the rest', { last: now - 20 * MINUTE }, 40 * MINUTE],
    ['updated long ago: now', { last: now - 5 * HOUR }, -4 * HOUR],
    ['spread by a tenth, five minutes at most', { last: now, chance: 1 }, HOUR + 5 * MINUTE],
    ['updated in the future: the clock was set back', { last: now + 9000 * HOUR }, 0],
    ['updated by a clock that is a little ahead: an interval', { last: now + 59 * MINUTE }, HOUR],
    ['looked itself, whatever another clock says', { last: now + 9000 * HOUR, looked: now - 20 * MINUTE }, 40 * MINUTE],
    ['looked itself later than the data is old', { last: now - 9 * HOUR, looked: now }, HOUR],
    ['looked itself in the future', { last: now - 20 * MINUTE, looked: now + 9000 * HOUR }, 40 * MINUTE],
    ['failed once: a minute', { failures: 1, failedAt: now }, MINUTE],
    ['failed often: twice as long each time', { failures: 4, failedAt: now }, 8 * MINUTE],
    ['failed for days: the interval', { failures: 900, failedAt: now }, HOUR],
    ['failed after a success: the failure counts', { last: now - 9 * HOUR, failures: 1, failedAt: now }, MINUTE],
    ['failed in the future', { failures: 1, failedAt: now + HOUR }, 0],
  ])('%s', (_, history, expected) => {
    expect(untilUpdate({ failures: 0, chance: 0, ...history }, HOUR, now)).toBe(expected);
  });
});
