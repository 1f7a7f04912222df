import type { Severity } from '../../../model/severity.ts';

/** What the output of a script of nmap means. */
export interface NmapScript {
  /** Our rule where it is the same, else one of nmap's own. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** What has to stand in its output. */
  readonly when: RegExp;
}

const script = (id: string, severity: Severity, title: string, when: RegExp): NmapScript => ({
  id,
  severity,
  title,
  when,
});

/**
 * The scripts that are run: each only asks. `vuln` and `safe` are never run as a whole, since some of what is in them attacks,
 * or is wrong about others than it was written for. Those without a meaning here only tell more of a service.
 */
export const nmapScripts: Readonly<Record<string, NmapScript | undefined>> = {
  'ajp-methods': script('service.ajp-open', 'medium', 'A servlet container speaks AJP', /Supported methods/),
  'amqp-info': undefined,
  'cassandra-info': script(
    'service.cassandra-open',
    'high',
    'Cassandra takes clients without a password',
    /Cluster name/,
  ),
  'couchdb-databases': script(
    'service.couchdb-open',
    'critical',
    'CouchDB lists its databases without a password',
    /\d+ = \S/,
  ),
  'cups-info': undefined,
  'distcc-cve2004-2687': script('CVE-2004-2687', 'critical', 'distcc runs commands', /State: VULNERABLE/),
  'dns-nsid': script('service.dns-version', 'low', 'A name server tells its version', /bind\.version/),
  'dns-recursion': script(
    'service.nmap.dns-recursion',
    'low',
    'A name server asks others for anybody',
    /Recursion appears to be enabled/,
  ),
  'docker-version': script('service.docker-api-open', 'critical', 'The Docker API answers anybody', /ApiVersion/),
  'epmd-info': script('service.epmd-open', 'low', 'Erlang names its nodes to anybody', /nodes/),
  'ftp-anon': script('service.ftp-anonymous', 'medium', 'FTP lets anybody in', /Anonymous FTP login allowed/),
  'hadoop-namenode-info': script('service.hdfs-namenode-open', 'high', 'HDFS lists its files to anybody', /Filesystem/),
  'http-apache-server-status': script(
    'service.server-status-open',
    'low',
    'Apache shows its state to anybody',
    /Server Version/,
  ),
  'http-cookie-flags': script(
    'service.cookie-flags-missing',
    'low',
    'A session cookie lacks flags',
    /httponly flag not set|secure flag not set/,
  ),
  'http-default-accounts': script(
    'service.nmap.http-default-accounts',
    'high',
    'A web page takes a password that everybody guesses',
    /\[[^\]]+\] at/,
  ),
  'http-git': script('service.git-exposed', 'high', 'The folder .git is served', /Git repository found/),
  'http-ls': script('service.directory-listing', 'low', 'A folder lists its files', /Volume/),
  'http-methods': undefined,
  'http-open-proxy': script(
    'service.nmap.http-open-proxy',
    'high',
    'A web server connects whoever asks',
    /Potentially OPEN proxy/,
  ),
  'http-server-header': undefined,
  'http-svn-info': script('service.subversion-exposed', 'high', 'The folder .svn is served', /Repository/),
  'http-title': undefined,
  'http-trace': script('service.trace-method', 'low', 'The method TRACE is answered', /TRACE is enabled/),
  'imap-capabilities': undefined,
  'jdwp-version': script('service.jdwp-open', 'critical', 'The debugger of a Java program is open', /version/i),
  'ldap-rootdse': script(
    'service.ldap-anonymous',
    'low',
    'LDAP answers without a name',
    /namingContexts|supportedLDAPVersion/,
  ),
  'memcached-info': script(
    'service.memcached-open',
    'medium',
    'Memcached answers without a password',
    /Process ID|Authentication\s+no/i,
  ),
  'mongodb-databases': script(
    'service.mongodb-open',
    'high',
    'MongoDB lists its databases without a password',
    /databases/,
  ),
  'mongodb-info': undefined,
  'mysql-empty-password': script(
    'service.mysql-root-open',
    'critical',
    'MySQL or MariaDB lets root in without a password',
    /account has empty password/,
  ),
  'mysql-info': undefined,
  'nfs-showmount': script('service.nfs-open', 'medium', 'NFS is served', /\//),
  'pop3-capabilities': undefined,
  'redis-info': script('service.redis-open', 'high', 'Redis answers without a password', /Version:? *\d/),
  'rmi-dumpregistry': script('service.java-rmi-open', 'medium', 'A registry of Java objects answers', /\S/),
  rpcinfo: script('service.rpcbind-open', 'low', 'The port mapper tells which services there are', /program version/),
  'rsync-list-modules': script('service.rsync-modules-open', 'medium', 'rsync lists its modules to anybody', /\S/),
  'smb-protocols': script('service.smb-version-one', 'medium', 'SMB 1 is spoken', /SMBv1/),
  'smb2-security-mode': script(
    'service.smb-signing-optional',
    'low',
    'SMB does not ask for signed messages',
    /enabled but not required/,
  ),
  'ssh-auth-methods': script('service.ssh-password-login', 'medium', 'SSH lets people in by password', /\bpassword\b/),
  'ssh2-enum-algos': undefined,
  sshv1: script('service.ssh-protocol-one', 'high', 'SSH 1 is spoken', /supports SSHv1/),
  'ssl-cert': undefined,
  'ssl-enum-ciphers': script(
    'service.tls-weak-cipher',
    'medium',
    'A weak cipher suite is accepted',
    /least strength: [D-F]\b/,
  ),
  'vnc-info': script('service.vnc-open', 'critical', 'VNC shows its screen without a password', /None \(1\)/),
  'x11-access': script('service.x11-open', 'critical', 'An X server takes anybody', /access is granted/i),
};
