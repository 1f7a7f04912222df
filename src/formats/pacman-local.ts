/** A package as pacman's local database states it (`desc`, libalpm be_local). */
export interface PacmanRecord {
  readonly name: string;
  /** `[epoch:]pkgver-pkgrel`. */
  readonly version: string;
  /** `pkgbase`: what several packages were built from together; they share its version. */
  readonly base?: string;
  readonly arch?: string;
  readonly licences: readonly string[];
  readonly packager?: string;
}

/** Bytes of a value, and values of a list: names and versions are far shorter. */
const MAX_VALUE = 4096;
const MAX_VALUES = 64;

/**
 * Reads the `desc` of a package: `%FIELD%` on a line, values on the lines that follow, an empty line behind them.
 * Fields that it does not know are read over; of a field that comes twice the first counts.
 *
 * @returns undefined without a name and a version
 */
export function parsePacmanDesc(bytes: Uint8Array): PacmanRecord | undefined {
  const fields = new Map<string, readonly string[]>();
  for (const [field, values] of sections(textOf(bytes))) if (!fields.has(field)) fields.set(field, values);
  const first = (field: string): string | undefined => fields.get(field)?.[0];
  const name = first('NAME');
  const version = first('VERSION');
  if (name === undefined || version === undefined || /\s/.test(name) || /\s/.test(version)) return undefined;
  const base = first('BASE');
  const arch = first('ARCH');
  const packager = first('PACKAGER');
  return {
    name,
    version,
    licences: fields.get('LICENSE') ?? [],
    ...(base !== undefined && { base }),
    // `any` is a package of no architecture.
    ...(arch !== undefined && { arch }),
    ...(packager !== undefined && packager !== 'Unknown Packager' && { packager }),
  };
}

const wanted = new Set(['NAME', 'VERSION', 'BASE', 'ARCH', 'LICENSE', 'PACKAGER']);

function* sections(text: string): Generator<readonly [field: string, values: readonly string[]]> {
  let field: string | undefined;
  let values: string[] = [];
  for (const line of text.split('\n')) {
    const header = /^%([A-Z0-9]{1,32})%$/.exec(line)?.[1];
    if (header !== undefined) {
      if (field !== undefined) yield [field, values];
      field = wanted.has(header) ? header : undefined;
      values = [];
    } else if (field !== undefined && line !== '' && line.length <= MAX_VALUE && values.length < MAX_VALUES) {
      values.push(line);
    }
  }
  if (field !== undefined) yield [field, values];
}

/**
 * The paths that a package owns, one a line, of its `files`: what follows `%FILES%`. Directories end with a slash there;
 * they belong to many packages and are left out.
 */
export function pacmanFiles(bytes: Uint8Array): string {
  const lines = textOf(bytes).split('\n');
  const start = lines.indexOf('%FILES%');
  if (start < 0) return '';
  let end = start + 1;
  while (end < lines.length && lines[end] !== '') end++;
  return lines
    .slice(start + 1, end)
    .filter((line) => !line.endsWith('/'))
    .join('\n');
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').replaceAll('\r\n', '\n');
}
