import { describe, expect, it } from 'vitest';
import { readExposedPorts } from './exposed-ports.ts';

const shown = (value: unknown): string[] => readExposedPorts(value).map(({ port, protocol }) => `${port}/${protocol}`);

describe('ports that an image declares', () => {
  it.each([
    [{ '80/tcp': {}, '53/udp': {}, '8080': {} }, ['53/udp', '80/tcp', '8080/tcp']],
    [{ '6000-6002/udp': {} }, ['6000/udp', '6001/udp', '6002/udp']],
    [{ '80/TCP': {}, '80': {} }, ['80/tcp']],
    [{ '0/tcp': {}, '65536': {}, '70000-80000': {}, '9-1': {}, x: {}, '80/sctp': {}, '-5': {} }, []],
    [null, []],
    ['80/tcp', []],
    [undefined, []],
  ])('%j', (value, expected) => {
    expect(shown(value).sort()).toEqual(expected);
  });

  it('are bounded', () => {
    expect(readExposedPorts({ '1-65535': {} })).toHaveLength(4096);
  });
});
