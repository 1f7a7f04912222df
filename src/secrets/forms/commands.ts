import { isPlaceholder, isReference, makeOf } from '../placeholder.ts';
import type { Candidate, SecretRule } from '../secret-rule.ts';
import { isShown, useOf } from '../surroundings.ts';
import type { View } from '../view.ts';

/** Characters of a command that are looked at. */
const MOST = 400;

/** A program that is told a password as an argument: where in its arguments, the password being the last group. */
interface Told {
  readonly programs: readonly string[];
  readonly options: readonly RegExp[];
}

/** A word of a shell: quoted or not. */
const word = `(?:"([^"\\n]{3,200})"|'([^'\\n]{3,200})'|([^\\s"'|;&<>]{3,200}))`;
const option = (names: string): RegExp => new RegExp(`\\s(?:${names})${word}`);

const told: readonly Told[] = [
  { programs: ['mysql', 'mariadb'], options: [option('-p')] },
  {
    programs: ['curl '],
    options: [
      /\s(?:-u|--user|--proxy-user|-U)[ =]?(?:"[^":\n]{1,80}:([^"\n]{3,200})"|'[^':\n]{1,80}:([^'\n]{3,200})'|[^\s"':]{1,80}:([^\s"'|;&<>]{3,200}))/,
    ],
  },
  { programs: ['sshpass '], options: [option('-p ?')] },
  {
    programs: [
      'docker login',
      'podman login',
      'helm registry login',
      'buildah login',
      'crane auth login',
      'oras login',
    ],
    options: [option('-p ?')],
  },
  { programs: ['redis-cli'], options: [option('-a ')] },
  { programs: ['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapdelete', 'ldapwhoami'], options: [option('-w ?')] },
  { programs: ['mongo ', 'mongosh ', 'mongodump ', 'mongorestore ', 'mongoimport '], options: [option('-p ?')] },
  {
    programs: ['smbclient ', 'rpcclient ', 'mount.cifs', 'mount -t cifs'],
    options: [/\s-U ?["']?[^\s%"']{1,80}%([^\s"'|;&]{3,200})/, /[ ,]pass(?:word)?=([^\s,"']{3,200})/],
  },
  { programs: ['chpasswd', 'passwd --stdin'], options: [] },
  {
    programs: ['htpasswd '],
    options: [new RegExp(`\\s-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}\\s{1,3}\\S{1,200}\\s{1,3}\\S{1,80}\\s{1,3}${word}`)],
  },
  { programs: ['openssl '], options: [/\s-(?:pass|passin|passout|k)\s{1,3}(?:pass:)?["']?([^\s"'|;&:]{3,200})/] },
  { programs: ['zip -', 'unzip -', '7z ', '7za ', 'unrar '], options: [option('-P ?'), option('-p(?=[^\\s-])')] },
  { programs: ['sqlcmd ', 'bcp '], options: [option('-P ?')] },
  { programs: ['sqlplus ', 'exp ', 'imp ', 'impdp ', 'expdp '], options: [/\s["']?[\w$#]{1,40}\/([^\s"'@/]{3,100})@/] },
  { programs: ['rabbitmqctl '], options: [new RegExp(`(?:add_user|change_password)\\s{1,3}\\S{1,80}\\s{1,3}${word}`)] },
  { programs: ['az login', 'az acr login'], options: [option('-p ')] },
  { programs: ['snmpget', 'snmpwalk', 'snmpset'], options: [option('-A ?'), option('-X ?')] },
  { programs: ['psql ', 'pg_dump', 'createdb '], options: [] },
  { programs: ['nmcli '], options: [new RegExp(`\\spassword\\s${word}`)] },
  { programs: ['net use '], options: [/\s\/user:\S{1,80}\s([^\s/][^\s]{3,100})/i] },
  { programs: ['useradd ', 'usermod '], options: [option('(?:-p|--password) ?')] },
  { programs: ['ftp ', 'lftp '], options: [/\s-u\s{0,3}[^\s,]{1,80},([^\s"']{3,100})/] },
  { programs: ['svn ', 'mvn ', 'twine '], options: [option('-p ')] },
];

/** A password that a command is given, from the program on to the end of the command. */
function argumentOf(view: View, at: number, options: readonly RegExp[]): Candidate | undefined {
  const { text } = view;
  const line = /^[^\n\r]{0,400}/.exec(text.slice(at, at + MOST))?.[0] ?? '';
  for (const pattern of options) {
    const found = pattern.exec(line);
    const password = found?.slice(1).find((group) => group !== undefined);
    if (found === null || password === undefined) continue;
    // The command is over before it.
    if (/[;|]|&&/.test(line.slice(0, found.index).replace(/"[^"]*"|'[^']*'/g, ''))) continue;
    const start = at + found.index + found[0].lastIndexOf(password);
    const candidate = judged(view, password, start);
    if (candidate !== undefined) return candidate;
  }
  return undefined;
}

/** `echo user:password | chpasswd`, `echo 'password' | passwd --stdin user`. */
function pipedTo(view: View, at: number): Candidate | undefined {
  const from = Math.max(0, at - MOST);
  const before = view.text.slice(from, at);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const lineStart = at - line.length;
  const found =
    /(?:echo|printf)\s{1,3}(?:-[neE]{1,3}\s{1,3})?["']?(?:[\w.${}-]{1,60}:)?([^\s"':|\\]{4,200})(?:\\n)?["']?\s{0,5}\|\s{0,5}(?:sudo\s{1,3})?(?:\/usr)?(?:\/sbin\/)?$/.exec(
      line,
    );
  if (found === null) return undefined;
  return judged(view, found[1]!, lineStart + found.index + found[0].lastIndexOf(found[1]!));
}

function judged({ around }: View, password: string, start: number): Candidate | undefined {
  if (isReference(password) || isPlaceholder(password) || password.startsWith('-')) return undefined;
  const make = makeOf(password);
  const end = start + password.length;
  const use = around.kind === 'file' ? useOf(around.path) : 'own';
  const isOwn = use === 'own';
  if (use === 'prose' || (!isOwn && isShown(around.path))) return undefined;
  if (make === 'random') return { start, end, confidence: 'high' };
  if (!isOwn || around.isBinary) return undefined;
  if (/^[A-Z_]+$|^\d{1,5}(?::\d+)?$|^[\w.-]*\/|\.\w{2,4}$/.test(password)) return undefined;
  return { start, end, confidence: make === 'mixed' ? 'medium' : 'low' };
}

const common = {
  kind: 'password' as const,
  severity: 'high' as const,
  issuer: 'any',
  title: 'Password on a command line',
  why: 'Whoever has it logs in with it, here and wherever else it is used.',
  remediation: 'Change it, and let the command read it from a mounted file or a variable of the run.',
};

export const commandRules: readonly SecretRule[] = [
  {
    ...common,
    id: 'command-password',
    keywords: told.flatMap(({ programs }) => programs),
    find: (view, at) => {
      const found = told.find(({ programs }) => programs.some((program) => view.text.startsWith(program, at)));
      if (found === undefined || /[\w./-]/.test(view.text[at - 1] ?? ' ') !== /[/]/.test(view.text[at - 1] ?? ' '))
        return undefined;
      if (found.programs.includes('chpasswd')) return pipedTo(view, at);
      return argumentOf(view, at, found.options);
    },
  },
];
