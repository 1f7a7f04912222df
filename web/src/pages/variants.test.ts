import { expect, it } from 'vitest';
import type { ListedImage } from '../api/schema.ts';
import { platformToScan, severalPlatforms } from './variants.ts';

function listed(id: string, platform: string | undefined, latest: boolean, reference = 'app:1'): ListedImage {
  const findings = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
  return {
    ...{ id, reference, state: 'done', submitted: '2026-03-01T10:00:00.000Z', layers: [] },
    ...(platform !== undefined && { platform }),
    sums: { findings, fixable: 0, exploited: 0, kinds: {}, complete: true, latest },
  };
}

it('names the references whose platforms tell images apart', () => {
  const images = [
    listed('1', 'linux/amd64', true),
    listed('2', 'linux/arm64', true),
    listed('3', 'linux/amd64', true, 'other:1'),
    listed('4', 'linux/amd64', false, 'other:1'),
    listed('5', undefined, true, 'third:1'),
    listed('6', 'linux/amd64', true, 'third:1'),
  ];
  expect(severalPlatforms(images)).toEqual(new Set(['app:1']));
});

it('scans all platforms once more where all were submitted', () => {
  const [amd64, arm64] = [listed('2', 'linux/amd64', true), listed('3', 'linux/arm64', true)];
  const before = listed('1', 'linux/amd64', false);
  expect(platformToScan(amd64, [arm64, amd64, before])).toBe('all');
  expect(platformToScan(before, [arm64, amd64, before])).toBe('linux/amd64');
  expect(platformToScan(amd64, [amd64, before])).toBe('linux/amd64');
  expect(platformToScan(listed('1', undefined, true), [])).toBeUndefined();
});
