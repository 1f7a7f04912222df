/** A version of a package: two to four numbers, and a pre-release. */
const VERSION = /^\d{1,9}(?:\.\d{1,9}){1,3}(?:-[0-9A-Za-z.-]{1,100})?$/;

/**
 * The version of the package that an assembly came with, as far as its version resource tells it: the product's, which
 * the SDK sets to that of the package; else that of the file. The commit (`8.0.1+0a1b2c`) and remarks behind a blank are
 * left out. Some of Microsoft count builds, or releases of the runtime (`4.6.26515.06` is in package 4.5.0).
 * @param assembly the version of the assembly, which counts where the resource tells none
 */
export function packageVersion(texts: ReadonlyMap<string, string>, assembly: string): string {
  for (const key of ['ProductVersion', 'FileVersion']) {
    const version = texts.get(key)?.split(/[+ @]/, 1)[0] ?? '';
    if (VERSION.test(version) && /[1-9]/.test(version)) return version;
  }
  return assembly;
}
