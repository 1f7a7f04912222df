import { describe, expect, it } from 'vitest';
import { driftOf } from './drift.ts';

describe('what a run changed', () => {
  it('is told whatever its name, but for what is ours and the engine’s', () => {
    const changes = ['/.dockerenv', '/.gvisor.filestore.0f', '/.n/evil', '/.s', '/etc/hosts', '/tmp', '/tmp/x'].map(
      (path) => ({ path, change: path === '/tmp' ? ('changed' as const) : ('added' as const) }),
    );
    const { entries } = driftOf({ changes, cut: false }, new Set(['/.n/evil']), (path) => path === '/.s');
    expect(entries).toEqual([
      { path: '/.gvisor.filestore.0f', change: 'added' },
      { path: '/.n/evil', change: 'added', executable: true },
      { path: '/tmp/x', change: 'added' },
    ]);
  });
});
