import { type Suspicion, shownText, suspicionsOf } from './commands.ts';
import { linesOf } from './config-lines.ts';
import type { PlaceKind } from './places.ts';
import { readPam } from './read-pam.ts';
import { readSetting } from './read-setting.ts';
import { readSudoers } from './read-sudoers.ts';
import type { PlaceSighting } from './sighting.ts';

/** Sightings of one file. */
const MOST_OF_FILE = 20;

/**
 * What is to be said of a file that stands at a place where things start by themselves. Whether the file is as a package
 * brought it is not known here: the judge asks.
 * @param text UTF-8 or not: bytes that are none were replaced
 */
export function readPlace(kind: PlaceKind, text: string): readonly PlaceSighting[] {
  const seen: PlaceSighting[] = [];
  for (const one of sightings(kind, text)) {
    if (seen.length >= MOST_OF_FILE) break;
    seen.push(one);
  }
  return seen;
}

function* sightings(kind: PlaceKind, text: string): Iterable<PlaceSighting> {
  switch (kind) {
    case 'crontab':
      return yield* cronLines(text, true);
    case 'user-crontab':
      return yield* cronLines(text, false);
    case 'cron-script':
      return yield* wholeScript('cron-entry', 'is run by cron', text);
    case 'init-script':
      return yield* wholeScript('init-script', 'is run when the system starts', text);
    case 'unit':
      return yield* unitLines(text);
    case 'unit-generator':
      return yield* wholeScript('systemd-unit', 'makes units of systemd when the system starts', text);
    case 'shell-startup':
      yield* environmentLines(text);
      return yield* wholeScript('shell-startup', 'is read by every shell that starts', text);
    case 'user-shell-startup':
      yield* environmentLines(text);
      return yield* suspicionsOf(text);
    case 'preload':
      return yield* preloadLines(text);
    case 'linker-path':
      return yield* linkerLines(text);
    case 'pam':
      return yield* readPam(text);
    case 'keys':
      return yield* keyLines(text);
    case 'sudoers':
      return yield* readSudoers(text);
    case 'hosts-access':
      return yield* hostsLines(text);
    case 'inetd':
      return yield* inetdLines(text);
    case 'xinetd':
      return yield* xinetdLines(text);
    case 'udev':
      return yield* udevLines(text);
    case 'motd':
      return yield* wholeScript('motd-script', 'is run when somebody logs in', text);
    case 'apt-hook':
      return yield* aptLines(text);
    case 'dpkg-hook':
      return yield* dpkgLines(text);
    case 'package-hook':
      return yield* wholeScript('package-manager-hook', 'is run by the package manager', text);
    case 'environment':
      return yield* environmentLines(text);
    case 'python-path':
      return yield* pythonLines(text);
    case 'git-hook':
      return yield* wholeScript('git-hook', 'is run by git', text);
    case 'sshd-config':
      return yield* sshdLines(text);
    case 'event-script':
      return yield* wholeScript('event-command', 'is run when something happens to the system', text);
    case 'sshd':
    case 'device':
      return;
    default:
      yield* readSetting(kind, text);
  }
}

function* wholeScript(rule: PlaceSighting['rule'], detail: string, text: string): Iterable<PlaceSighting> {
  if (text.trim() === '') return;
  yield { rule, detail };
  const isCode = /^#!.*\b(?:python|perl|ruby|node|php)/.test(text.slice(0, 100));
  yield* suspicionsOf(text, { code: isCode });
}

/** What a single command of a place does. */
function* commandAt(command: string, line: number): Iterable<Suspicion> {
  for (const { rule, detail } of suspicionsOf(command)) yield { rule, line, detail };
}

function* cronLines(text: string, hasUser: boolean): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    if (/^\w+\s*=/.test(line)) {
      yield* environmentAt(line, number);
      continue;
    }
    const fields = line.startsWith('@') ? 1 : 5;
    const parts = line.split(/\s+/, fields + 1 + (hasUser ? 1 : 0));
    if (parts.length < fields + (hasUser ? 2 : 1)) continue;
    const command = restAfter(line, fields + (hasUser ? 1 : 0));
    yield { rule: 'cron-entry', line: number, detail: `has cron run ${shownText(command)}` };
    yield* commandAt(command, number);
  }
}

