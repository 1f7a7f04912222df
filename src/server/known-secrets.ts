import type { ServiceSettings } from '../config/service-settings.ts';
import { isPostgresSource, readConnectionString } from '../store/postgres/connection-settings.ts';

/** Variables of the environment that may hold credentials in an address. */
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'] as const;

/** Passwords of an address, as they stand in it and as they are sent. */
function passwordsOf(address: string | undefined): string[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const { password } = new URL(address);
  return password === '' ? [] : [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Every secret that the service was given: what its log must never say, wherever it comes from. */
export function knownSecrets(
  { store, notify, paginationKey, mirror, clairPsk }: ServiceSettings,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const source = store.reveal();
  const password = isPostgresSource(source) ? readConnectionString(source).password : undefined;
  const { webhook, json, mail, clairV4 } = notify;
  const addresses = [source, webhook?.url, webhook?.proxy, json?.url, clairV4?.url, mail?.smtp.reveal(), mirror];
  return [
    ...(typeof password === 'string' ? [password] : []),
    ...[...addresses, ...proxies.map((name) => environment[name])].flatMap(passwordsOf),
    ...[environment['PGPASSWORD'], json?.secret?.reveal(), paginationKey?.reveal(), clairPsk?.key.reveal()].filter(
      (text) => text !== undefined,
    ),
  ];
}
