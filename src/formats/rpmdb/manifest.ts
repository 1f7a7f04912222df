import { MAX_TEXT } from './header.ts';

/** A package as a manifest states it. */
export interface ManifestPackage {
  readonly name: string;
  readonly epoch?: number;
  readonly version: string;
  readonly release?: string;
  readonly arch?: string;
  readonly sourceRpm?: string;
  readonly vendor?: string;
  readonly size?: number;
}

/** What a manifest told. */
export interface RpmManifest {
  readonly packages: readonly ManifestPackage[];
  /** What could not be read, in sentences: at most 20, the last of which counts the rest. */
  readonly problems: readonly string[];
}

const FIELDS = 10;
const MAX_PACKAGES = 100_000;
const MAX_PROBLEMS = 20;
const LINE_FEED = 0x0a;
const NONE = '(none)';

/**
 * Reads the list of packages that images without rpm keep in place of its database (`container-manifest-2` of CBL-Mariner
 * and Azure Linux): what `rpm -qa` printed when the image was built, a package a line, ten fields between tabulators
 * (name, version-release, times of installation and build, vendor, epoch, size, architecture, epoch as a number, source
 * package). Some builders write `(none)` for every epoch: then the epoch as a number tells it.
 *
 * @param truncated The bytes end before the file does: a last line without its end is left out.
 */
export function parseRpmManifest(bytes: Uint8Array, truncated = false): RpmManifest {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packages: ManifestPackage[] = [];
  const problems: string[] = [];
  let unreported = 0;
  const problem = (message: string): void => {
    if (problems.length < MAX_PROBLEMS - 1) problems.push(message);
    else unreported++;
  };
  let line = 0;
  for (let start = 0; start < buffer.length; ) {
    line++;
    const feed = buffer.indexOf(LINE_FEED, start);
    const end = feed < 0 ? buffer.length : feed;
    const text = buffer.toString('utf8', start, Math.min(end, start + FIELDS * MAX_TEXT)).replace(/\r$/, '');
    start = end + 1;
    if (text === '') continue;
    // rpm ends every line, but not every builder does: a last field that is whole shows that nothing was cut.
    if (feed < 0 && (truncated || !(text.endsWith('.rpm') || text.endsWith(NONE)))) {
      problem(`the file ends within line ${line}, which may be cut`);
      if (truncated) break;
    }
    const pkg = readLine(text);
    if (typeof pkg === 'string') problem(`line ${line} was left out: it ${pkg}`);
    else packages.push(pkg);
    if (packages.length === MAX_PACKAGES && start < buffer.length) {
      problem(`only the first ${MAX_PACKAGES} packages were read`);
      break;
    }
  }
  if (unreported > 0) problems.push(`${unreported} more like these`);
  return { packages, problems };
}

function readLine(line: string): ManifestPackage | string {
  const fields = line.split('\t', FIELDS + 1);
  if (fields.length !== FIELDS) return `has ${fields.length} of ${FIELDS} fields`;
  if (fields.some((field) => field.length > MAX_TEXT)) return 'has a field that is too long';
  const [name = '', versionRelease = '', , , vendor, epoch, size, arch, epochNumber, sourceRpm] = fields.map((field) =>
    field === NONE ? '' : field,
  );
  if (name === '' || versionRelease === '') return 'has no name or no version';
  const hyphen = versionRelease.lastIndexOf('-');
  const number = numberOf(epoch) ?? (numberOf(epochNumber) || undefined);
  const bytes = numberOf(size);
  return {
    name,
    ...(number !== undefined && { epoch: number }),
    version: hyphen > 0 ? versionRelease.slice(0, hyphen) : versionRelease,
    ...(hyphen > 0 && { release: versionRelease.slice(hyphen + 1) }),
    ...(isTold(arch) && { arch }),
    ...(isTold(sourceRpm) && { sourceRpm }),
    ...(isTold(vendor) && { vendor }),
    ...(bytes !== undefined && { size: bytes }),
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function isTold(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
