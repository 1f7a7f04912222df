import { FormatError } from '../../errors.ts';
import type { Fields } from '../executables/fields.ts';
import { asRecord, asText } from '../record.ts';
import { elfNotes } from './notes.ts';

/** What a program says of the package that it was built for. */
export interface PackageNote {
  /** How it is packaged: `deb`, `rpm`, `apk`. */
  readonly type: string;
  /** Name of the source package. */
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  /** The distribution in small letters, and its version where that is told: `fedora-40`, `debian`. */
  readonly distribution?: string;
}

/** `FDO_PACKAGING_METADATA` of the UAPI group's "ELF Package Metadata". */
const PACKAGING = 0xcafe1a7e;
const OWNER = 'FDO';
/** Header, owner, and the shortest JSON that names a package. A segment of notes with fewer bytes has none. */
export const MIN_PACKAGE_NOTE = 16 + '{"type":"a","name":"a","version":"1"}'.length;
const MAX_NOTE = 64 * 1024;

/**
 * Finds the package among the notes of a segment or section.
 * @throws FormatError where the note is there and is damaged
 */
export function packageNote(notes: Fields): PackageNote | undefined {
  for (const { owner, type, at, size } of elfNotes(notes)) {
    if (owner !== OWNER || type !== PACKAGING) continue;
    if (size > MAX_NOTE || at + size > notes.length) throw new FormatError('its note on packaging is cut off');
    const text = notes.bytes.toString('utf8', at, at + size).replace(/\0+$/, '');
    return parseNote(text);
  }
  return undefined;
}

function parseNote(text: string): PackageNote | undefined {
  let note: ReturnType<typeof asRecord>;
  try {
    note = asRecord(JSON.parse(text));
  } catch {
    throw new FormatError('its note on packaging is no JSON');
  }
  const [type, name, version] = [asText(note?.['type']), asText(note?.['name']), asText(note?.['version'])];
  if (name === undefined || name === '' || version === undefined) return undefined;
  const architecture = asText(note?.['architecture']);
  const distribution = distributionOf(asText(note?.['os']), asText(note?.['osVersion']), asText(note?.['osCpe']));
  return {
    type: (type ?? '').toLowerCase(),
    name,
    version,
    ...(architecture !== undefined && { architecture }),
    ...(distribution !== undefined && { distribution }),
  };
}

/** @param cpe of either form: `cpe:/o:fedoraproject:fedora:40`, `cpe:2.3:o:fedoraproject:fedora:40:*` */
function distributionOf(os?: string, osVersion?: string, cpe?: string): string | undefined {
  const [, product, release] = /^cpe:(?:\/|2\.3:)o:[^:]{1,100}:([^:]{1,100})(?::([^:]{1,100}))?/.exec(cpe ?? '') ?? [];
  const id = (os ?? product ?? '').toLowerCase();
  if (!/^[a-z0-9._-]{1,100}$/.test(id)) return undefined;
  const version = osVersion ?? (release === '*' ? undefined : release) ?? '';
  return version === '' ? id : `${id}-${version}`;
}
