import { type Coordinates, isPart, isVersion } from './coordinates.ts';

/** Longest line, and number of lines: Maven writes five. */
const MAX_LINES = 1000;

/**
 * Reads pom.properties, which Maven leaves in what it builds: a Java properties file (java.util.Properties, "load") with
 * `groupId`, `artifactId` and `version`. What is not there, or is a variable, is absent; anything may be.
 */
export function parsePomProperties(bytes: Uint8Array): Partial<Coordinates> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const found = new Map<string, string>();
  for (const line of text.split(/\r\n|\n|\r/, MAX_LINES)) {
    const match = /^[ \t\f]*([\w.-]+)[ \t\f]*[=: \t\f][ \t\f]*(.*)$/.exec(line.slice(0, 2000));
    if (match?.[1] !== undefined && match[2] !== undefined) found.set(match[1], unescaped(match[2]).trim());
  }
  const group = found.get('groupId');
  const artifact = found.get('artifactId');
  const version = found.get('version');
  return {
    ...(isPart(group) && { group }),
    ...(isPart(artifact) && { artifact }),
    ...(isVersion(version) && { version }),
  };
}

function unescaped(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_all, code: string | undefined, other: string | undefined) =>
    code === undefined ? (other ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
