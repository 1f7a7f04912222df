/** Options of programs that take a secret under a name that does not say so, as their manuals have it. */
export interface SecretOptions {
  readonly programs: RegExp;
  /** The value is the next word. */
  readonly options: ReadonlySet<string>;
  /** The value stands right behind one of these letters. */
  readonly letters: string;
  /** How a word begins that has a secret behind that, up to its last `@`. */
  readonly form?: RegExp;
}

/** Words of programs that are secrets by their place, options left out. */
export interface SecretWords {
  readonly programs: RegExp;
  /** Counted is from behind this word; absent: from behind the program. */
  readonly after?: RegExp;
  /** The first that is one, from 1; all behind it are taken for some. An option with a value of its own makes it one early. */
  readonly from: number;
}

const options: readonly (readonly [programs: RegExp, options: string, letters: string, form?: RegExp])[] = [
  [/^(?:mysql|mariadb)/, '', 'p'],
  [/^7z[ar]?$|^(?:un)?rar$/, '', 'p'],
  [/^curl$/, '-u --user -U --proxy-user -b --cookie --oauth2-bearer --pass --proxy-pass --tlspassword', 'uUb'],
  [/^(?:redis|valkey|keydb)-(?:cli|benchmark)$/, '-a --pass', ''],
  [/^sshpass$|^mongo|^cqlsh$|^rdesktop$|^login$/, '-p', 'p'],
  [/^(?:user(?:add|mod)|twine|cypher-shell|couchbase-cli|rabbitmqadmin|hydra|snowsql|beeline)$/, '-p', 'p'],
  [/^ldap(?:search|modify|add|delete|passwd|whoami|compare|modrdn)$/, '-w -s -a', 'w'],
  [/^(?:sqlcmd|bcp|osql|tsql|zip|unzip|ipmitool|mosquitto_(?:pub|sub)|ssh-keygen)$/, '-P -N', 'P'],
  [/^snmp/, '-c -A -X', 'cAX'],
  [/^openssl$/, '-k -K -passin -passout -pass', ''],
  [/^(?:lftp|wput|ncftp\w{0,8}|open)$/, '-u -p', 'u'],
  [/^(?:http|https|xh|xhs|ab)$/, '-a -A -P', 'aAP'],
  [/^(?:smbclient|rpcclient|net|smbget)$/, '-U --user', 'U'],
  [/^squidclient$/, '-w -W', 'wW'],
  [/^swaks$/, '-ap', ''],
  [/^etcdctl$/, '--user', ''],
  [/^ossutil/, '-k', 'k'],
  [/^gem$/, '-k --key', ''],
  [/^caddy$/, '--plaintext', ''],
  [/^(?:kubectl|oc)$/, '--from-literal', ''],
  [/^[wx]l?freerdp3?$/, '', '', /^\/(?:p|gp|pth):/],
  [
    /^(?:sqlplus|sqlldr|expdp|impdp|exp|imp|rman|tkprof)$/,
    '',
    '',
    /^(?:\w{1,30}=)?["']?[^\s/@="']{1,128}(?:\[[^\]\s]{1,128}\])?["']?\//,
  ],
];

const words: readonly (readonly [programs: RegExp, from: number, after?: RegExp])[] = [
  [/^htpasswd$/, 2],
  [/^mysqladmin$/, 1, /^password$/],
  [/^wpa_passphrase$/, 2],
  [/^mkpasswd$/, 1],
  [/^iusql$|^isql$/, 3],
  [/^smbclient$/, 2],
  [/^convertto-securestring$/i, 1],
  [/^openssl$/, 1, /^passwd$/],
  [/^net$/, 2, /^user$/],
  [/^samba-tool$/, 2, /^(?:create|add)$/],
  [/^rabbitmqctl$/, 2, /^(?:add_user|change_password|authenticate_user)$/],
  [/^neo4j-admin$/, 1, /^set-(?:initial|default-admin)-?\w{0,20}$/],
  [/^(?:vault|cargo|flyctl|npm)$/, 1, /^login$/],
  [/^heroku$/, 1, /^auth:token$/],
  [/^mc$/, 4, /^(?:alias|host)$/],
  [/^(?:redis|valkey|keydb)-cli$/, 1, /^auth$/i],
  [/^db2$/, 1, /^using$/i],
  [/^iwconfig$/, 1, /^(?:key|enc)$/],
];

export const secretOptions: readonly SecretOptions[] = options.map(([programs, known, letters, form]) => ({
  ...{ programs, letters, options: new Set(known.split(' ')) },
  ...(form !== undefined && { form }),
}));

export const secretWords: readonly SecretWords[] = words.map(([programs, from, after]) => ({
  ...{ programs, from },
  ...(after !== undefined && { after }),
}));
