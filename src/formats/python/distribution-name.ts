/** What the name of a folder or an archive tells of the package in it. */
export interface NamedDistribution {
  readonly name: string;
  /** Empty where the name does not tell it. */
  readonly version: string;
}

/**
 * Reads `foo_bar-1.0.dist-info`, `foo-1.0-py3.8.egg-info`, `foo-1.0-py3.8-linux-x86_64.egg`: a version starts with a digit.
 * Only the last part of a path is looked at.
 * Source: packaging.python.org, "Recording installed projects"; setuptools, "The Internal Structure of Python Eggs".
 */
export function distributionOf(entry: string): NamedDistribution | undefined {
  const stem = /^(.+)\.(?:dist-info|egg-info|egg)$/i.exec(entry)?.[1];
  if (stem === undefined || stem.length > MAX_STEM) return undefined;
  const at = stem.search(/-\d/);
  if (at <= 0) return { name: stem.replace(/-py\d[\d.]*$/, ''), version: '' };
  return { name: stem.slice(0, at), version: stem.slice(at + 1).split('-', 1)[0]! };
}

/**
 * Reads `foo_bar-1.0-py3-none-any.whl`. In the name and the version a hyphen is written as an underscore.
 * Source: packaging.python.org, "Binary distribution format", "File name convention".
 */
export function wheelOf(file: string): NamedDistribution | undefined {
  if (file.length > MAX_STEM || !file.endsWith('.whl')) return undefined;
  const parts = file.slice(0, -4).split('-');
  const [name = '', version = ''] = parts;
  const hasForm = (parts.length === 5 || parts.length === 6) && name !== '' && /^v?\d/.test(version);
  return hasForm ? { name, version } : undefined;
}

/** Longer names are none that a file system has. */
const MAX_STEM = 1000;
