import { describe, expect, it } from 'vitest';
import { readNoticeDate } from './date.ts';

describe('readNoticeDate', () => {
  it.each([
    ['2018-01-11 21:05', '2018-01-11T21:05:00Z'],
    ['2022-11-08 09:19:42', '2022-11-08T09:19:42Z'],
    ['2025-06-11T19:52:52Z', '2025-06-11T19:52:52Z'],
    ['2023-06-27 00:00:00.123456', '2023-06-27T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
  ])('%s is %s', (text, moment) => {
    expect(readNoticeDate(text)).toBe(moment);
  });

  it.each([
    ['pitfall 26: the year 1', '0001-01-01 00:00:00'],
    ['a day that no calendar has', '2023-02-30 00:00'],
    ['a month that there is not', '2023-13-01'],
    ['an hour that there is not', '2023-01-01 25:00'],
    ['nothing', ''],
    ['words', 'yesterday'],
  ])('%s is unknown', (_, text) => {
    expect(readNoticeDate(text)).toBeUndefined();
  });
});
