import { FormatError } from '../errors.ts';
import { asList, asRecord, asText, type JsonRecord } from './record.ts';
import { severityOfWord } from './severity-word.ts';
import { readNoticeDate } from './updateinfo/date.ts';
import type { NoticePackage } from './updateinfo/notice.ts';
import { readPackageVersion, type UpdateinfoItem } from './updateinfo/read.ts';

const PACKAGES = 200_000;
const TITLE = 300;
const DESCRIPTION = 4000;

/**
 * Reads AlmaLinux's errata as JSON, `errata.full.json` (`{"data": [{"id", "packages": [{"module"}]}]}`) or the older
 * `errata.json` (`[{"updateinfo_id", "pkglist": {"module", "packages"}}]`): what `updateinfo.xml` says, and of each
 * package the module.
 * @throws FormatError if it is neither
 */
export async function* readAlmalinuxErrata(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<UpdateinfoItem> {
  const pieces: Buffer[] = [];
  for await (const chunk of chunks) pieces.push(Buffer.from(chunk));
  let document: unknown;
  try {
    document = JSON.parse(Buffer.concat(pieces).toString());
  } catch (cause) {
    throw new FormatError('the errata are no JSON', { cause });
  }
  const list = Array.isArray(document) ? document : asRecord(document)?.['data'];
  if (!Array.isArray(list)) throw new FormatError('the errata are no list of notices');
  for (const item of list) yield* readNotice(asRecord(item) ?? {});
}

function* readNotice(entry: JsonRecord): Generator<UpdateinfoItem> {
  const id = asText(entry['id'] ?? entry['updateinfo_id'], 100);
  if (id === undefined) {
    yield { skipped: 'a notice has no id' };
    return;
  }
  const list = asRecord(entry['pkglist']);
  const shared = moduleOf(list?.['module']);
  const packages: NoticePackage[] = [];
  for (const item of asList(entry['packages'] ?? list?.['packages']).slice(0, PACKAGES)) {
    const pkg = readPackage(asRecord(item) ?? {}, shared);
    if (pkg === undefined)
      yield { skipped: `${id}: ${JSON.stringify(item).slice(0, 100)} is no package with a version` };
    else packages.push(pkg);
  }
  const text = (key: string, maximum: number): string | undefined => asText(entry[key], 10_000_000)?.slice(0, maximum);
  const [title, description] = [text('title', TITLE), text('description', DESCRIPTION)];
  const [issued, updated] = [moment(entry['issued_date']), moment(entry['updated_date'])];
  yield {
    id,
    type: asText(entry['type'], 40) ?? '',
    severity: severityOfWord(entry['severity']),
    references: asList(entry['references']).map((item) => {
      const reference = asRecord(item);
      const word = (key: string): string => asText(reference?.[key], 1000) ?? '';
      return { type: word('type'), id: word('id'), href: word('href'), title: word('title') };
    }),
    packages,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(issued !== undefined && { issued }),
    ...(updated !== undefined && { updated }),
  };
}

function readPackage(entry: JsonRecord, shared: string | undefined): NoticePackage | undefined {
  const word = (key: string): string => asText(entry[key], 256)?.trim() ?? '';
  const [name, arch] = [word('name'), word('arch')];
  const version = readPackageVersion(word('epoch'), word('version'), word('release'));
  if (!/^[^\s:/]+$/.test(name) || version === undefined) return undefined;
  // `mariadb:10.3:8050020220427075058:c5368500:x86_64`
  const own = /^([^:\s]+:[^:\s]+)(?::|$)/.exec(word('module'))?.[1];
  const module = own ?? shared;
  return { name, version, ...(arch !== '' && { arch }), ...(module !== undefined && { module }) };
}

function moduleOf(value: unknown): string | undefined {
  const module = asRecord(value);
  const [name, stream] = [asText(module?.['name'], 100), asText(module?.['stream'], 100)];
  return name === undefined || stream === undefined ? undefined : `${name}:${stream}`;
}

/** Seconds since 1970, or `{"$date": milliseconds}`. */
function moment(value: unknown): string | undefined {
  const date = asRecord(value)?.['$date'];
  const seconds = typeof date === 'number' ? Math.floor(date / 1000) : value;
  return typeof seconds === 'number' ? readNoticeDate(String(seconds)) : undefined;
}
