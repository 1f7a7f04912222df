import { posix } from 'node:path';
import { appletOf } from '../applet.ts';
import type { SocketProcess } from './socket-process.ts';

/** Programs that run a file, and which of their options take the next word along. */
const interpreters: readonly { readonly name: RegExp; readonly takes: ReadonlySet<string> }[] = [
  { name: /^(?:python|pypy)[\d.]*$/, takes: new Set(['-W', '-X', '--check-hash-based-pycs']) },
  {
    name: /^(?:node|nodejs|bun|deno)$/,
    takes: new Set(['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions']),
  },
  { name: /^java$/, takes: new Set(['-cp', '-classpath', '--class-path', '-p', '--module-path', '--add-modules']) },
  { name: /^(?:perl|ruby|jruby|irb)[\d.]*$/, takes: new Set(['-I', '-r']) },
  { name: /^(?:php|php-cgi|lua|luajit|tclsh|guile|Rscript)[\d.]*$/, takes: new Set(['-c', '-d', '-z']) },
  { name: /^(?:sh|bash|dash|ash|zsh|ksh)$/, takes: new Set(['-o', '--rcfile', '--init-file']) },
];

/** After these, what runs is text and no file. */
const inline = new Set(['-c', '-e', '-p', '-E', '--eval', '--print', '-']);

/**
 * What an interpreter runs, by its arguments: an absolute path of the container, or the name of a module or class as it
 * was given. Undefined for other programs, and where the arguments do not tell. A process may write its arguments anew.
 */
export function scriptOf(process: SocketProcess): string | undefined {
  const { executable, directory } = process;
  if (executable === undefined || process.gone !== undefined) return undefined;
  const applet = appletOf(executable, process.arguments);
  const program = applet?.name ?? posix.basename(executable);
  const interpreter = interpreters.find(({ name }) => name.test(program));
  if (interpreter === undefined) return undefined;
  const isJava = program === 'java';
  const words = (applet?.arguments ?? process.arguments).slice(1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const next = words[at + 1];
    if (word === '-jar' || (!isJava && (word === '-f' || word === '--file'))) return next && absolute(next, directory);
    if (word === '-m' || word === '--module') return next;
    if (interpreter.takes.has(word)) at++;
    else if (inline.has(word)) return undefined;
    else if (!word.startsWith('-')) return isJava ? word : absolute(word, directory);
  }
  return undefined;
}

function absolute(path: string, directory: string | undefined): string | undefined {
  if (path.startsWith('/')) return posix.normalize(path);
  return directory === undefined ? undefined : posix.join(directory, path);
}
