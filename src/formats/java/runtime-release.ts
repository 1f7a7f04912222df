import { isVersion } from './coordinates.ts';

/** A Java runtime as the file `release` in its folder tells it. */
export interface JavaRuntime {
  /** `openjdk`, or the product's own name: `zulu`, `graalvm`, `jdk` and `jre` of Oracle. */
  readonly name: string;
  readonly version: string;
  /** Who built it, in their own words. */
  readonly vendor?: string;
}

/**
 * Reads `release` of a JDK or a JRE: lines `NAME="value"`, as the build of OpenJDK writes them (make/ReleaseFile.gmk of
 * OpenJDK). Undefined for any other file: many are called so.
 */
export function parseRuntimeRelease(bytes: Uint8Array): JavaRuntime | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (!/^JAVA_VERSION="?\d/m.test(text)) return undefined;
  const values = new Map<string, string>();
  for (const line of text.split(/\r\n|\n|\r/, 200)) {
    const [, key, value] = /^([A-Z_]+)="?(.*?)"?\s*$/.exec(line.slice(0, 8192)) ?? [];
    if (key !== undefined && value !== undefined && value !== '') values.set(key, value);
  }
  // The whole version: `21.0.4+7-LTS`; that of JAVA_VERSION has no build.
  const version = ['JAVA_RUNTIME_VERSION', 'FULL_VERSION', 'JAVA_VERSION']
    .map((key) => values.get(key))
    .find(isVersion);
  if (version === undefined) return undefined;
  const vendor = values.get('IMPLEMENTOR')?.slice(0, 200);
  return { name: product(values), version, ...(vendor !== undefined && vendor !== 'N/A' && { vendor }) };
}

function product(values: ReadonlyMap<string, string>): string {
  const vendor = (values.get('IMPLEMENTOR') ?? '').toLowerCase();
  if (values.has('GRAALVM_VERSION')) return 'graalvm';
  if (vendor.includes('azul')) return 'zulu';
  const isOracle = vendor.includes('oracle') || values.get('BUILD_TYPE') === 'commercial';
  if (!isOracle) return 'openjdk';
  return values.get('IMAGE_TYPE') === 'JRE' ? 'jre' : 'jdk';
}
