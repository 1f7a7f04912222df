import type { ContainerDescription } from '../../net/container-engine/containers.ts';
import { listField, recordField, textField } from '../../net/container-engine/json-fields.ts';

/** Capabilities with which a container can leave its bounds, or look at what others do (capabilities(7)). */
const dangerous: ReadonlySet<string> = new Set([
  'ALL',
  'SYS_ADMIN',
  'SYS_MODULE',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_BOOT',
  'DAC_READ_SEARCH',
  'NET_ADMIN',
  'BPF',
  'PERFMON',
  'MAC_ADMIN',
]);

const engineSocket = /\/(?:docker|containerd|crio|podman)\.sock$/;
/** Folders of the host that hold the whole of it: whoever writes there is the host. */
const hostFolders = /^\/(?:|etc|root|proc|sys|dev|boot|usr|var|var\/run|run|var\/lib|var\/lib\/docker|home)\/?$/;

/** What a container can do more than it should, sorted: `privileged`, `engine-socket`, `capability:SYS_ADMIN`. */
export function powersOf({ hostConfig, mounts }: ContainerDescription): readonly string[] {
  const powers = new Set<string>();
  if (hostConfig['Privileged'] === true) powers.add('privileged');
  if (textField(hostConfig, 'NetworkMode') === 'host') powers.add('host-network');
  if (textField(hostConfig, 'PidMode') === 'host') powers.add('host-pid');
  if (textField(hostConfig, 'IpcMode') === 'host') powers.add('host-ipc');
  for (const item of listField(hostConfig, 'CapAdd').slice(0, 100)) {
    const name = typeof item === 'string' ? item.toUpperCase().replace(/^CAP_/, '') : '';
    if (dangerous.has(name)) powers.add(`capability:${name}`);
  }
  for (const item of listField(hostConfig, 'SecurityOpt').slice(0, 100)) {
    if (item === 'seccomp=unconfined' || item === 'apparmor=unconfined') powers.add(item.replace('=', '-'));
  }
  if (Object.keys(recordField(hostConfig, 'Devices')).length > 0 || listField(hostConfig, 'Devices').length > 0)
    powers.add('devices');
  for (const { type, source = '', destination, writable } of mounts.slice(0, 1000)) {
    if (engineSocket.test(source) || engineSocket.test(destination)) powers.add('engine-socket');
    else if (type === 'bind' && hostFolders.test(source)) {
      powers.add(writable ? 'host-folder' : 'host-folder-read');
    }
  }
  return [...powers].sort();
}
