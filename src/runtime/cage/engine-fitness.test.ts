import { describe, expect, it } from 'vitest';
import { UsageError } from '../../errors.ts';
import type { EngineInfo } from '../../net/container-engine/engine-info.ts';
import { unheldSettings } from './cage-check.ts';
import { demandFitness, engineWeaknesses } from './engine-fitness.ts';

const fit: EngineInfo = {
  os: 'linux',
  architecture: 'amd64',
  limits: { memory: true, swap: true, processors: true, processes: true },
  security: ['seccomp'],
  rootless: false,
  userNamespaces: false,
  runtimes: ['runc'],
};
const without = (name: keyof EngineInfo['limits']): EngineInfo => ({
  ...fit,
  limits: { ...fit.limits, [name]: false },
});

describe('engineWeaknesses', () => {
  it('finds nothing where an engine has all', () => {
    expect(engineWeaknesses(fit, 'docker')).toEqual([]);
  });

  it.each([
    ['memory', without('memory'), true],
    ['swap', without('swap'), false],
    ['processors', without('processors'), false],
    ['processes', without('processes'), true],
    ['seccomp', { ...fit, security: [] }, true],
    ['platform', { ...fit, os: 'windows' }, true],
  ] as const)('tells of %s', (what, info, grave) => {
    expect(engineWeaknesses(info, 'docker')).toMatchObject([{ what, grave }]);
  });

  it('needs no filter of system calls below gVisor', () => {
    expect(engineWeaknesses({ ...fit, security: [] }, 'podman', 'runsc')).toEqual([]);
  });
});

describe('demandFitness', () => {
  const weak = engineWeaknesses({ ...without('memory'), security: [] }, 'podman');

  it('refuses, and says what to do', () => {
    const demand = (): unknown => demandFitness('the engine', weak, false);
    expect(demand).toThrow(UsageError);
    expect(demand).toThrow(/cannot limit memory.*seccomp.*Nothing was run.*--accept-weak-cage/);
  });

  it("goes on with the user's word, and tells of all", () => {
    expect(demandFitness('the engine', weak, true).map(({ what }) => what)).toEqual([
      'memory',
      'seccomp',
      'user-namespaces',
    ]);
  });

  it('takes what is not grave', () => {
    expect(demandFitness('the engine', engineWeaknesses(without('swap'), 'docker'), false)).toHaveLength(1);
  });
});

describe('unheldSettings', () => {
  const settings = {
    image: 'x',
    network: 'none',
    memoryBytes: 100,
    processes: 10,
    capabilitiesAdded: ['CHOWN'],
  };
  const held = { Memory: 100, PidsLimit: 10, Privileged: false, CapAdd: ['CAP_CHOWN'], PidMode: '' };
  const described = (hostConfig: object, more: object = {}) =>
    ({ hostConfig: { ...held, ...hostConfig }, mounts: [], networkMode: 'none', ...more }) as unknown as Parameters<
      typeof unheldSettings
    >[0];

  it('finds nothing where all is as it was asked for', () => {
    expect(unheldSettings(described({}), settings, fit)).toEqual([]);
  });

  it.each([
    ['a limit that was dropped', { Memory: 0 }, {}, 'Memory has no limit.'],
    ['processes without a limit', { PidsLimit: null }, {}, 'Processes have no limit.'],
    ['privileges', { Privileged: true }, {}, 'It is privileged.'],
    ['no word on privileges', { Privileged: undefined }, {}, 'It is privileged.'],
    ['more capabilities', { CapAdd: ['CHOWN', 'SYS_ADMIN'] }, {}, 'It has more capabilities.'],
    ["the machine's processes", { PidMode: 'host' }, {}, 'It shares a namespace with the machine (PidMode).'],
    ['devices', { Devices: [{}] }, {}, 'It has devices of the machine.'],
    ['published ports', { PortBindings: { '80/tcp': [{}] } }, {}, 'Ports of it are published.'],
    ['another network', {}, { networkMode: 'bridge' }, 'Its network is "bridge".'],
    [
      'folders of the machine',
      {},
      { mounts: [{ type: 'bind', destination: '/run', writable: true }] },
      'Folders of the machine are in it: /run.',
    ],
  ])('tells of %s', (_, hostConfig, more, sentence) => {
    expect(unheldSettings(described(hostConfig, more), settings, fit)).toEqual([sentence]);
  });
});
