import { FormatError } from '../../errors.ts';
import type { Hashes } from '../../model/package.ts';
import { isPart, isVersion } from './coordinates.ts';
import { listed, readXmlTree, type XmlElement } from './xml-tree.ts';

export interface VerifiedComponent {
  readonly group: string;
  readonly artifact: string;
  /** '' where the file has none. */
  readonly version: string;
  /** Of its jar, where there is one. */
  readonly hashes?: Hashes;
}

/**
 * Reads `gradle/verification-metadata.xml`: the checksums of all that a build may use
 * (https://docs.gradle.org/current/userguide/dependency_verification.html). Components without a group or a name are passed
 * over and counted.
 * @throws FormatError if it is no XML, or something else
 * @throws LimitError if it is larger than anybody writes
 */
export function parseGradleVerification(bytes: Uint8Array): {
  readonly components: readonly VerifiedComponent[];
  readonly passedOver: number;
} {
  const root = readXmlTree(bytes);
  if (root.name !== 'verification-metadata') {
    throw new FormatError(`its element is ${JSON.stringify(root.name)}, not "verification-metadata"`);
  }
  const components: VerifiedComponent[] = [];
  let passedOver = 0;
  for (const element of listed(root, 'components', 'component')) {
    const group = element.attributes.get('group');
    const artifact = element.attributes.get('name');
    const version = element.attributes.get('version');
    if (!isPart(group) || !isPart(artifact)) {
      passedOver++;
      continue;
    }
    const hashes = hashesOf(element);
    components.push({ group, artifact, version: isVersion(version) ? version : '', ...(hashes && { hashes }) });
  }
  return { components, passedOver };
}

function hashesOf(component: XmlElement): Hashes | undefined {
  const jar = component.children.find(
    ({ name, attributes }) => name === 'artifact' && attributes.get('name')?.endsWith('.jar') === true,
  );
  const found: [string, string][] = [];
  for (const { name, attributes } of jar?.children ?? []) {
    const value = attributes.get('value')?.toLowerCase() ?? '';
    if (/^(?:md5|sha1|sha256|sha512)$/.test(name) && /^[0-9a-f]{32,128}$/.test(value)) found.push([name, value]);
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
