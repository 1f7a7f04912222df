import { debVersions } from '../../../formats/versions/deb.ts';
import { rpmVersions } from '../../../formats/versions/rpm.ts';
import { VersionError, type VersionScheme } from '../../../model/version-scheme.ts';
import { isValidVersion, type VersionFormat } from '../version-format.ts';

const schemes: Readonly<Record<VersionFormat, VersionScheme>> = { dpkg: debVersions, rpm: rpmVersions };

/** Tells whether a version has the form that Clair v1 asks of a package, and can be compared with others. */
export function hasVersionForm(format: VersionFormat, version: string): boolean {
  if (!isValidVersion(format, version)) return false;
  try {
    schemes[format].compare(version, version);
    return true;
  } catch (error) {
    if (error instanceof VersionError) return false;
    throw error;
  }
}
