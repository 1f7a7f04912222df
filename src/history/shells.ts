/** The shell of a build file that names none (Dockerfile reference, SHELL). */
export const defaultShell: readonly string[] = ['/bin/sh', '-c'];

/** Shells that build files name, as the beginning of a command: longest first. */
const usual = [
  '/bin/bash -euxo pipefail -c ',
  '/bin/bash -eo pipefail -c ',
  '/bin/bash -o pipefail -c ',
  '/bin/ash -eo pipefail -c ',
  '/bin/sh -o pipefail -c ',
  '/bin/bash -lc ',
  '/bin/bash -ec ',
  '/bin/bash -c ',
  '/bin/dash -c ',
  '/bin/ash -c ',
  '/bin/zsh -c ',
  '/bin/sh -ec ',
  '/bin/sh -c ',
];

/** What a command can begin with where this shell is in force. */
export function shellBeginnings(shell: readonly string[]): string[] {
  return [`${shell.join(' ')} `, ...usual];
}

/** The shell that a command begins with: the one in force, or another of the usual form. */
export function shellOf(command: string, shell: readonly string[]): readonly string[] | undefined {
  if (command.startsWith(`${shell.join(' ')} `)) return shell;
  const other = /^(?:\/[\w./-]*\/)?(?:ba|da|a|z|k|mk)?sh(?: -[a-zA-Z]+| pipefail)* -[a-zA-Z]*c /.exec(
    command.slice(0, 200),
  );
  if (other !== null) return other[0].trimEnd().split(' ');
  const foreign = /^(?:cmd(?:\.exe)? \/S \/C |(?:\S*\/)?(?:powershell|pwsh)(?:\.exe)?(?: -\w+)* -Command )/i.exec(
    command.slice(0, 200),
  );
  return foreign === null ? undefined : foreign[0].trimEnd().split(' ');
}

/** Whether the shell is one whose language is read here. */
export function isReadable(shell: readonly string[]): boolean {
  return /(?:^|\/)(?:ba|da|a|z|k|mk)?sh$/.test(shell[0] ?? '');
}
