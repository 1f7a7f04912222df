import { parseReleaseFields } from '../formats/release-file.ts';
import { type ReleaseFile, releasePaths } from '../model/distribution.ts';
import type { FileView } from '../model/view.ts';

/** The release files that the merged view shows, links followed, in order of precedence. */
export function readReleaseFiles(files: FileView): readonly ReleaseFile[] {
  const facts = files.facts('release');
  return releasePaths.flatMap((path) => {
    const resolution = files.resolve(path);
    if (!resolution.found) return [];
    const { file } = resolution;
    const text = facts.findLast(
      ({ layer, fact }) => layer === file.layer && (fact.path === path || fact.path === file.path),
    )?.fact.text;
    return text === undefined ? [] : [{ path, text, fields: parseReleaseFields(text) }];
  });
}
