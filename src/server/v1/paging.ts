import { failed } from './failure.ts';
import type { Answer } from './http/answer.ts';
import { decodeInteger, decodeJson, JsonTypeError } from './json/decode.ts';
import { parseInteger, quote } from './json/go-text.ts';
import type { StructType } from './json/type.ts';
import type { PageTokens } from './page-token.ts';

/** What is wrong with a query: the answer that says so. */
export class BadQuery extends Error {
  override readonly name = 'BadQuery';
  readonly answer: Answer;

  constructor(message: string) {
    super(message);
    this.answer = failed(400, message);
  }
}

/** @throws BadQuery */
export function readLimit(query: ReadonlyMap<string, string>): number {
  const text = query.get('limit');
  if (text === undefined) throw new BadQuery('must provide limit query parameter');
  const limit = parseInteger(text);
  if (typeof limit === 'number') return limit;
  throw new BadQuery(`invalid limit format: strconv.Atoi: parsing ${quote(text)}: ${limit}`);
}

/** Where a page of a list begins: an id. A token tells no more, so one of another list does, too. */
export const listPage = {
  seal: (tokens: PageTokens, id: number): string => tokens.seal(`${id}\n`),
  /** @throws BadQuery */
  open: (tokens: PageTokens, token: string): number => open(tokens, token, decodeInteger),
};

/** Where a page of a notification begins, in each of its lists. -1: there is no more. */
export interface NotificationPlace {
  readonly OldVulnerability: number;
  readonly NewVulnerability: number;
}

const notificationPlace: StructType<Partial<NotificationPlace>> = {
  kind: 'struct',
  name: 'database.VulnerabilityNotificationPageNumber',
  members: [
    { name: 'OldVulnerability', type: { kind: 'int' } },
    { name: 'NewVulnerability', type: { kind: 'int' } },
  ],
};

export const notificationPage = {
  seal: (tokens: PageTokens, place: NotificationPlace): string =>
    tokens.seal(`{"OldVulnerability":${place.OldVulnerability},"NewVulnerability":${place.NewVulnerability}}\n`),
  /** @throws BadQuery */
  open: (tokens: PageTokens, token: string): NotificationPlace => ({
    OldVulnerability: 0,
    NewVulnerability: 0,
    ...open(tokens, token, (bytes) => decodeJson(notificationPlace, bytes, 1)),
  }),
};

function open<Place>(tokens: PageTokens, token: string, decode: (bytes: Uint8Array) => Place): Place {
  const bytes = tokens.open(token);
  if (bytes === undefined) throw new BadQuery('invalid page format: invalid or expired pagination token');
  try {
    return decode(bytes);
  } catch (error) {
    // A token of the other kind of list.
    if (error instanceof JsonTypeError) throw new BadQuery(`invalid page format: ${error.message}`);
    throw error;
  }
}