/** What stands behind so many words. */
function restAfter(line: string, words: number): string {
  let at = 0;
  for (let count = 0; count < words; count++) {
    while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
    while (at < line.length && isBlank(line.charCodeAt(at))) at++;
  }
  return line.slice(at);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** systemd.service(5): keys whose value is a command, behind marks of how it is started. */
function* unitLines(text: string): Iterable<PlaceSighting> {
  let isTold = false;
  for (const { number, text: line } of linesOf(text)) {
    const command = /^(?:Exec(?:Start|Stop|Reload|Condition)?(?:Pre|Post)?)\s*=\s*[-@:+!|]*\s*(.*)$/.exec(line)?.[1];
    if (command === undefined || command === '') continue;
    if (!isTold) yield { rule: 'systemd-unit', line: number, detail: `starts ${shownText(command)}` };
    isTold = true;
    yield* commandAt(command, number);
  }
}

function* preloadLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    yield { rule: 'ld-so-preload', line: number, detail: `has every program load ${shownText(line)}` };
  }
}

function* linkerLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    if (!/^\/(?:tmp|var\/tmp|dev\/shm|home\/|run\/|var\/run\/)/.test(line)) continue;
    yield { rule: 'linker-path', line: number, detail: `has libraries looked for in ${shownText(line)}` };
  }
}

/** sshd(8), "AUTHORIZED_KEYS FILE FORMAT". The key itself is no secret, but long. */
function* keyLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    const key = /(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[\w@.-]+)\s+[A-Za-z0-9+/=]+(?:\s+(.*))?$/.exec(line);
    if (key === null) continue;
    const options = line.slice(0, key.index).trim();
    const command = /(?:^|,)command="((?:[^"\\]|\\.)*)"/.exec(options)?.[1];
    const with_ = command === undefined ? '' : `, which runs ${shownText(command)}`;
    const comment = key[2] === undefined ? '' : ` of ${shownText(key[2]).slice(0, 60)}`;
    yield {
      rule: 'authorized-key',
      line: number,
      detail: `lets in who has the ${key[1]?.slice(0, 40)} key${comment}${with_}`,
    };
    if (command !== undefined) yield* commandAt(command.replaceAll('\\"', '"'), number);
  }
}

/** hosts_options(5): `spawn` and `twist` run a command when somebody connects. */
function* hostsLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    const command = /:\s*(?:spawn|twist)\s*(?:=|\s)\s*(.*)$/.exec(line)?.[1];
    if (command === undefined) continue;
    yield { rule: 'network-service-hook', line: number, detail: `runs ${shownText(command)} when somebody connects` };
    yield* commandAt(command.replace(/^\(|\)\s*&?$/g, ''), number);
  }
}

/** inetd.conf(5): service, socket, protocol, wait, user, program, arguments. */
function* inetdLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    const parts = line.split(/\s+/, 7);
    const program = parts[5];
    if (program === undefined || program === 'internal') continue;
    const command = restAfter(line, 6) || program;
    yield* serviceAt(program, command, number);
  }
}

function* xinetdLines(text: string): Iterable<PlaceSighting> {
  if (/^[ \t]*disable[ \t]*=[ \t]*yes/m.test(text)) return;
  const args = /^[ \t]*server_args[ \t]*=[ \t]*(.*)$/m.exec(text)?.[1] ?? '';
  for (const { number, text: line } of linesOf(text)) {
    const program = /^server\s*=\s*(\S+)/.exec(line)?.[1];
    if (program !== undefined) yield* serviceAt(program, `${program} ${args}`, number);
  }
}

function* serviceAt(program: string, command: string, line: number): Iterable<PlaceSighting> {
  if (/\/(?:ba|da|z|k|a)?sh$/.test(program)) {
    yield { rule: 'backdoor-command', line, detail: `gives a shell to whoever connects: ${shownText(command)}` };
    return;
  }
  yield { rule: 'network-service-hook', line, detail: `runs ${shownText(command)} when somebody connects` };
  yield* commandAt(command, line);
}

/** udev(7): `RUN{program}+="..."`, `PROGRAM="..."`, `IMPORT{program}="..."`. */
function* udevLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    for (const [, command = ''] of line.matchAll(
      /\b(?:RUN(?:\{program\})?|PROGRAM|IMPORT\{program\})\s*\+?:?==?\s*"([^"]*)"/g,
    )) {
      yield { rule: 'udev-command', line: number, detail: `runs ${shownText(command)} when a device appears` };
      yield* commandAt(command, number);
    }
  }
}

