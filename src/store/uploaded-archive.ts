/** What the reference of an uploaded archive begins with: no other process can scan it. */
export const UPLOADED = 'upload:';

/** What one of several images is called that an archive holds: by its place, since what it says of itself is its own word. */
export function nameAtPlace(archive: string, place: number): string {
  return place === 1 ? archive : `${archive}#${place}`;
}
