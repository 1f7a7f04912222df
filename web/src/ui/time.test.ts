import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

describe.each(['America/Los_Angeles', 'UTC', 'Pacific/Auckland'])('a day, seen in %s', (zone) => {
  const before = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = zone;
    vi.resetModules();
  });
  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it('is the same day everywhere; what is no day is shown', async () => {
    // Its formats are of the zone in which it begins.
    const { dayWords } = await import('./time.tsx');
    expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
    expect(dayWords('2026-05-04')).toBe('May 4, 2026');
    expect(dayWords('some day')).toBe('some day');
  });
});
