import type { Recognised } from './signatures.ts';

/** A question that is one datagram, to a service over UDP: they never speak first. */
export interface DatagramQuestion {
  readonly name: string;
  /** Ports at which it is asked first. */
  readonly ports: readonly number[];
  readonly send: Buffer;
  /** Who answers so; undefined where the answer is none to it. What is sent back unchanged is none. */
  recognise(answer: Buffer): Omit<Recognised, 'name'> | undefined;
}

/** In the place of what a client chooses: a request must come back with it. */
const ID = Buffer.from('drydock!');
const SHORT_ID = ID.subarray(0, 2);
const LONG_ID = ID.subarray(0, 4);

const hex = (...words: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(words.map((word) => (typeof word === 'string' ? Buffer.from(word.replaceAll(' ', ''), 'hex') : word)));

const yes: Omit<Recognised, 'name'> = {};

/** RFC 1035, section 4.1; what is asked for is the version (RFC 4892). */
const dns: DatagramQuestion = {
  name: 'dns',
  ports: [53, 5353, 1053, 5300],
  send: hex(
    SHORT_ID,
    '0100 0001 0000 0000 0000',
    '07',
    Buffer.from('version'),
    '04',
    Buffer.from('bind'),
    '00 0010 0003',
  ),
  recognise(answer) {
    if (answer.length < 12 || !answer.subarray(0, 2).equals(SHORT_ID) || (answer[2]! & 0xf8) !== 0x80) return undefined;
    const text = answer.toString('latin1', 12);
    const known =
      /(dnsmasq|unbound|PowerDNS|Knot DNS|NSD|CoreDNS)[- /]?(?:Authoritative Server |Recursor )?v?(\d[\w.+-]{0,30})?/i.exec(
        text,
      );
    const bind = /[^\w.](9\.\d{1,3}\.\d{1,3}[\w.+~-]{0,40})/.exec(text)?.[1];
    if (known !== null) return { product: known[1]!, ...(known[2] !== undefined && { version: known[2] }) };
    return bind === undefined ? yes : { product: 'BIND', version: bind };
  },
};

/** RFC 5905, section 7.3: mode 3 asks, mode 4 answers and repeats the time that the client sent. */
const ntp: DatagramQuestion = {
  name: 'ntp',
  ports: [123],
  send: hex('23', Buffer.alloc(39), ID),
  recognise: (answer) =>
    answer.length >= 48 && (answer[0]! & 7) === 4 && answer.subarray(24, 32).equals(ID) ? yes : undefined,
};

/** RFC 3414, section 4: whoever asks without an engine is told the one that it has, by a report. No community is needed. */
const snmp: DatagramQuestion = {
  name: 'snmp',
  ports: [161],
  send: hex(
    ...[
      '303e 020103',
      '3011 0204',
      LONG_ID,
      '0203 00ffe3 040104 020103',
      '0410 300e 0400 020100 020100 0400 0400 0400',
    ],
    ...['3014 0400 0400 a00e 0204', LONG_ID, '020100 020100 3000'],
  ),
  // usmStats, 1.3.6.1.6.3.15.1.1
  recognise: (answer) =>
    answer[0] === 0x30 && answer.includes(Buffer.from('2b060106030f0101', 'hex')) ? yes : undefined,
};

/** RFC 3416: agents without users answer to a community alone, and this is the one that most of them have. */
const snmpCommunity: DatagramQuestion = {
  name: 'snmp',
  ports: [161],
  send: hex(
    ...['3029 020101 0406', Buffer.from('public'), 'a01c 0204', LONG_ID, '020100 020100'],
    '300e 300c 0608 2b06010201010100 0500',
  ),
  recognise: (answer) =>
    answer[0] === 0x30 && answer.includes(hex('a2')) && answer.includes(hex('0204', LONG_ID)) ? yes : undefined,
};

/** protocol.txt of memcached, "UDP protocol": eight bytes of a frame before what TCP would have. */
const memcached: DatagramQuestion = {
  name: 'memcached',
  ports: [11_211],
  send: hex(SHORT_ID, '0000 0001 0000', Buffer.from('version\r\n')),
  recognise(answer) {
    const version = /^VERSION ([\w.-]{1,30})/.exec(answer.toString('latin1', 8))?.[1];
    return version === undefined ? undefined : { product: 'memcached', version };
  },
};

/** RFC 5531, section 9: the program 100000 (rpcbind) is asked to do nothing. */
const rpc: DatagramQuestion = {
  name: 'rpcbind',
  ports: [111],
  send: hex(LONG_ID, '00000000 00000002 000186a0 00000002 00000000', Buffer.alloc(16)),
  recognise: (answer) =>
    // Accepted, and such a program is there: what else answers RPC says that it is none.
    answer.length >= 24 &&
    answer.subarray(0, 4).equals(LONG_ID) &&
    answer.readUInt32BE(4) === 1 &&
    answer.readUInt32BE(20) === 0
      ? yes
      : undefined,
};

const COOKIE = '2112a442';

/** A success or an error in answer to a binding request: RFC 8489, section 5, classes 0b10 and 0b11. */
function isStunAnswer(type: number): boolean {
  return type === 0x0101 || type === 0x0111;
}

/** RFC 8489, section 5. */
const stun: DatagramQuestion = {
  name: 'stun',
  ports: [3478, 19_302],
  send: hex('0001 0000', COOKIE, ID, LONG_ID),
  recognise: (answer) =>
    answer.length >= 20 && isStunAnswer(answer.readUInt16BE(0)) && answer.subarray(8, 16).equals(ID) ? yes : undefined,
};

/** RFC 9000, sections 6 and 17.2.1: to a version that nobody has (it is reserved for that) all versions are the answer. */
const quic: DatagramQuestion = {
  name: 'quic',
  ports: [443, 8443, 4433],
  send: hex('c0 1a2a3a4a 08', ID, '08', Buffer.from('!kcodyrd'), Buffer.alloc(1200 - 23)),
  recognise: (answer) =>
    answer.length >= 23 &&
    (answer[0]! & 0x80) !== 0 &&
    answer.readUInt32BE(1) === 0 &&
    answer.subarray(6, 14).equals(Buffer.from('!kcodyrd'))
      ? yes
      : undefined,
};

/** RFC 3261, section 11. */
const sip: DatagramQuestion = {
  name: 'sip',
  ports: [5060],
  send: Buffer.from(
    [
      'OPTIONS sip:drydock@127.0.0.1 SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKdrydock;rport',
      'Max-Forwards: 70',
      'From: <sip:drydock@127.0.0.1>;tag=drydock',
      'To: <sip:drydock@127.0.0.1>',
      'Call-ID: drydock',
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n'),
  ),
  recognise(answer) {
    const text = answer.toString('latin1');
    if (!/^SIP\/2\.0 \d{3} /.test(text)) return undefined;
    const [, product, version] =
      /^(?:Server|User-Agent): *([^\s/(\r\n]{1,60})(?:[ /]v?(\d[\w.-]{0,30}))?/im.exec(text) ?? [];
    return { ...(product !== undefined && { product }), ...(version !== undefined && { version }) };
  },
};

/** RFC 7252, section 3: GET /.well-known/core, to be acknowledged. */
const coap: DatagramQuestion = {
  name: 'coap',
  ports: [5683],
  send: hex('40 01', SHORT_ID, 'bb', Buffer.from('.well-known'), '04', Buffer.from('core')),
  recognise: (answer) =>
    answer.length >= 4 && (answer[0]! & 0xe0) === 0x60 && answer.subarray(2, 4).equals(SHORT_ID) ? yes : undefined,
};

/** UPnP Device Architecture 2.0, section 1.3.3. */
const ssdp: DatagramQuestion = {
  name: 'ssdp',
  ports: [1900],
  send: Buffer.from(
    'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n',
  ),
  recognise: (answer) =>
    /^HTTP\/1\.1 200 /.test(answer.toString('latin1')) && /\nUSN:/i.test(answer.toString('latin1')) ? yes : undefined,
};

/** All of them, those first that are found most. */
export const datagramQuestions: readonly DatagramQuestion[] = [
  ...[dns, ntp, snmp, snmpCommunity, memcached, rpc, stun, quic, sip, coap, ssdp],
];
