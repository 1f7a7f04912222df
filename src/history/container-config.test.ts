import { describe, expect, it } from 'vitest';
import { readContainerConfig } from './container-config.ts';

const nothing = { user: '', env: [], workingDirectory: '', volumes: [], ports: [], labels: [], onBuild: [], odd: [] };

describe('configuration of containers', () => {
  it('is empty where nothing is said', () => {
    expect(readContainerConfig({})).toEqual(nothing);
    expect(readContainerConfig({ Env: null, Volumes: null, Healthcheck: null })).toEqual(nothing);
  });

  it('is read whole', () => {
    const config = readContainerConfig({
      User: 'app:app',
      Env: ['A=1', 'B=', 'C', 'D=x=y'],
      Entrypoint: ['/run'],
      Cmd: ['-v'],
      WorkingDir: '/srv',
      Volumes: { '/data': {} },
      ExposedPorts: { '80/tcp': {}, '53/UDP': {}, 'many/tcp': {}, '99999': {} },
      Labels: { a: 'b' },
      OnBuild: ['RUN true'],
      StopSignal: 'SIGTERM',
      Shell: ['/bin/sh', '-c'],
      Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9, Retries: 3 },
    });
    expect(config).toEqual({
      user: 'app:app',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '' },
        { name: 'C', value: '' },
        { name: 'D', value: 'x=y' },
      ],
      entrypoint: ['/run'],
      command: ['-v'],
      workingDirectory: '/srv',
      volumes: ['/data'],
      ports: [
        { text: '99999', port: 99999, protocol: 'tcp' },
        { text: '80/tcp', port: 80, protocol: 'tcp' },
        { text: '53/UDP', port: 53, protocol: 'udp' },
        { text: 'many/tcp', protocol: 'tcp' },
      ],
      labels: [['a', 'b']],
      onBuild: ['RUN true'],
      stopSignal: 'SIGTERM',
      shell: ['/bin/sh', '-c'],
      healthcheck: { test: ['CMD', 'true'], interval: 1e9, retries: 3 },
      odd: [],
    });
  });

  it('names what is of another type, and takes the rest', () => {
    const config = readContainerConfig({
      User: 7,
      Env: ['A=1', 2],
      Cmd: 'sh',
      Volumes: ['/data'],
      Labels: { a: 1, b: 'c' },
      Healthcheck: { Test: 'true', Interval: '1s' },
    });
    expect(config).toMatchObject({ user: '', env: [{ name: 'A', value: '1' }], labels: [['b', 'c']], volumes: [] });
    expect(config.command).toBeUndefined();
    expect([...config.odd].sort()).toEqual([
      'Cmd',
      'Env',
      'Healthcheck.Interval',
      'Healthcheck.Test',
      'Labels',
      'User',
      'Volumes',
    ]);
  });

  it('takes no name for a field that every object has', () => {
    expect(readContainerConfig(JSON.parse('{"__proto__": {"User": "x"}}') as Record<string, unknown>)).toEqual(nothing);
    const odd = JSON.parse('{"Labels": {"__proto__": "x", "constructor": "y"}}') as Record<string, unknown>;
    expect(readContainerConfig(odd).labels).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
