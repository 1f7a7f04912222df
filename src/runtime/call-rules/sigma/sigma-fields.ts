import type { Evaluation } from '../evaluation.ts';

type Read = (evaluation: Evaluation) => string | undefined;

/** Fields of process creations, as Sysmon for Linux names them. */
export const sigmaFields: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['Image', ({ event, process }) => (event.kind === 'exec' ? (event.path ?? process?.path) : undefined)],
  ['CommandLine', ({ event }) => (event.kind === 'exec' ? event.arguments.join(' ') : undefined)],
  ['CurrentDirectory', ({ process }) => process?.directory],
  ['ParentImage', ({ ancestors }) => ancestors[0]?.path],
  ['ParentCommandLine', ({ ancestors }) => ancestors[0]?.arguments.join(' ')],
  ['ProcessId', ({ event }) => String(event.pid)],
  ['ParentProcessId', ({ process }) => (process?.parent === undefined ? undefined : String(process.parent))],
  [
    'User',
    ({ process, source }) =>
      process?.uid === undefined
        ? undefined
        : (source.users?.get(process.uid) ?? (process.uid === 0 ? 'root' : String(process.uid))),
  ],
]);

/** Fields that are known and that no tracer of ours tells. */
export const unknownSigmaFields: ReadonlyMap<string, string> = new Map([
  ['LogonId', 'a container has no login'],
  ['TerminalSessionId', 'terminals of processes are not known'],
  ['ProcessGuid', 'processes have no number of their own'],
  ['ParentProcessGuid', 'processes have no number of their own'],
  ['Hashes', 'digests of programs are not taken'],
  ['md5', 'digests of programs are not taken'],
  ['sha1', 'digests of programs are not taken'],
  ['sha256', 'digests of programs are not taken'],
  ['OriginalFileName', 'only programs of Windows tell it'],
]);
