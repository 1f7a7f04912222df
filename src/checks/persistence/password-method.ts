/** Methods of crypt(5), by what their hashes begin with. */
const methods: readonly (readonly [prefix: string, method: string])[] = [
  ['$y$', 'yescrypt'],
  ['$gy$', 'gost-yescrypt'],
  ['$7$', 'scrypt'],
  ['$2', 'bcrypt'],
  ['$6$', 'sha512'],
  ['$5$', 'sha256'],
  ['$sha1$', 'sha1'],
  ['$md5', 'sunmd5'],
  ['$1$', 'md5'],
  ['$3$', 'nt'],
  ['_', 'bsdi'],
];

/** Of these all short passwords can be tried in little time. */
const weak: ReadonlySet<string> = new Set(['md5', 'des', 'bsdi', 'nt', 'sunmd5', 'sha1']);

/** How a hash was made; undefined where a text is none that crypt(3) would make, so that nobody can log in. */
export function passwordMethod(text: string): string | undefined {
  for (const [prefix, method] of methods) {
    if (text.startsWith(prefix) && text.length > prefix.length + 8) return method;
  }
  if (text.startsWith('$')) return 'unknown';
  return /^[./0-9A-Za-z]{13}$/.test(text) ? 'des' : undefined;
}

export function isWeakMethod(method: string): boolean {
  return weak.has(method);
}
