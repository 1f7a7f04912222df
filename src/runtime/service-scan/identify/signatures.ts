import { bytesOf } from '../exchange.ts';

/** What an answer says of who gave it. */
export interface Recognised {
  readonly name: string;
  readonly product?: string;
  readonly version?: string;
}

/** First words of services that speak first. `text` holds one byte a character. */
const greetings: readonly (readonly [pattern: RegExp, name: string, product?: string])[] = [
  [/^SSH-[\d.]{1,5}-OpenSSH_(?<version>[\w.]{1,30})/, 'ssh', 'OpenSSH'],
  [/^SSH-[\d.]{1,5}-dropbear_(?<version>[\w.]{1,30})/, 'ssh', 'Dropbear'],
  [/^SSH-[\d.]{1,5}-(?<product>[^\s-]{1,60})/, 'ssh'],
  [/^220[ -][^\r\n]{0,200}?vsFTPd (?<version>[\w.]{1,20})/, 'ftp', 'vsftpd'],
  [/^220[ -][^\r\n]{0,200}?ProFTPD (?<version>[\w.]{1,20})?/, 'ftp', 'ProFTPD'],
  [/^220[ -][^\r\n]{0,200}?Pure-FTPd/, 'ftp', 'Pure-FTPd'],
  [/^220[ -][^\r\n]{0,200}?ESMTP Postfix/, 'smtp', 'Postfix'],
  [/^220[ -][^\r\n]{0,200}?Exim (?<version>[\w.]{1,20})/, 'smtp', 'Exim'],
  [/^220[ -][^\r\n]{0,200}?SMTP/i, 'smtp'],
  [/^220[ -][^\r\n]{0,200}?ftp/i, 'ftp'],
  [/^220[ -]/, 'ftp'],
  [/^\* OK [^\r\n]{0,200}?Dovecot/, 'imap', 'Dovecot'],
  [/^\* (?:OK|PREAUTH|BYE)/, 'imap'],
  [/^\+OK[ \r]/, 'pop3'],
  [/^@RSYNCD: (?<version>[\d.]{1,10})/, 'rsync', 'rsync'],
  [/^RFB (?<version>\d{3}\.\d{3})\n/, 'vnc'],
  [/^INFO \{[^\r\n]{0,2000}?"version":"(?<version>[\w.-]{1,30})"/, 'nats', 'NATS'],
  [/^INFO \{/, 'nats'],
  [/^[\s\S]{3}\0\x0a(?<version>[\d.]{1,20}-MariaDB[\w.~+:-]{0,60})[^\0]{0,60}\0/, 'mysql', 'MariaDB'],
  [/^[\s\S]{3}\0\x0a5\.5\.5-(?<version>[\d.]{1,20}-MariaDB[\w.~+:-]{0,60})[^\0]{0,60}\0/, 'mysql', 'MariaDB'],
  [/^[\s\S]{3}\0\x0a(?<version>[\w.~+-]{1,60})\0/, 'mysql', 'MySQL'],
  [/^[\s\S]{3}[\0\x01]\xff[\s\S]{2}(?:#|Host|Too many)/, 'mysql'],
  [/^\xff[\xfb-\xfe]/, 'telnet'],
  [/^(?:220|200) [^\r\n]{0,200}NNTP/i, 'nntp'],
  [/^-ERR [^\r\n]{0,100}(?:redis|DENIED)/i, 'redis'],
  // What it says to strangers before they have asked anything (redis.conf, protected-mode).
  [/^-DENIED Redis/, 'redis'],
  [/^Action: |^Asterisk Call Manager\/(?<version>[\d.]{1,20})/, 'asterisk'],
  [/^ActiveMQ|^\0\0[\s\S]{2}\x01ActiveMQ/, 'activemq', 'ActiveMQ'],
];

/** Who greets so. */
export function recogniseGreeting(text: string): Recognised | undefined {
  for (const [pattern, name, product] of greetings) {
    const match = pattern.exec(text);
    if (match !== null) return recognised(match, name, product);
  }
  return undefined;
}

function recognised(match: RegExpExecArray, name: string, known: string | undefined): Recognised {
  const product = known ?? match.groups?.['product'];
  const version = match.groups?.['version'];
  return { name, ...(product !== undefined && { product }), ...(version !== undefined && { version }) };
}

/** A question to a service that waits to be asked. */
export interface Question {
  readonly name: string;
  /** Ports at which it is asked first. */
  readonly ports: readonly number[];
  readonly send: Buffer;
  readonly answer: RegExp;
  readonly product?: string;
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Questions that do no harm, and that each get an answer nobody else gives. The commonest first. */
export const questions: readonly Question[] = [
  // https://redis.io/docs/latest/develop/reference/protocol-spec/
  {
    name: 'redis',
    ports: [6379, 6380, 26379],
    send: bytesOf('*1\r\n$4\r\nPING\r\n'),
    answer: /^(?:\+PONG|-NOAUTH|-DENIED|-ERR [^\r]{0,80}(?:AUTH|max number)|-LOADING|-MASTERDOWN)/,
  },
  // PostgreSQL documentation, chapter "Message Formats", SSLRequest.
  {
    name: 'postgresql',
    ports: [5432, 5433, 26257],
    send: hex('00000008 04d2162f'),
    answer: /^(?:[NS]$|E[\s\S]{4}S[A-Z])/,
  },
  // https://github.com/memcached/memcached/blob/master/doc/protocol.txt
  {
    name: 'memcached',
    ports: [11211],
    send: bytesOf('version\r\n'),
    answer: /^(?:VERSION (?<version>[\w.-]{1,30})|CLIENT_ERROR unauthenticated)/,
    product: 'memcached',
  },
  // OP_MSG with { hello: 1, $db: "admin" }: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
  {
    name: 'mongodb',
    ports: [27017, 27018, 27019],
    send: hex(
      '34000000 01000000 00000000 dd070000 00000000 00 1f000000 10 68656c6c6f00 01000000 02 24646200 06000000 61646d696e00 00',
    ),
    answer: /^[\s\S]{4}[\s\S]{4}\x01\0\0\0\xdd\x07\0\0/,
  },
  // https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_zkCommands
  {
    name: 'zookeeper',
    ports: [2181, 2182],
    send: bytesOf('srvr'),
    answer: /^(?:Zookeeper version: (?<version>[\d.]{1,20})|srvr is not executed)/,
  },
  // https://kafka.apache.org/protocol.html: ApiVersions 0, correlation 7, client "drydock".
  {
    name: 'kafka',
    ports: [9092, 9093, 9094],
    send: hex('00000011 0012 0000 00000007 0007 64727964 6f636b'),
    answer: /^\0\0[\s\S]{2}\0\0\0\x07[\s\S]{2}\0/,
  },
  // OPTIONS: https://github.com/apache/cassandra/blob/trunk/doc/native_protocol_v4.spec
  {
    name: 'cassandra',
    ports: [9042, 9142],
    send: hex('04 00 0000 05 00000000'),
    answer: /^[\x83-\x85][\s\S]{3}[\x06\0]\0\0/,
  },
  // CONNECT of MQTT 3.1.1, client "drydock": https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/
  {
    name: 'mqtt',
    ports: [1883, 8883],
    send: hex('10 13 0004 4d515454 04 02 000a 0007 64727964 6f636b'),
    answer: /^\x20\x02[\0\x01][\0-\x05]/,
  },
  // AMQP 0-9-1 and 1.0 begin alike; a server answers another version with its own header.
  {
    name: 'amqp',
    ports: [5672, 5671],
    send: hex('414d5150 00000901'),
    answer: /^(?:\x01\0\0[\s\S]{4}\0\x0a\0\x0a|AMQP)/,
  },
  // https://docs.oracle.com/en/java/javase/21/docs/specs/jdwp/jdwp-transport.html
  { name: 'jdwp', ports: [5005, 8000, 8787, 9009], send: bytesOf('JDWP-Handshake'), answer: /^JDWP-Handshake/ },
  // StreamProtocol of RMI's wire protocol.
  { name: 'java-rmi', ports: [1099, 1098, 9010], send: hex('4a524d49 0002 4b'), answer: /^\x4e[\s\S]{2}/ },
  // Connection setup of X11, least significant byte first, no authorisation.
  {
    name: 'x11',
    ports: [6000, 6001, 6002],
    send: hex('6c00 0b00 0000 0000 0000 0000'),
    answer: /^[\0\x01\x02][\s\S]\x0b\0/,
  },
  // NULL of the port mapper over TCP (RFC 5531, 1833), transaction 0x64727964.
  {
    name: 'rpcbind',
    ports: [111],
    send: hex('80000028 64727964 00000000 00000002 000186a0 00000002 00000000 00000000 00000000 00000000 00000000'),
    answer: /^\x80\0\0[\s\S]dryd\0\0\0\x01\0\0\0\0[\s\S]{8}\0\0\0[\s\S]/,
  },
  {
    name: 'nfs',
    ports: [2049],
    send: hex('80000028 64727964 00000000 00000002 000186a3 00000003 00000000 00000000 00000000 00000000 00000000'),
    answer: /^\x80\0\0[\s\S]dryd\0\0\0\x01/,
  },
  // SMB 2 NEGOTIATE ([MS-SMB2] 2.2.3) with dialects 2.0.2 and 2.1.
  {
    name: 'smb',
    ports: [445, 139],
    send: hex(
      `00000068 fe534d42 4000 0000 00000000 0000 0000 00000000 00000000 ${'00'.repeat(8)} 00000000 00000000 ${'00'.repeat(8)} ${'00'.repeat(16)} 2400 0200 0100 0000 00000000 ${'00'.repeat(16)} ${'00'.repeat(8)} 0202 1002`,
    ),
    answer: /^\0[\s\S]{3}\xfeSMB/,
  },
  // Anonymous bind of LDAP 3 (RFC 4511).
  {
    name: 'ldap',
    ports: [389, 636, 1389],
    send: hex('300c 020101 6007 020103 0400 8000'),
    answer: /^0[\s\S]{1,5}\x02\x01\x01\x61/,
  },
  // hello-world of ClickHouse's native protocol: client "drydock" 21.8, revision 54449, database "", user "default", password "".
  {
    name: 'clickhouse',
    ports: [9000, 9440],
    send: hex('00 07 64727964 6f636b 15 08 b1a903 00 07 64656661756c74 00'),
    answer: /^[\0\x02][\s\S]{0,8}(?:ClickHouse|DB::Exception)/,
    product: 'ClickHouse',
  },
  // FastCGI: FCGI_GET_VALUES, with no name.
  { name: 'fastcgi', ports: [9000], send: hex('01 09 0000 0000 00 00'), answer: /^\x01[\x0a\x0b]\0\0/ },
  // AJP13's CPing: answered by CPong.
  { name: 'ajp', ports: [8009], send: hex('1234 0001 0a'), answer: /^AB\0\x01\x09/ },
  // Names that Erlang's port mapper knows.
  { name: 'epmd', ports: [4369], send: hex('0001 6e'), answer: /^\0\0[\s\S]{2}(?:name [\w-]{1,100} at port \d|$)/ },
  {
    name: 'dns',
    ports: [53],
    send: hex('001e 6472 0100 0001 0000 0000 0000 0776657273696f6e0462696e6400 0010 0003'),
    answer: /^[\s\S]{2}dr[\x80-\xff]/,
  },
  { name: 'rsync', ports: [873], send: bytesOf('@RSYNCD: 31.0\n'), answer: /^@RSYNCD:/ },
  { name: 'beanstalkd', ports: [11300], send: bytesOf('stats\r\n'), answer: /^OK \d{1,9}\r\n---/ },
  { name: 'gearman', ports: [4730], send: bytesOf('version\r\n'), answer: /^OK (?<version>[\d.]{1,20})\r?\n/ },
  { name: 'clamd', ports: [3310], send: bytesOf('zPING\0'), answer: /^PONG\0/, product: 'ClamAV' },
  { name: 'finger', ports: [79], send: bytesOf('\r\n'), answer: /^Login +Name/ },
];

/** What the answer to a question says, or undefined where somebody else answered. */
export function recogniseAnswer(question: Question, text: string): Recognised | undefined {
  const match = question.answer.exec(text);
  return match === null ? undefined : recognised(match, question.name, question.product);
}
