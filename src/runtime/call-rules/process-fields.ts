import type { CallProcess } from '../../model/call.ts';
import { argumentLine, commandLine, type Evaluation } from './evaluation.ts';
import type { Field, FieldType, FieldValue } from './field.ts';

type ReadProcess = (process: CallProcess, evaluation: Evaluation) => FieldValue;

/** A field of the process that makes the call. */
const own = (name: string, type: FieldType, meaning: string, read: ReadProcess): Field => ({
  name,
  type,
  meaning,
  read: (evaluation) => (evaluation.process === undefined ? undefined : read(evaluation.process, evaluation)),
});

/** The same of its parent. */
const ofParent = (name: string, type: FieldType, meaning: string, read: ReadProcess): Field => ({
  name,
  type,
  meaning,
  read: (evaluation) => {
    const parent = evaluation.ancestors[0];
    return parent === undefined ? undefined : read(parent, evaluation);
  },
});

/** `[0]` is the process itself, `[1]` its parent; without brackets any ancestor. */
const ofAncestors = (name: string, type: FieldType, meaning: string, read: ReadProcess): Field => ({
  name,
  type,
  meaning: `${meaning} of an ancestor: \`[1]\` is the parent; without a number any of them`,
  argument: 'may',
  read: (evaluation, argument) => {
    const { ancestors, process } = evaluation;
    if (argument !== undefined) {
      const wanted = Number(argument) === 0 ? process : ancestors[Number(argument) - 1];
      return wanted === undefined ? undefined : read(wanted, evaluation);
    }
    const values = ancestors.map((ancestor) => read(ancestor, evaluation)).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : (values as readonly string[]);
  },
});

const exe: ReadProcess = ({ arguments: [first], path }) => first ?? path;
const exePath: ReadProcess = ({ path }) => path;
const name: ReadProcess = (process) => process.name;
const pid: ReadProcess = (process) => process.pid;

/** `proc.*`, `thread.*`, `user.*`, `group.*`. */
export const processFields: readonly Field[] = [
  own('proc.pid', 'number', 'number of the process in the container', pid),
  own('proc.vpid', 'number', 'the same', pid),
  own('proc.ppid', 'number', 'number of its parent', ({ parent }) => parent),
  own('proc.pvpid', 'number', 'the same', ({ parent }) => parent),
  own('proc.name', 'text', 'short name: 15 bytes of the name of the program', name),
  own('proc.exe', 'text', 'first argument, as the program was called', exe),
  own('proc.exepath', 'text', 'path of the program', exePath),
  own('proc.args', 'text', 'arguments without the first, joined by blanks', argumentLine),
  own('proc.cmdline', 'text', 'short name and arguments', (_, evaluation) => evaluation.commandLine),
  own('proc.exeline', 'text', 'all arguments', (process) => process.arguments.join(' ')),
  own('proc.cmdnargs', 'number', 'number of arguments without the first', (process) =>
    Math.max(0, process.arguments.length - 1),
  ),
  own('proc.cwd', 'text', 'current directory, with a slash at its end', ({ directory }) =>
    directory === undefined ? undefined : directory.endsWith('/') ? directory : `${directory}/`,
  ),
  own('proc.env', 'text', 'environment, when a program starts', (_, { event }) =>
    event.kind === 'exec' ? event.environment?.join(' ') : undefined,
  ),
  own('proc.duration', 'number', 'nanoseconds since the process started', ({ startedAt }, { event }) =>
    Math.max(0, Math.round((event.at - startedAt) * 1e9)),
  ),
  own('proc.pid.ts', 'number', 'start of the process, nanoseconds since 1970', ({ startedAt }) =>
    Math.round(startedAt * 1e9),
  ),
  own(
    'proc.is_exe_upper_layer',
    'boolean',
    'the program is no file of the image, or was written since',
    ({ path }, { source, history }) =>
      path?.startsWith('/') === true ? !source.image.has(path) || history.wrote(path) : undefined,
  ),
  own('proc.is_exe_from_memfd', 'boolean', 'the program is in memory alone', ({ path }, { event }) =>
    event.kind === 'exec' && event.memory !== undefined ? event.memory : /^\/?memfd:/.test(path ?? ''),
  ),
  ofParent('proc.pname', 'text', 'short name of the parent', name),
  ofParent('proc.pexe', 'text', 'first argument of the parent', exe),
  ofParent('proc.pexepath', 'text', 'program of the parent', exePath),
  ofParent('proc.pcmdline', 'text', 'short name and arguments of the parent', commandLine),
  ofParent('proc.ppid.duration', 'number', 'nanoseconds since the parent started', ({ startedAt }, { event }) =>
    Math.max(0, Math.round((event.at - startedAt) * 1e9)),
  ),
  ofAncestors('proc.aname', 'text', 'short name', name),
  ofAncestors('proc.aexe', 'text', 'first argument', exe),
  ofAncestors('proc.aexepath', 'text', 'program', exePath),
  ofAncestors('proc.acmdline', 'text', 'short name and arguments', commandLine),
  ofAncestors('proc.apid', 'number', 'number', pid),
  {
    name: 'thread.tid',
    type: 'number',
    meaning: 'number of the thread in the container',
    read: ({ event }) => event.tid,
  },
  { name: 'thread.vtid', type: 'number', meaning: 'the same', read: ({ event }) => event.tid },
  {
    name: 'thread.ismain',
    type: 'boolean',
    meaning: 'whether it is the first thread',
    read: ({ event }) => event.tid === event.pid,
  },
  own('user.uid', 'number', 'number of the user', ({ uid }) => uid),
  own('user.name', 'text', 'name of the user in the image', ({ uid }, { source }) =>
    uid === undefined ? undefined : (source.users.get(uid) ?? (uid === 0 ? 'root' : undefined)),
  ),
  own('group.gid', 'number', 'number of the group', ({ gid }) => gid),
  own('group.name', 'text', 'name of the group in the image', ({ gid }, { source }) =>
    gid === undefined ? undefined : (source.groups.get(gid) ?? (gid === 0 ? 'root' : undefined)),
  ),
];
