/** Organisations that publish nothing under their own name, only under one of their projects. */
const umbrellas = new Set([
  'org.apache',
  'org.eclipse',
  'org.codehaus',
  'org.jboss',
  'org.sonatype',
  'com.google',
  'com.sun',
  'com.github',
  'com.ibm',
  'com.oracle',
  'io.github',
  'net.sourceforge',
]);

/** Whether a name is one that a group could have: two parts or more, and not an organisation alone. */
export function isGroup(name: string): boolean {
  return (
    /^[A-Za-z][\w-]*(?:\.[A-Za-z0-9_][\w-]*)+$/.test(name) && name.length <= 200 && !umbrellas.has(name.toLowerCase())
  );
}

/**
 * Concludes the group from the symbolic name of a bundle, or the name of a module, and the artifact. Build tools make that name
 * of both: `group.artifact`; without what the two have in common where the artifact begins with the end of the group
 * (`org.apache.maven` and `maven-core` become `org.apache.maven.core`); the group alone where the artifact is its end
 * (https://felix.apache.org/documentation/subprojects/apache-felix-maven-bundle-plugin-bnd.html, "Default Behavior").
 * Undefined where the two have nothing in common.
 */
export function groupOfSymbolicName(symbolic: string, artifact: string): string | undefined {
  return conclude(symbolic, artifact, true);
}

/**
 * The same for the name of a module, which is that of its packages: where only an organisation would be left, it tells no
 * group (`com.google.guice` is published as `com.google.inject:guice`).
 */
export function groupOfModuleName(module: string, artifact: string): string | undefined {
  return conclude(module, artifact, false);
}

function conclude(symbolic: string, artifact: string, isBundle: boolean): string | undefined {
  const parts = symbolic.split('.');
  if (parts.length < 2 || parts.length > 20) return undefined;
  if (symbolic === artifact) return parts.length > 2 ? usable(parts.slice(0, -1), parts.at(-1)) : undefined;
  for (let at = 1; at < parts.length; at++) {
    const end = parts.slice(at).join('.');
    if (plain(end) === plain(artifact)) return usable(parts.slice(0, at), isBundle ? parts[at] : undefined);
    // `log4j-core` stands as `log4j.core`: the first part is the end of the group.
    if (dotted(end) === dotted(artifact)) return parts.slice(0, at + 1).join('.');
  }
  return isBundle && artifact.startsWith(`${parts.at(-1)}-`) && isGroup(symbolic) ? symbolic : undefined;
}

/** Where only an organisation is left, the project is a part of the group. */
function usable(group: readonly string[], next: string | undefined): string | undefined {
  const name = group.join('.');
  if (isGroup(name)) return name;
  // Of `org.apache.tomcat-catalina` the first word.
  const longer = `${name}.${next?.split('-', 1)[0]}`;
  return next !== undefined && isGroup(longer) ? longer : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function dotted(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '.');
}
