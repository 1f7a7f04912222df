import { argumentNames, eventFields } from './event-fields.ts';
import type { Field } from './field.ts';
import { ownFields } from './own-fields.ts';
import { placeFields } from './place-fields.ts';
import { processFields } from './process-fields.ts';
import { targetFields } from './target-fields.ts';

/** All fields, those of one class together. */
export const fields: readonly Field[] = [
  ...eventFields,
  ...processFields,
  ...targetFields,
  ...placeFields,
  ...ownFields,
];

const byName: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.name, field]));

/** Fields of Falco that no tracer of ours can tell, by the beginning of their names, and why. */
export const unavailableFields: readonly (readonly [beginning: string, reason: string])[] = [
  ['evt.buffer', 'what is read and written is not kept'],
  ['evt.buflen', 'what is read and written is not kept'],
  ['evt.rawarg', 'raw arguments are not kept'],
  ['evt.args', 'arguments are not kept as one text'],
  ['evt.info', 'arguments are not kept as one text'],
  ['evt.latency', 'the start of calls is not kept'],
  ['evt.is_async', 'there are no such events'],
  ['evt.asynctype', 'there are no such events'],
  ['evt.plugin', 'there are no plugins'],
  ['proc.tty', 'terminals of processes are not known'],
  ['proc.sid', 'sessions of processes are not known'],
  ['proc.sname', 'sessions of processes are not known'],
  ['proc.vpgid', 'groups of processes are not known'],
  ['proc.pgid', 'groups of processes are not known'],
  ['proc.is_sid_leader', 'sessions of processes are not known'],
  ['proc.is_vpgid_leader', 'groups of processes are not known'],
  ['proc.is_pgid_leader', 'groups of processes are not known'],
  ['proc.loginshellid', 'sessions of processes are not known'],
  ['proc.exe_ino', 'numbers and times of files are not known'],
  ['proc.is_exe_writable', 'rights of files at that moment are not known'],
  ['proc.is_container_', 'probes of an orchestrator are not known'],
  ['proc.fd', 'open descriptors are not counted'],
  ['proc.vm', 'memory is not measured'],
  ['proc.nthreads', 'threads are not counted'],
  ['proc.nchilds', 'threads are not counted'],
  ['proc.pidns', 'namespaces of processes are not known'],
  ['thread.cap_', 'capabilities of processes are not known'],
  ['thread.', 'use of the processor, of memory and of groups is not measured'],
  ['user.login', 'a container has no login, and the number of the audit system is not known'],
  ['user.homedir', 'homes of users are not known'],
  ['user.shell', 'shells of users are not known'],
  ['fd.dev', 'numbers of files are not known'],
  ['fd.ino', 'numbers of files are not known'],
  ['fd.cip.name', 'names of clients are not known'],
  ['fd.lip.name', 'names of addresses of the container are not known'],
  ['fd.uid', 'descriptors have no number of their own'],
  ['fd.container', 'descriptors have no number of their own'],
  ['fd.', 'that is not known of descriptors'],
  ['fdlist.', 'lists of descriptors are not kept'],
  ['syslog.', 'messages to the system log are not read'],
  ['container.privileged', 'no cage is privileged'],
  ['container.mount', 'nothing of the host is mounted into a cage'],
  ['container.image', 'which of its names is meant is not known'],
  ['container.', 'that is not known of the container'],
  ['k8s.', 'there is no Kubernetes around the container'],
  ['k8smeta.', 'there is no Kubernetes around the container'],
  ['ka.', 'these are events of the audit log of Kubernetes, no calls'],
  ['jevt.', 'these are events of plugins, no calls'],
  ['fs.', 'use fd.name or evt.arg.path'],
];

/** How a field of a condition can be read. */
export type FieldLookup =
  | { readonly found: true; readonly field: Field; readonly argument: string | undefined }
  /** A field of Falco that cannot be told; `unknown`: not even Falco has it. */
  | { readonly found: false; readonly reason: string; readonly unknown: boolean };

/** Finds `proc.aname` with `[2]`, `evt.arg.flags`, `evt.arg[0]`, `evt.type.is.open`. */
export function lookUpField(name: string, argument: string | undefined): FieldLookup {
  if (name.startsWith('evt.arg.')) return lookUpArgument(name.slice('evt.arg.'.length));
  if (name === 'evt.arg') return lookUpArgument(argument ?? '');
  const field = byName.get(name);
  if (field !== undefined) {
    if (field.argument === undefined && argument !== undefined) {
      return { found: false, reason: `${name} takes nothing in brackets`, unknown: true };
    }
    return { found: true, field, argument };
  }
  const why = unavailableFields.find(([beginning]) => name.startsWith(beginning));
  if (why !== undefined) return { found: false, reason: why[1], unknown: false };
  return { found: false, reason: 'there is no such field', unknown: true };
}

function lookUpArgument(name: string): FieldLookup {
  if (argumentNames.includes(name)) return { found: true, field: byName.get('evt.arg')!, argument: name };
  return { found: false, reason: `the argument ${name} of calls is not kept`, unknown: false };
}
