import { FormatError } from '../../errors.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { jsonMembers } from '../json-members.ts';
import { parseJson } from '../parse-json.ts';
import { asList, asText } from '../record.ts';
import { distinct } from './declared.ts';

/** Bytes of one value that is read; the list of files, which may be long, is not. */
const MAX_VALUE = 1024 * 1024;

const wanted: ReadonlySet<string> = new Set(['name', 'version', 'license', 'depends', 'md5', 'sha256']);

/**
 * Reads a file of `conda-meta`, by which conda knows that it installed a package.
 * Source: docs.conda.io, "Repodata record schema", and github.com/conda/conda, `conda/models/records.py`, PrefixRecord.
 * @throws FormatError where it is no JSON or names no package and version
 */
export function parseCondaMeta(bytes: Uint8Array): PackageRecord {
  const file = new Map<string, unknown>();
  for (const { name, value } of jsonMembers(bytes)) {
    if (wanted.has(name) && value.length <= MAX_VALUE) file.set(name, parseJson(Buffer.from(value).toString('utf8')));
  }
  const text = (key: string): string | undefined => asText(file.get(key))?.trim();
  const [name, version, licence] = [text('name'), text('version'), text('license')];
  if (name === undefined || version === undefined) throw new FormatError('it names no package and version');
  const requires = distinct(asList(file.get('depends')).flatMap((one) => dependencyOf(asText(one)) ?? []));
  const md5 = /^[0-9a-f]{32}$/.exec(text('md5') ?? '')?.[0];
  const sha256 = /^[0-9a-f]{64}$/.exec(text('sha256') ?? '')?.[0];
  return {
    type: 'conda',
    name,
    version,
    ...(licence !== undefined && { licences: [licence] }),
    ...(requires.length > 0 && { requires }),
    ...((md5 ?? sha256) !== undefined && { hashes: { ...(md5 && { md5 }), ...(sha256 && { sha256 }) } }),
  };
}

/** `python >=3.9` asks for python. What begins with two underscores is something of the machine, and no package. */
function dependencyOf(text: string | undefined): string | undefined {
  const [name = ''] = (text ?? '').trim().split(/[\s=<>!~[]/, 1);
  return name === '' || name.startsWith('__') ? undefined : name.split('::').at(-1);
}
