import { FormatError } from '../../errors.ts';
import { jsonMembers } from '../json-members.ts';
import { asList, asRecord, asText, type JsonRecord } from '../record.ts';
import { DeclaredList, type DeclaredPackages, onlyHash } from './declared.ts';
import { versionOf } from './requirement.ts';

/** Bytes of one entry; real ones have some kilobytes, most of it digests. */
const MAX_ENTRY = 1024 * 1024;

/**
 * Reads `Pipfile.lock`: `default` is for use, `develop` the group `dev`, and any other section a group of its own. What comes
 * from a repository or a folder has no version.
 * Source: github.com/pypa/pipfile, `README.rst`, "Pipfile.lock"; pipenv documentation, "Package categories".
 * @throws FormatError for what is no JSON object of objects
 */
export function parsePipfileLock(text: string): DeclaredPackages {
  const list = new DeclaredList();
  if (text.trim() === '') return list.result();
  let odd = 0;
  for (const { name: section, value: content } of jsonMembers(Buffer.from(text))) {
    if (section === '_meta') continue;
    const groups = section === 'default' ? [] : [section === 'develop' ? 'dev' : section];
    for (const { name, value } of jsonMembers(content)) {
      if (list.isFull) {
        list.leaveOut();
        continue;
      }
      const entry = readEntry(value);
      const version = entry === undefined ? undefined : versionOf(asText(entry.version) ?? '');
      if (entry === undefined || version === undefined || name === '') odd++;
      else {
        const hashes = asList(entry.hashes).filter((one) => typeof one === 'string');
        list.add(name, version, { groups, hashes: onlyHash(hashes) });
      }
    }
  }
  return list.result(odd > 0 ? `${odd} of its packages are not as pipenv writes them` : undefined);
}

function readEntry(value: Uint8Array): JsonRecord | undefined {
  if (value.length > MAX_ENTRY) return undefined;
  try {
    return asRecord(JSON.parse(Buffer.from(value).toString('utf8')));
  } catch (error) {
    throw new FormatError('it is no JSON', { cause: error });
  }
}
