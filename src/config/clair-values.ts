/** How Clair's configuration writes values: as Go and libpq read them. */

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/**
 * `1h30m`, `1.5h`, or a number of nanoseconds -> milliseconds; undefined when it is no duration, or a negative one.
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function parseGoDuration(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= 0 ? Math.ceil(value / 1e6) : undefined;
  }
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.startsWith('+') ? value.slice(1) : value;
  if (text === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(number) * nanoseconds[unit!]!;
  }
  return Math.ceil(total / 1e6);
}

/**
 * `$NAME` and `${NAME}` -> what the environment says, or nothing.
 * @see https://pkg.go.dev/os#ExpandEnv
 */
export function expandVariables(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(
    /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
    (_, braced: string | undefined, bare: string | undefined) => environment[braced ?? bare ?? ''] ?? '',
  );
}

/**
 * The source of Clair's database: a URL or a connection string of libpq. Without `sslmode` the driver of Clair wants TLS,
 * whatever certificate there is; so does this.
 */
export function databaseSource(source: string): string {
  if (/[?&\s]sslmode\s*=/.test(source) || /^sslmode\s*=/.test(source)) return source;
  if (!/^postgres(?:ql)?:\/\//.test(source)) return `${source} sslmode=require`;
  return `${source}${source.includes('?') ? '&' : '?'}sslmode=require`;
}
