/** Makes the `within` of an analyzer that wants files of known paths only. */
export function directoriesOf(paths: Iterable<string>): (directory: string) => boolean {
  const directories = new Set<string>();
  for (const path of paths) directories.add(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  return (directory) => directories.has(directory);
}
