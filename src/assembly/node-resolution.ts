const FOLDER = 'node_modules';

/**
 * Folders in which Node.js looks for a package that another one needs, the nearest first: `node_modules` of the package
 * itself and of every directory above it (Node.js, "Modules: CommonJS modules", "Loading from node_modules folders").
 * @param location the package.json of the one that needs it
 */
export function* nodeCandidates(location: string, name: string): Generator<string, void, void> {
  let directory = parentOf(location);
  for (;;) {
    const last = directory.slice(directory.lastIndexOf('/') + 1);
    if (last !== FOLDER) yield `${directory === '' ? '' : `${directory}/`}${FOLDER}/${name}`;
    if (directory === '') return;
    directory = parentOf(directory);
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
