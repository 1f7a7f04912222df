import { callNames } from '../call-names.ts';
import { callShapes, places } from './call-shapes.ts';

/** Bytes of a string that are read at the most: what bpftrace can. */
export const STRING_BYTES = 1024;
/** Of the command line of a program. */
const COMMAND_BYTES = 1000;
const ADDRESS_BYTES = 110;

/**
 * The program that bpftrace runs (bpftrace(8)): one line for each call of a process that has another set of mounts than this
 * machine, when it returns. Arguments are read then, since the kernel has seen to it that they are in memory.
 * @param separator stands between texts: nobody who could write it into a name knows it
 * @param mounts the namespace of this machine
 * @returns undefined for an architecture whose calls are not known
 */
export function bpftraceProgram(architecture: string, separator: string, mounts: string): string | undefined {
  const numbers = new Map([...callNames(architecture)].map(([number, name]) => [name, number]));
  if (numbers.size === 0 || !/^\w+$/.test(separator) || !/^\d+$/.test(mounts)) return undefined;
  const shapes = Object.entries(callShapes).flatMap(([name, shape]) => {
    const number = numbers.get(name);
    return number === undefined ? [] : [{ number, shape }];
  });
  // bpftrace may have mounts of its own.
  const foreign = `curtask->nsproxy->mnt_ns->ns.inum != (uint32)${mounts} && pid != @self`;
  const execs = ['execve', 'execveat'].map((name) => numbers.get(name) ?? -1);
  const any = (list: readonly number[], what: string): string => list.map((one) => `${what} == ${one}`).join(' || ');
  const arguments_ = [0, 1, 2, 3, 4, 5];
  const head = '%u %llu %d %d %d';
  const who = 'curtask->nsproxy->mnt_ns->ns.inum, nsecs, tid, pid, uid';
  const values = '%lld %lld %lld %lld %lld %lld %lld %lld';
  const what = `$id, args.ret, ${arguments_.map((at) => `@a${at}[tid]`).join(', ')}`;
  const text = (at: number): string => `str(uptr(@a${at}[tid]))`;
  // One way of printing for each set of places that strings and addresses have.
  const byPlaces = Map.groupBy(shapes, ({ shape }) => places(shape));
  const prints = [...byPlaces].map(([key, of]) => {
    const at = key === '' ? [] : key.split(',');
    const form = at.map((place) => `${separator}${place.startsWith('A') ? '%r' : '%s'}`).join('');
    const read = at.map((place) =>
      place.startsWith('A')
        ? `, buf(uptr(@a${place[1]}[tid]), @a2[tid] > ${ADDRESS_BYTES} ? ${ADDRESS_BYTES} : @a2[tid])`
        : `, ${text(Number(place))}`,
    );
    return `if (${any(
      of.map(({ number }) => number),
      '$id',
    )}) { printf("S ${head} ${values}${form}\\n", ${who}, ${what}${read.join('')}); }`;
  });
  return `
BEGIN { @self = pid; printf("B %llu\\n", nsecs); }
tracepoint:raw_syscalls:sys_enter /${foreign} && (${any(
    execs.filter((one) => one >= 0),
    'args.id',
  )})/ {
  printf("C ${head}${separator}%s\\n", ${who}, str(uptr(args.id == ${execs[0]} ? args.args[0] : args.args[1])));
}
tracepoint:raw_syscalls:sys_enter /${foreign} && (${any(
    shapes.map(({ number }) => number),
    'args.id',
  )})/ {
  @id[tid] = args.id + 1;
${arguments_.map((at) => `  @a${at}[tid] = args.args[${at}];`).join('\n')}
}
tracepoint:raw_syscalls:sys_exit /@id[tid]/ {
  $id = (int64)@id[tid] - 1;
  ${prints.join('\n  else ')}
  delete(@id[tid]);
}
tracepoint:sched:sched_process_exec /${foreign}/ {
  $start = curtask->mm->arg_start;
  $bytes = curtask->mm->arg_end - $start;
  printf("E ${head}${separator}%r\\n", ${who}, buf(uptr($start), $bytes > ${COMMAND_BYTES} ? ${COMMAND_BYTES} : $bytes));
}
tracepoint:sched:sched_process_fork /${foreign}/ { printf("F ${head} %d\\n", ${who}, args.child_pid); }
tracepoint:sched:sched_process_exit /${foreign}/ { printf("X ${head} %d\\n", ${who}, curtask->exit_code); }
`;
}
