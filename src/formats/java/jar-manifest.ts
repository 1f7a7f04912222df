import { FormatError } from '../../errors.ts';

/** Names and values of one section. Names are in lower case: they are compared so (JAR File Specification, "Notes"). */
export type ManifestSection = ReadonlyMap<string, string>;

export interface JarManifest {
  readonly main: ManifestSection;
  /** Sections of their own: of a package (`Name: org/apache/axis/`) or a file. */
  readonly sections: readonly ManifestSection[];
}

/** Sections that are kept: signed archives have one for each file, which say nothing of packages. */
const MAX_SECTIONS = 50;
/** Attributes of a section, and characters of a value: lists of exported packages are long, and nobody asks for them. */
const MAX_ATTRIBUTES = 500;
const MAX_VALUE = 4096;

/**
 * Reads META-INF/MANIFEST.MF: `Name: value` lines of at most 72 bytes, continued by lines that begin with a blank; sections
 * are separated by empty lines (https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html, "JAR Manifest").
 * Lines that are none are passed over, as build tools write such.
 * @throws FormatError if something is written there, and not one line is an attribute
 */
export function parseJarManifest(bytes: Uint8Array): JarManifest {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const sections: Map<string, string>[] = [];
  let section: Map<string, string> | undefined;
  let isMain = true;
  let main: Map<string, string> | undefined;
  let name = '';
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (section !== undefined) isMain = false;
      section = undefined;
      name = '';
    } else if (line.startsWith(' ')) {
      if (section === undefined || name === '') continue;
      const value = section.get(name) ?? '';
      if (value.length < MAX_VALUE) section.set(name, (value + line.slice(1)).slice(0, MAX_VALUE));
    } else {
      const colon = line.indexOf(':');
      name = colon > 0 && colon <= 200 ? line.slice(0, colon).trim().toLowerCase() : '';
      if (name === '') continue;
      if (section === undefined) {
        section = new Map();
        if (isMain) main = section;
        else if (sections.length < MAX_SECTIONS) sections.push(section);
      }
      if (section.size < MAX_ATTRIBUTES) section.set(name, line.slice(colon + 1, colon + 1 + MAX_VALUE).trimStart());
    }
  }
  if (main === undefined && text.trim() !== '') throw new FormatError('the manifest has no attribute');
  return { main: trimmed(main ?? new Map()), sections: sections.map(trimmed) };
}

function trimmed(section: Map<string, string>): ManifestSection {
  for (const [name, value] of section) section.set(name, value.trim());
  return section;
}
