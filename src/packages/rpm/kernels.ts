/**
 * Packages of a kernel's source that hold no part of a kernel: headers to compile against, documentation, lists of
 * symbols. Images are full of `kernel-headers`, which C libraries bring to compile with.
 */
const texts = /^kernel(?:-[a-z0-9]+)*?-(?:headers|devel|devel-matched|doc|abi-[a-z]+|(?:s?rpm)-macros)$/;

/** Tells whether nothing of a package can ever be the kernel that runs, so that flaws of kernels are none of its. */
export function holdsNoKernel(name: string): boolean {
  return name.startsWith('kernel-') && texts.test(name);
}
