import type { ShellCommand } from '../model/shell-script.ts';
import { programOf } from './code-sources.ts';
import { connectionIn } from './code-texts.ts';
import { interpreterNames, shellNames } from './program-names.ts';

/**
 * How a command connects a shell with a host, in words that follow the command; undefined where it does not.
 * @param pipeline the commands of its pipeline, itself among them
 */
export function connectionOf(command: ShellCommand, pipeline: readonly ShellCommand[]): string | undefined {
  const program = programOf(command);
  const words = command.words.slice(1).map(({ text }) => text);
  if (command.redirections.some(({ target }) => /^\/dev\/(?:tcp|udp)\/./.test(target?.text ?? ''))) {
    // A look at whether a port is open is no shell.
    const isShell = program === '' || program === 'exec' || program === 'cat' || shellNames.test(program);
    return isShell || command.wrappers.some(({ name }) => name === 'exec') ? 'a connection by /dev/tcp' : undefined;
  }
  if (/^(?:nc|ncat|netcat)$/.test(program)) {
    const at = words.findIndex((word) => /^-[a-z]*[ec]$|^--(?:exec|sh-exec)$/.test(word));
    const joined = words.some((word) => /^--(?:exec|sh-exec)=.*sh\b/.test(word));
    if ((at >= 0 && /sh\b/.test(words[at + 1] ?? '')) || joined) return 'netcat hands a shell over';
  }
  // `cat fifo | sh -i | nc HOST PORT > fifo`, `nc HOST PORT < fifo | sh > fifo`: the shell answers to whoever is there.
  if (isConnector(command) && pipeline.some((other) => other !== command && answers(other, command))) {
    return 'what a shell says goes to a host';
  }
  if (
    program === 'socat' &&
    words.some((word) => /^(?:exec|system|shell):/i.test(word)) &&
    words.some((word) => /^(?:tcp|udp|openssl|sctp|vsock)/i.test(word))
  ) {
    return 'socat hands a program over';
  }
  if (!interpreterNames.test(program)) return undefined;
  const texts = command.redirections.map(({ document }) => document?.text ?? '');
  if (words.some((word) => /^-[a-zA-Z]{0,4}[cer]$/.test(word))) texts.push(words.join(' '));
  return texts.some((text) => connectionIn(text) !== undefined) ? 'code that connects a shell' : undefined;
}

function isConnector(command: ShellCommand): boolean {
  const program = programOf(command);
  return (
    /^(?:nc|ncat|netcat|telnet|socat)$/.test(program) ||
    (program === 'openssl' && command.words[1]?.text === 's_client')
  );
}

/** A shell that runs what it reads, and whose output goes on: to the right, or back by a file. */
function answers(shell: ShellCommand, connector: ShellCommand): boolean {
  if (!shellNames.test(programOf(shell)) || !shell.words.slice(1).every(({ text }) => text.startsWith('-')))
    return false;
  return shell.position < connector.position || shell.redirections.some(({ operator }) => operator.includes('>'));
}
