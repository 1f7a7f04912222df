import { describe, expect, it } from 'vitest';
import { UsageError } from '../../errors.ts';
import { endpointsOf } from './endpoint.ts';

describe('endpointsOf', () => {
  it.each([
    ['docker.io', 'https://registry-1.docker.io'],
    ['ghcr.io', 'https://ghcr.io'],
    ['registry.example:5000', 'https://registry.example:5000'],
    ['registry.example:443', 'https://registry.example'],
    ['localhost:5000', 'http://localhost:5000'],
    ['127.0.0.1', 'http://127.0.0.1'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['plain.example', 'http://plain.example'],
    ['plain.example:5000', 'https://plain.example:5000'],
    ['127.0.0.1.example.org', 'https://127.0.0.1.example.org'],
  ])('%s is at %s', (registry, origin) => {
    expect(endpointsOf(registry, { plainHttp: ['plain.example'] })).toEqual([
      { registry, origin, prefix: '', mirror: false },
    ]);
  });

  it('puts mirrors first, each with credentials and a connection of its own', () => {
    const mirrors = new Map([['docker.io', ['localhost:5000', 'mirror.example/proxy/hub/']]]);

    expect(endpointsOf('docker.io', { mirrors })).toEqual([
      { registry: 'localhost:5000', origin: 'http://localhost:5000', prefix: '', mirror: true },
      { registry: 'mirror.example', origin: 'https://mirror.example', prefix: 'proxy/hub/', mirror: true },
      { registry: 'docker.io', origin: 'https://registry-1.docker.io', prefix: '', mirror: false },
    ]);
    expect(endpointsOf('ghcr.io', { mirrors })).toHaveLength(1);
  });

  it.each(['https://mirror.example', 'mirror.example/../x', 'a b', 'user@host', 'host:99999', ''])(
    'refuses the mirror %j',
    (mirror) => {
      expect(() => endpointsOf('docker.io', { mirrors: new Map([['docker.io', [mirror]]]) })).toThrow(UsageError);
    },
  );
});
