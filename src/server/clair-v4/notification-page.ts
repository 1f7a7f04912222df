import { createHash } from 'node:crypto';
import { clairDistribution } from '../../report/clair-v4/contents.ts';
import type { ClairVulnerabilityCore } from '../../report/clair-v4/documents.ts';
import { CLAIR_MANIFEST, manifestHash } from '../../store/clair-manifest.ts';
import type { ConcernedImage, NotificationShelf, StoredNotification } from '../../store/notification-shelf.ts';
import type { StoredVulnerability } from '../../store/vulnerability-shelf.ts';

/** Where a page begins: first come the manifests that have the vulnerability, then those that have it no longer. */
export interface PagePlace {
  readonly reason: 'added' | 'removed';
  /** Id of the first image. */
  readonly from: number;
}

/** What happened to a manifest (OpenAPI 1.2.0, schema `notification`). */
export interface ManifestNotification {
  readonly id: string;
  readonly manifest: string;
  readonly reason: 'added' | 'removed';
  readonly vulnerability: ClairVulnerabilityCore & { readonly description: string; readonly links: string };
}

export const FIRST_PAGE: PagePlace = { reason: 'added', from: 0 };

/**
 * What a change of a vulnerability means for the manifests that clients had indexed. One whose vulnerability changed has it
 * as `added`, since it is another one now: as Clair has it, which tells such apart by all they say.
 */
export async function notificationPage(
  { name, old, new: fresh }: StoredNotification,
  place: PagePlace,
  size: number,
  shelf: Pick<NotificationShelf, 'concernedImages'>,
): Promise<{ readonly notifications: readonly ManifestNotification[]; readonly next?: PagePlace }> {
  const notifications: ManifestNotification[] = [];
  let { reason, from } = place;
  for (;;) {
    const row = reason === 'added' ? fresh : old;
    if (row !== undefined) {
      const left = size - notifications.length;
      const found = await shelf.concernedImages(row.id, {
        ...{ beginning: CLAIR_MANIFEST, from, limit: left + 1 },
        ...(reason === 'removed' && fresh !== undefined && { except: fresh.id }),
      });
      for (const image of found.slice(0, left)) notifications.push(notificationOf(name, reason, row, image));
      const beyond = found[left];
      if (beyond !== undefined) return { notifications, next: { reason, from: beyond.id } };
    }
    if (reason === 'removed') return { notifications };
    [reason, from] = ['removed', 0];
  }
}

/** A place as Clair's pages have it: a UUID, here one of the version for forms of one's own (RFC 9562 section 5.8). */
export function writePlace({ reason, from }: PagePlace): string {
  return `00000000-0000-8000-8${reason === 'added' ? '0' : '1'}00-${from.toString(16).padStart(12, '0')}`;
}

/** @returns undefined for what no page ended with */
export function readPlace(text: string): PagePlace | undefined {
  const [, side, from] = /^00000000-0000-8000-8([01])00-([0-9a-f]{12})$/.exec(text) ?? [];
  if (side === undefined || from === undefined) return undefined;
  return { reason: side === '0' ? 'added' : 'removed', from: Number.parseInt(from, 16) };
}

function notificationOf(
  name: string,
  reason: 'added' | 'removed',
  row: StoredVulnerability,
  { reference, package: pkg }: ConcernedImage,
): ManifestNotification {
  const manifest = manifestHash(reference);
  const severity = row.severity === 'Defcon1' ? 'Critical' : row.severity;
  const { source, namespace } = pkg;
  const isDistribution = namespace.includes(':');
  return {
    // The same for whoever asks again.
    id: uuidOf(`${name} ${reason} ${manifest}`),
    manifest,
    reason,
    vulnerability: {
      name: row.name,
      description: row.description,
      links: row.link,
      severity,
      normalized_severity: severity,
      fixed_in_version: pkg.fixedBy ?? '',
      package: {
        ...{ id: '1', name: pkg.name, version: pkg.version, kind: 'BINARY' },
        ...(source !== undefined && { source: { id: '2', ...source, kind: 'SOURCE' } }),
      },
      arch_op: 'equals',
      ...(isDistribution
        ? { distribution: clairDistribution('1', namespace) }
        : { repository: { id: '1', name: namespace } }),
    },
  };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
