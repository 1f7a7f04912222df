/**
 * Classes of licences by which a policy may speak of many at once: identifiers of SPDX, `*` for the rest of one. What a class says is
 * what whoever hands on the program has to do; a licence that is in none is meant by its name alone.
 *
 * - `public-domain`: nothing.
 * - `permissive`: keep notices.
 * - `copyleft-weak`: give the source of the licensed part itself.
 * - `copyleft-strong`: give the source of what is made with it, when it is handed on.
 * - `copyleft-network`: give it to those, too, who use it over a network.
 * - `restricted`: not everybody may use it for everything; no licence of free software.
 */
const patterns = {
  'public-domain': `0BSD CC-PDDC CC-PDM-1.0 CC0-1.0 MIT-0 NIST-PD* NTIA-PD PDDL-1.0 SAX-PD* Unlicense Unlicense-lib* WTFPL
    blessing libselinux-1.0 ANTLR-PD* NCBI-PD`,
  permissive: `AFL-* Apache-* Artistic-* BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause* BSD-3-Clause* BSD-4-Clause* BSD-4.3RENO BSD-4.3TAHOE
    BSD-Source-Code* BSL-1.0 CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-2.5-AU CC-BY-3.0 CC-BY-3.0-AT CC-BY-3.0-AU CC-BY-3.0-DE
    CC-BY-3.0-IGO CC-BY-3.0-NL CC-BY-3.0-US CC-BY-4.0 CNRI-Python* curl ECL-* EFL-* FSFAP* FSFUL* FTL HPND* ICU IJG* ISC*
    Info-ZIP JasPer-2.0 Libpng libpng-* libtiff MIT MIT-CMU MIT-Modern-Variant MIT-advertising MIT-enna MIT-feh
    MIT-open-group MirOS MS-PL MulanPSL-* NAIST-2003 NCSA Net-SNMP NTP* OFL-* OLDAP-* OpenSSL* PHP-3.* PostgreSQL PSF-2.0
    Python-2.0* Qhull Ruby SGI-B-2.0 SMLNJ Spencer-* SSH-OpenSSH SSH-short SSLeay-standalone SunPro TCL TCP-wrappers
    Unicode-* UPL-1.0 Vim W3C* X11* XFree86-1.1 Xerox Xnet ZPL-* Zend-2.0 Zlib zlib-acknowledgement bzip2-1.0.6 mpich2 snprintf`,
  'copyleft-weak': `APSL-2.0 CDDL-* CECILL-C CPL-1.0 EPL-* ErlPL-1.1 IPL-1.0 LGPL-* LGPLLR LPL-* MPL-* MS-RL NPL-* QPL-1.0* SISSL* SPL-1.0
    CERN-OHL-W-2.0 GFDL-* CC-BY-SA-*`,
  'copyleft-strong': `CECILL-1.* CECILL-2.* EUPL-* GPL-* Sleepycat CERN-OHL-S-2.0 copyleft-next-* MakeIndex SMAIL-GPL`,
  'copyleft-network': 'AGPL-* CPAL-1.0 OSL-* RPL-* RPSL-1.0',
  restricted: `Aladdin BUSL-1.1 CC-BY-NC-* CC-BY-ND-* Elastic-2.0 FSL-* Hippocratic-* JSON PolyForm-* SSPL-1.0 SUL-1.0 UnRAR
    BSD-3-Clause-No-Military-License BSD-3-Clause-No-Nuclear-License*`,
} as const;

/** What a policy may call many licences by. */
export type LicenceClass = keyof typeof patterns;

export const licenceClasses = Object.keys(patterns) as readonly LicenceClass[];

/** The patterns of a class, the narrowest place of a licence first in {@link classOf}. */
export function patternsOf(name: LicenceClass): readonly string[] {
  return patterns[name].trim().split(/\s+/);
}

/** Exceptions that let the licensed part be linked with anything: then it asks for no more than a weak copyleft. */
const linking = new Set([
  'Classpath-exception-2.0',
  'GCC-exception-2.0',
  'GCC-exception-2.0-note',
  'GCC-exception-3.1',
  'GNAT-exception',
  'GNU-compiler-exception',
  'Libtool-exception',
  'Autoconf-exception-2.0',
  'Autoconf-exception-3.0',
  'Autoconf-exception-generic',
  'Autoconf-exception-generic-3.0',
  'Autoconf-exception-macro',
  'Bison-exception-1.24',
  'Bison-exception-2.2',
  'Bootloader-exception',
  'Font-exception-2.0',
  'Linux-syscall-note',
  'LZMA-exception',
  'OpenJDK-assembly-exception-1.0',
  'OCaml-LGPL-linking-exception',
  'WxWindows-exception-3.1',
  'eCos-exception-2.0',
  'freertos-exception-2.0',
  'gnu-javamail-exception',
  'GPL-3.0-linking-exception',
  'GPL-3.0-linking-source-exception',
]);

let known: ReadonlyMap<string, LicenceClass> | undefined;
let prefixes: readonly (readonly [string, LicenceClass])[] = [];

/** The class of a licence: by its identifier (that of GNU without `-only` and `-or-later`), and the exception that it comes with. */
export function classOf(id: string, exception?: string): LicenceClass | undefined {
  if (known === undefined) {
    const all = licenceClasses.flatMap((name) => patternsOf(name).map((pattern) => [pattern, name] as const));
    known = new Map(all.filter(([pattern]) => !pattern.endsWith('*')));
    prefixes = all
      .filter(([pattern]) => pattern.endsWith('*'))
      .map(([pattern, name]) => [pattern.slice(0, -1), name] as const)
      .sort(([a], [b]) => b.length - a.length);
  }
  const own = known.get(id) ?? prefixes.find(([prefix]) => id.startsWith(prefix))?.[1];
  const strong = own === 'copyleft-strong' || own === 'copyleft-weak';
  return strong && exception !== undefined && linking.has(exception) ? 'copyleft-weak' : own;
}
