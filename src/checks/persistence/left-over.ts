import type { FileType } from '../../model/file.ts';
import type { PlaceSighting } from './sighting.ts';

const files: readonly string[] = [
  'Dockerfile',
  'Containerfile',
  'docker-compose.yml',
  'docker-compose.yaml',
  'compose.yml',
  'compose.yaml',
  '.dockerignore',
  '.DS_Store',
  'Thumbs.db',
  '.vimrc',
  '.gitlab-ci.yml',
];
const directories: readonly string[] = [
  '.git',
  '.svn',
  '.hg',
  '.aws',
  '.azure',
  '.gcp',
  '.kube',
  '.npm',
  '.cache',
  '.vscode',
  '.idea',
  '.terraform',
];

/** Names of files and directories that builds leave. */
export const leftOverNames: readonly string[] = [...files, ...directories];

/** What packages of languages bring with them: their own build files, which nobody of this image left there. */
const ofOthers =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|gems|pkg\/mod|share\/doc|testdata|fixtures)\//;

/** What a build left behind that no container needs. */
export function leftOver(path: string, name: string, type: FileType): PlaceSighting | undefined {
  const isDirectory = type === 'directory';
  if (isDirectory ? !directories.includes(name) : !files.includes(name)) return undefined;
  if (ofOthers.test(path)) return undefined;
  return {
    rule: 'left-over',
    detail: isDirectory ? 'is a directory that builds and editors leave' : 'is a file that builds and editors leave',
  };
}
