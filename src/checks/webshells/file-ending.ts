/** What stands behind the last dot of a file's name, in lower case; empty where there is none. */
export function fileEnding(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return dot < 0 ? '' : base.slice(dot + 1).toLowerCase();
}
