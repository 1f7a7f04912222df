/**
 * A version of Go as the Go vulnerability database writes it: `1.22.3` for `go1.22.3 X:boringcrypto` and for
 * `go1.22.3-custom`, `1.22.0-rc.1` for `go1.22rc1`. What is no release is kept as it is: `devel go1.25-0a1b2c3d`.
 */
export function goRelease(version: string): string {
  const parts = /^go(\d+(?:\.\d+){0,2})(?:(beta|rc)(\d+))?(?=$|[ +-])/.exec(version);
  if (parts === null) return /^devel \S+/.exec(version)?.[0] ?? version;
  const [, numbers = '', kind, number] = parts;
  return kind === undefined ? numbers : `${numbers}${numbers.includes('.') ? '.0' : '.0.0'}-${kind}.${number}`;
}
