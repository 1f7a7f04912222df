import type { HostId } from '../../model/topology.ts';
import type { ServiceLog } from '../service-log.ts';
import type { HistoryStore, StoredOwner } from './history-store.ts';

/** Where it stands whose hosts are, for the next life of the service. Nothing of it throws. */
export interface OwnerKeeper {
  owners(): readonly StoredOwner[];
  keep(owner: StoredOwner): void;
  drop(host: HostId): void;
}

/**
 * Keeps owners beside the history of the map.
 * @param isSender whether somebody of this name can still tell of a host: one whose token is gone owns nothing after a start
 */
export function ownerKeeper(
  store: HistoryStore,
  log: ServiceLog,
  isSender: (name: string) => boolean = () => true,
): OwnerKeeper {
  // Reports go on where the disk is full: until the service ends it is known in memory as well.
  const attempt = <T>(act: () => T, otherwise: T): T => {
    try {
      return act();
    } catch (error) {
      log.warn(
        { error },
        'whose the hosts of the map are cannot be written down, or read: it does not outlive the service',
      );
      return otherwise;
    }
  };
  return {
    owners: () =>
      attempt(() => {
        const all = store.owners();
        for (const { host, owner } of all) if (!isSender(owner)) store.dropOwner(host);
        return all.filter(({ owner }) => isSender(owner));
      }, []),
    keep: (owner) => attempt(() => store.keepOwner(owner), undefined),
    drop: (host) => attempt(() => store.dropOwner(host), undefined),
  };
}
