import { quote } from './quote.ts';

/**
 * A `struct sockaddr` as strace writes it (ip(7), ipv6(7), unix(7)); the family is in the order of the machine, least byte first.
 * @param text its bytes, one character each
 */
export function readSockaddr(text: string): string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 3) return undefined;
  const family = bytes.readUInt16LE(0);
  if (family === 1) {
    const name = text.slice(2, 110);
    // An abstract name begins with a zero.
    if (name.startsWith('\0')) return `{sa_family=AF_UNIX, sun_path=@${quote(name.slice(1).replace(/\0+$/, ''))}}`;
    return `{sa_family=AF_UNIX, sun_path=${quote(name.split('\0', 1)[0]!)}}`;
  }
  if (family === 2 && bytes.length >= 8) {
    const address = [...bytes.subarray(4, 8)].join('.');
    return `{sa_family=AF_INET, sin_port=htons(${bytes.readUInt16BE(2)}), sin_addr=inet_addr("${address}")}`;
  }
  if (family === 10 && bytes.length >= 24) {
    const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(8 + at * 2));
    return `{sa_family=AF_INET6, sin6_port=htons(${bytes.readUInt16BE(2)}), inet_pton(AF_INET6, "${inet6(groups)}")}`;
  }
  return `{sa_family=${family === 16 ? 'AF_NETLINK' : family}}`;
}

/** RFC 5952; addresses of IPv4 in it as `::ffff:1.2.3.4`. */
function inet6(groups: readonly number[]): string {
  if (groups.slice(0, 5).every((one) => one === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  const text = groups.map((one) => one.toString(16)).join(':');
  const zeros = text.match(/(?:^|:)0(?::0)+(?::|$)/g)?.sort((a, b) => b.length - a.length)[0];
  return zeros === undefined ? text : text.replace(zeros, '::');
}
