import { shownText, suspicionsOf } from './commands.ts';
import { linesOf } from './config-lines.ts';
import type { PlaceSighting } from './sighting.ts';

/**
 * Lines of a PAM configuration that run a program, let everybody in, or load a module of an odd place (pam.d(5)).
 * `/etc/pam.conf` has the service in front.
 */
export function* readPam(text: string): Iterable<PlaceSighting> {
  let line: number | undefined;
  for (const { number, text: written } of linesOf(text)) {
    line ??= number;
    const match = /(?:^|\s)-?(auth|account|session|password)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$/i.exec(written);
    if (match === null) continue;
    const [, type = '', control = '', module = '', rest = ''] = match;
    const name = module.slice(module.lastIndexOf('/') + 1);
    if (name === 'pam_exec.so') {
      yield { rule: 'pam-exec', line: number, detail: `runs ${shownText(rest)} at each login` };
      const command = rest
        .split(/\s+/)
        .filter((word) => !/^(?:debug|expose_authtok|seteuid|quiet|quiet_log|stdout|log=\S*|type=\S*)$/.test(word));
      for (const { rule, detail } of suspicionsOf(command.join(' '))) yield { rule, line: number, detail };
    } else if (name === 'pam_permit.so' && type.toLowerCase() === 'auth' && /^sufficient$/i.test(control)) {
      yield { rule: 'pam-lets-in', line: number, detail: 'lets everybody in by pam_permit.so' };
    } else if (module.startsWith('/') && !/^\/(?:usr\/)?lib(?:32|64)?\/(?:[\w-]+\/)?security\/[\w.-]+$/.test(module)) {
      yield { rule: 'pam-module', line: number, detail: `loads ${shownText(module)}` };
    }
  }
  if (line !== undefined) yield { rule: 'pam-changed', line, detail: 'is a configuration of PAM' };
}
