import type { StoredVulnerability } from '../../../store/vulnerability-shelf.ts';
import type { V1Route, V1Services } from '../call.ts';
import { isStorable, notFound, notStorable } from '../failure.ts';
import { empty, json } from '../http/answer.ts';
import { encodeJson } from '../json/encode.ts';
import { type NotificationPlace, notificationPage, readLimit } from '../paging.ts';
import { fixesJson, vulnerabilityJson } from '../vulnerability-json.ts';
import { notificationEnvelope, type WireVulnerabilityWithLayers } from '../wire.ts';

const finished = -1;

const getNotification: V1Route = {
  name: 'getNotification',
  method: 'GET',
  path: '/notifications/:notification',
  async handle(call, services) {
    const { store, tokens } = services;
    const limit = readLimit(call.query);
    const token = call.query.get('page');
    const place: NotificationPlace =
      token === undefined ? { OldVulnerability: 0, NewVulnerability: 0 } : notificationPage.open(tokens, token);
    const name = call.parameters[0]!;
    const found = isStorable(name) ? await store.notifications.find(name) : undefined;
    // Clair counts it so.
    if (found === undefined) return { ...notFound, counted: { route: 'deleteNotification' } };
    // Clair hands the limit to its database, which refuses it.
    if (limit < -1) return notStorable;
    const before = await listSide(services, found.old, place.OldVulnerability, limit);
    const after = await listSide(services, found.new, place.NewVulnerability, limit);
    const next = { OldVulnerability: before.next, NewVulnerability: after.next };
    const envelope = {
      Notification: {
        Name: found.name,
        Created: seconds(found.created),
        Notified: seconds(found.notified),
        Deleted: seconds(found.deleted),
        Limit: limit,
        Page: token ?? notificationPage.seal(tokens, place),
        NextPage: before.next === finished && after.next === finished ? '' : notificationPage.seal(tokens, next),
        ...(before.shown === undefined ? {} : { Old: before.shown }),
        ...(after.shown === undefined ? {} : { New: after.shown }),
      },
    };
    return json(200, encodeJson(notificationEnvelope, envelope));
  },
};

interface Side {
  readonly shown?: WireVulnerabilityWithLayers;
  /** Id of the first layer of the next page. */
  readonly next: number;
}

/** One side of a notification: the vulnerability, and some of the layers that brought what it affects. */
async function listSide(
  { store, limits }: V1Services,
  vulnerability: StoredVulnerability | undefined,
  from: number,
  limit: number,
): Promise<Side> {
  if (vulnerability === undefined) return { next: finished };
  const size = Math.min(limit, limits.pageEntries);
  const listed =
    from === finished || limit === -1
      ? []
      : await store.notifications.introducingLayers(vulnerability.id, from, size + 1);
  const layers = listed.slice(0, Math.max(size, 0));
  return {
    shown: {
      Vulnerability: { ...vulnerabilityJson(vulnerability), FixedIn: fixesJson(vulnerability) },
      OrderedLayersIntroducingVulnerability: layers.map(({ id, name }) => ({ Index: id, LayerName: name })),
      LayersIntroducingVulnerability: layers.map(({ name }) => name),
    },
    next: listed[size]?.id ?? finished,
  };
}

function seconds(date: Date | undefined): string {
  return date === undefined ? '' : String(Math.floor(date.getTime() / 1000));
}

const deleteNotification: V1Route = {
  name: 'deleteNotification',
  method: 'DELETE',
  path: '/notifications/:notification',
  async handle(call, { store, clock }) {
    const name = call.parameters[0]!;
    return isStorable(name) && (await store.notifications.markRead(name, new Date(clock()))) ? empty : notFound;
  },
};

export const notificationRoutes: readonly V1Route[] = [getNotification, deleteNotification];
