/** Licences that one file may name; the longest there are (Chromium, Linux) name some two hundred. */
const MOST = 500;
/** Characters of a short name. */
const LONGEST = 200;

/**
 * The licences that a `debian/copyright` names, each once, as it writes them. In the machine-readable form
 * (machine-readable debian/copyright 1.0, sections 4 and 7) those are the short names of its `License` fields. Elsewhere they are the
 * texts in `/usr/share/common-licenses` that it refers to (Debian Policy 12.5), "or later" where it says so of any version.
 */
export function licencesOfCopyright(text: string): readonly string[] {
  const found = new Set<string>();
  if (/^Format(?:-Specification)?:/im.test(text.slice(0, 4000))) {
    for (const [, name = ''] of text.matchAll(/^License:[ \t]*(\S[^\n]*)$/gim)) {
      if (name.length <= LONGEST) found.add(name.trim());
      if (found.size >= MOST) break;
    }
    return [...found];
  }
  const later = /\bany\s{1,20}later\s{1,20}version\b/i.test(text);
  for (const [, name = ''] of text.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z0-9][A-Za-z0-9.+-]{0,60})/g)) {
    const licence = name.replace(/[.+-]+$/, '');
    // That of Berkeley, with three clauses.
    if (licence === 'BSD') found.add('BSD-3-Clause');
    else found.add(later && /^(?:L?GPL|GFDL)-\d/.test(licence) ? `${licence}+` : licence);
    if (found.size >= MOST) break;
  }
  return [...found];
}
