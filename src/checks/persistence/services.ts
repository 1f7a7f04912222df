import { linesOf } from './config-lines.ts';
import { isCommonPassword } from './passwords.ts';
import type { PlaceSighting } from './sighting.ts';

/** Names of configurations of services that tell who gets in. */
export const serviceNames: readonly string[] = [
  'tomcat-users.xml',
  'redis.conf',
  'my.cnf',
  'mysqld.cnf',
  'vsftpd.conf',
  'proftpd.conf',
];

/** Ways in that the configuration of a service leaves open. A password itself is never told. */
export function readService(name: string, text: string): readonly PlaceSighting[] {
  switch (name) {
    case 'tomcat-users.xml':
      return tomcatUsers(text);
    case 'redis.conf':
      return redis(text);
    case 'vsftpd.conf':
      return ftp(text);
    case 'proftpd.conf':
      return proftpd(text);
    default:
      return mysql(text);
  }
}

/** https://tomcat.apache.org/tomcat-10.1-doc/realm-howto.html#MemoryRealm; what stands in a comment is an example. */
function tomcatUsers(text: string): readonly PlaceSighting[] {
  const seen: PlaceSighting[] = [];
  const parts = text.split('<!--');
  let line = 1;
  for (const [index, part] of parts.entries()) {
    const end = index === 0 ? 0 : part.indexOf('-->');
    if (end >= 0) {
      for (const match of part.slice(end).matchAll(/<user\s([^<>]*)>/g)) {
        const attributes = match[1] ?? '';
        const user = /\b(?:username|name)\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? '';
        const password = /\bpassword\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1];
        if (password === undefined || !isCommonPassword(password, user)) continue;
        const at = line + count(part.slice(0, end + match.index));
        seen.push({
          rule: 'service-password-guessed',
          line: at,
          detail: `gives the user ${user.slice(0, 60)} a password that everybody tries`,
        });
        if (seen.length >= 20) return seen;
      }
    }
    line += count(part);
  }
  return seen;
}

function count(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** Last value of each directive, in lower case: `bind 0.0.0.0`, `key=value`. */
function settings(
  text: string,
  separator: RegExp,
): ReadonlyMap<string, { readonly value: string; readonly line: number }> {
  const found = new Map<string, { value: string; line: number }>();
  for (const { number, text: line } of linesOf(text)) {
    const at = line.search(separator);
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(at + 1).trim();
    if (found.size < 2000)
      found.set(name.trim().toLowerCase(), { value: value.replace(/^["']|["']$/g, ''), line: number });
  }
  return found;
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/security/ */
function redis(text: string): readonly PlaceSighting[] {
  const set = settings(text, /\s/);
  const password = set.get('requirepass');
  if (password !== undefined && isCommonPassword(password.value, 'default')) {
    return [
      {
        rule: 'service-password-guessed',
        line: password.line,
        detail: 'sets requirepass to a password that everybody tries',
      },
    ];
  }
  const open = set.get('protected-mode');
  const hasUsers = set.has('aclfile') || set.has('user');
  if (password !== undefined || hasUsers || open?.value.toLowerCase() !== 'no') return [];
  return [
    {
      rule: 'service-open',
      line: open.line,
      detail: 'has Redis answer everybody without a password (protected-mode no)',
    },
  ];
}

/** https://dev.mysql.com/doc/refman/8.4/en/server-options.html#option_mysqld_skip-grant-tables */
function mysql(text: string): readonly PlaceSighting[] {
  const skip = settings(text.replaceAll('_', '-'), /=/).get('skip-grant-tables');
  if (skip === undefined || /^(?:0|off|false)$/i.test(skip.value)) return [];
  return [{ rule: 'service-open', line: skip.line, detail: 'has MySQL let everybody in (skip-grant-tables)' }];
}

/** vsftpd.conf(5) */
function ftp(text: string): readonly PlaceSighting[] {
  const set = settings(text, /=/);
  const isOn = (name: string): boolean => set.get(name)?.value.toLowerCase() === 'yes';
  const upload = set.get('anon_upload_enable');
  if (!isOn('anonymous_enable') || !isOn('write_enable') || upload?.value.toLowerCase() !== 'yes') return [];
  return [
    { rule: 'service-open', line: upload.line, detail: 'has vsftpd take files from everybody (anon_upload_enable)' },
  ];
}

/** http://www.proftpd.org/docs/directives/linked/config_ref_Anonymous.html */
function proftpd(text: string): readonly PlaceSighting[] {
  for (const { number, text: line } of linesOf(text)) {
    if (/^<Anonymous\b/i.test(line))
      return [{ rule: 'service-open', line: number, detail: 'has ProFTPD let everybody in (<Anonymous>)' }];
  }
  return [];
}
