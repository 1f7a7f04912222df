import type { Provenance } from '../../advisories/artefact/installed.ts';
import { jsonText } from '../../formats/json-text.ts';
import type { Invocation } from '../command.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';
import { apart, databaseWords, line } from './summary.ts';

/** `drydock db status` */
export async function showStatus({ configuration, io }: Invocation): Promise<number> {
  const { settings } = configuration;
  const [{ openAdvisories }, { readProvenance }, { databaseOf }] = await Promise.all([
    import('../../advisories/database.ts'),
    import('../../advisories/artefact/installed.ts'),
    import('../advisory-supply.ts'),
  ]);
  const file = databaseOf(settings, io.environment);
  const database = await openAdvisories(file);
  const status = database.status();
  database.close();
  const origin = await readProvenance(file);
  const now = new Date();
  if (settings.format === 'json') {
    await io.stdout.write(jsonText({ path: file, ...status, ...originJson(origin, now) }));
    return 0;
  }
  const width = textWidth(io.stdout, io.environment);
  const [header = [], ...rows] = apart(status.feeds, ['Updated', 'Records'], ({ name, updatedAt, records }) => [
    name,
    updatedAt ?? 'never',
    String(records),
  ]);
  const failures = status.feeds.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [line(`Failed: ${name} at ${failure.at}: ${failure.message}`, width)],
  );
  const table = layOut(header, rows, width);
  const words = [`Database: ${databaseWords(file, status)}`, ...originWords(origin, now)];
  await io.stdout.write(`${table}${failures.join('')}${words.map((one) => line(one, width)).join('')}`);
  return 0;
}

/** Where a database comes from, for programs: absent where it was made here. */
function originJson(origin: Provenance | undefined, now: Date): object {
  if (origin === undefined) return {};
  const { version, created, expires, content, key, updatedSince } = origin;
  return {
    artefact: {
      version,
      created,
      expires,
      expired: isExpired(origin, now),
      content,
      ...(key !== undefined && { key }),
      updatedSince,
    },
  };
}

/** The same for people. */
function originWords(origin: Provenance | undefined, now: Date): readonly string[] {
  if (origin === undefined) return [];
  const { version, created, expires, key, updatedSince } = origin;
  const signed = key === undefined ? 'not signed' : `signed by ${key}`;
  const since = updatedSince ? ', updated from feeds since' : '';
  return [
    `Artefact: version ${version} of ${created}, ${signed}${since}`,
    isExpired(origin, now)
      ? `Expired: it was to be believed until ${expires}. There should be a newer one.`
      : `Expires: ${expires}`,
  ];
}

function isExpired({ expires }: Provenance, now: Date): boolean {
  return Date.parse(expires) <= now.getTime();
}
