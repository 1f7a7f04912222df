import { describe, expect, it } from 'vitest';
import { makeView } from '../../../test/support/view.ts';
import { PackagePlaces } from '../package-places.ts';
import type { ListeningSocket } from '../sockets/listening.ts';
import { hasHealthcheck, untracedListeners, untracedProcesses } from './untraced-listeners.ts';

const socket = (port: number, pid?: number): ListeningSocket => ({
  ...{ protocol: 'tcp', family: 4, address: '0.0.0.0', port, inode: port, localOnly: false, holders: 1 },
  ...(pid !== undefined && { owner: { pid, name: 'x', executable: '/tmp/dropped', arguments: ['x'], uid: 0 } }),
});

describe('listeners of which a trace has no call', () => {
  it('are told, each once', () => {
    const found = untracedListeners([socket(80, 1), socket(81, 40), socket(82, 40), socket(83)], new Set([1]));
    expect(found.map(({ pid }) => pid)).toEqual([40]);
    expect(untracedProcesses(found, new PackagePlaces(makeView()), () => 'root')).toMatchObject([
      { pid: 40, executable: '/tmp/dropped', from: 'dropped', user: 'root', running: true, seenBy: 'proc' },
    ]);
  });
});

describe('a HEALTHCHECK', () => {
  it.each<[unknown, boolean]>([
    [{ Test: ['CMD', '/check'] }, true],
    [{ Test: ['CMD-SHELL', 'wget -q localhost'] }, true],
    [{ Test: ['NONE'] }, false],
    [{ Test: [] }, false],
    [{ Test: 'CMD' }, false],
    [null, false],
    [undefined, false],
  ])('%j: %s', (Healthcheck, expected) => {
    expect(hasHealthcheck({ Healthcheck })).toBe(expected);
  });
});