/** apt.conf(5): `DPkg::Post-Invoke { "..."; };` and its like. */
function* aptLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    if (!/\b(?:Pre|Post)-(?:Invoke|Install-Pkgs)|\bInvoke(?:-Success)?\b/i.test(line)) continue;
    for (const [, command = ''] of line.matchAll(/"([^"]*)"/g)) {
      // Images of Debian and Ubuntu throw archives away so, and nothing else.
      if (command === '' || /^rm -f [\w/.* -]+(?:\|\| true)?\s*$/.test(command)) continue;
      yield { rule: 'package-manager-hook', line: number, detail: `has apt run ${shownText(command)}` };
      yield* commandAt(command, number);
    }
  }
}

function* dpkgLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    const command = /^(?:pre|post)-invoke\s*=?\s*["']?(.*?)["']?$/.exec(line)?.[1];
    if (command === undefined) continue;
    yield { rule: 'package-manager-hook', line: number, detail: `has dpkg run ${shownText(command)}` };
    yield* commandAt(command, number);
  }
}

/** Variables by which programs load code that they were not made to load. */
const loading =
  /^(?:export\s+)?(LD_PRELOAD|LD_AUDIT|BASH_ENV|ENV|PROMPT_COMMAND|PYTHONSTARTUP|PERL5OPT|RUBYOPT|NODE_OPTIONS|JAVA_TOOL_OPTIONS|GIT_SSH_COMMAND)(?:\s+DEFAULT)?\s*=\s*(.*)$/;

function* environmentLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) yield* environmentAt(line, number);
}

function* environmentAt(line: string, number: number): Iterable<PlaceSighting> {
  const [, name, value = ''] = loading.exec(line) ?? [];
  if (name === undefined || value === '' || /^["']{2}$/.test(value)) return;
  if (name === 'NODE_OPTIONS' && !/(?:-r\b|--require|--import|--loader|--experimental-loader)/.test(value)) return;
  if (name === 'JAVA_TOOL_OPTIONS' && !value.includes('-javaagent') && !value.includes('-agent')) return;
  if (name === 'PROMPT_COMMAND' || name === 'GIT_SSH_COMMAND') {
    yield* commandAt(value.replace(/^["']|["']$/g, ''), number);
    return;
  }
  yield { rule: 'environment-loads', line: number, detail: `sets ${name} to ${shownText(value)}` };
}

/** site(3): lines of a `.pth` that begin with `import` are run; so is all of `sitecustomize`. */
const harmlessImports =
  /^import (?:os; var = 'SETUPTOOLS_USE_DISTUTILS'|sys, types, os;has_mfs = sys\.version_info|_virtualenv|__editable__\w*|_distutils_hack|site|sys; sys\.__plen|importlib\.util)/;

function* pythonLines(text: string): Iterable<PlaceSighting> {
  const isModule = !/^(?:import[ \t]|[^\n=()]*$)/m.test(text) || /^[ \t]*(?:def|class|try|from)\b/m.test(text);
  const dangerous = /\b(?:exec|eval|compile|__import__)\s*\(|base64|urlopen|urllib|socket|subprocess|os\.system|popen/i;
  for (const { number, text: line } of linesOf(text)) {
    if (isModule ? !dangerous.test(line) : !/^import[ \t]/.test(line)) continue;
    if (harmlessImports.test(line)) continue;
    const isGrave = dangerous.test(line);
    yield {
      rule: isGrave ? 'python-startup-code' : 'python-startup',
      line: number,
      detail: `has every Python run ${shownText(line)}`,
    };
  }
  yield* suspicionsOf(text, { code: true });
}

/** sshd_config(5): what lets people in that others would keep out. */
function* sshdLines(text: string): Iterable<PlaceSighting> {
  for (const { number, text: line } of linesOf(text)) {
    const setting =
      /^(PermitRootLogin|PermitEmptyPasswords|AuthorizedKeysCommand|AuthorizedKeysFile)\s*=?\s+(.*)$/i.exec(line);
    if (setting === null) continue;
    const [, name = '', value = ''] = setting;
    const isOpen = /^permit/i.test(name)
      ? /^yes\b/i.test(value)
      : /command/i.test(name)
        ? !/^none\b/i.test(value) &&
          !/\/(?:sss_ssh_authorizedkeys|google_authorized_keys|eic_run_authorized_keys)\b/.test(value)
        : /(?:^|\s)\/(?!etc\/ssh\/)/.test(value);
    if (isOpen) yield { rule: 'sshd-lets-in', line: number, detail: `says ${name} ${shownText(value)}` };
  }
}
