import type { ContainerSettings } from '../../net/container-engine/container-settings.ts';
import type { ContainerDescription } from '../../net/container-engine/containers.ts';
import type { EngineInfo } from '../../net/container-engine/engine-info.ts';
import {
  booleanField,
  integerField,
  listField,
  textField,
  textsField,
} from '../../net/container-engine/json-fields.ts';

/**
 * Holds what an engine made against what it was asked for: an engine may discard a limit with a warning, and settings of
 * its own may add to a container. What it said before that it cannot do is no surprise.
 * @returns sentences, one for each difference
 */
export function unheldSettings(
  { hostConfig, mounts, networkMode }: ContainerDescription,
  settings: ContainerSettings,
  info: Pick<EngineInfo, 'limits'>,
): readonly string[] {
  const found: string[] = [];
  const demand = (holds: boolean, sentence: string): void => {
    if (!holds) found.push(sentence);
  };
  const { limits } = info;
  demand(!limits.memory || integerField(hostConfig, 'Memory') === settings.memoryBytes, 'Memory has no limit.');
  demand(!limits.processes || integerField(hostConfig, 'PidsLimit') === settings.processes, 'Processes have no limit.');
  demand(booleanField(hostConfig, 'Privileged') === false, 'It is privileged.');
  demand(networkMode === settings.network, `Its network is ${JSON.stringify(networkMode)}.`);
  for (const key of ['PidMode', 'UTSMode', 'UsernsMode', 'IpcMode'] as const) {
    // Not CgroupnsMode: with cgroup 1 that of the machine is usual, and shows names alone.
    demand(textField(hostConfig, key) !== 'host', `It shares a namespace with the machine (${key}).`);
  }
  demand(listField(hostConfig, 'Devices').length === 0, 'It has devices of the machine.');
  demand(Object.values(hostConfig['PortBindings'] ?? {}).length === 0, 'Ports of it are published.');
  const added = new Set(textsField(hostConfig, 'CapAdd').map(bare));
  const wanted = new Set((settings.capabilitiesAdded ?? []).map(bare));
  demand(
    [...added].every((name) => wanted.has(name)),
    'It has more capabilities.',
  );
  const binds = mounts.filter(({ type }) => type === 'bind');
  demand(
    binds.length === 0,
    `Folders of the machine are in it: ${binds.map(({ destination }) => destination).join(', ')}.`,
  );
  return found;
}

function bare(capability: string): string {
  return capability.toUpperCase().replace(/^CAP_/, '');
}
