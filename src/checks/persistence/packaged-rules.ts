import type { ImageView } from '../../model/view.ts';
import type { Rule } from '../rule.ts';
import { changedLists, digestLists, eachDigest, withoutUsr } from './recorded-digests.ts';

interface Found {
  readonly layer: number;
  readonly md5: string;
  sha256?: string;
}

/** Digests of files in sight, by their path without `/usr`. */
function foundDigests(view: ImageView): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  for (const { layer, fact } of view.facts('digests')) {
    eachDigest(fact.md5, (path, md5) => {
      const known = found.get(withoutUsr(path));
      if (known === undefined || known.layer < layer) found.set(withoutUsr(path), { layer, md5 });
    });
    eachDigest(fact.sha256, (path, sha256) => {
      const known = found.get(withoutUsr(path));
      if (known?.layer === layer) known.sha256 = sha256;
    });
  }
  return found;
}

/** Programs, libraries and modules. */
const code = /^(?:usr\/)?(?:s?bin|lib\w*)\//;

interface Replaced {
  readonly path: string;
  /** '' of a link. */
  readonly owner: string;
  readonly layer: number;
  readonly type: 'file' | 'symlink';
}

/** Files that one is told of. */
const MOST = 5000;

/** Programs and libraries of packages that layers above those of the packages have, by their path without `/usr`. */
function replacedFiles(view: ImageView): ReadonlyMap<string, Replaced> {
  const found = new Map<string, Replaced>();
  if (view.image.layers.length < 2) return found;
  view.each((file) => {
    const { type, layer, size } = file;
    // Nothing lies below the first layer, so that nothing was replaced there.
    if (layer === 0 || (type !== 'file' && type !== 'symlink') || (type === 'file' && size === 0)) return;
    if (file.bringer() !== undefined || found.size >= MOST) return;
    const path = file.path();
    if (!code.test(path)) return;
    // Who owns a link is who owns what it leads to: the lists of files tell whether a package has one in its place.
    const owner = type === 'symlink' ? '' : view.ownerOf(path);
    if (owner !== undefined) found.set(withoutUsr(path), { path, owner, layer, type });
  });
  return found;
}

interface Recorded {
  readonly path: string;
  readonly owner: string;
  readonly digest: string;
  readonly algorithm: 'md5' | 'sha256';
}

/** What packages recorded of files, by their path without `/usr`. */
function recordedFor(view: ImageView, isAsked: (path: string) => boolean): ReadonlyMap<string, Recorded> {
  const recorded = new Map<string, Recorded>();
  for (const { owner, text, algorithm } of digestLists(view)) {
    eachDigest(text, (path, digest) => {
      const key = withoutUsr(path);
      if (isAsked(key)) recorded.set(key, { path, owner, digest: digest.toLowerCase(), algorithm });
    });
  }
  return recorded;
}

const changed: Rule = {
  doc: {
    id: 'packaged-file-changed',
    kind: 'persistence',
    title: 'A file is not as its package brought it',
    severity: 'high',
    why:
      'Its package records another digest. A changed program or library is how attackers stay where everybody trusts the ' +
      'package; versions and advisories say nothing of what is really there.',
    remediation: 'Install the package again, or build your version as a package or beside it (/usr/local).',
    aliases: [],
    example: { wrong: 'COPY libc.so.6 /lib/x86_64-linux-gnu/', right: 'RUN apt-get install --reinstall libc6' },
    sources: ['https://attack.mitre.org/techniques/T1554/', 'https://man7.org/linux/man-pages/man1/dpkg.1.html'],
    caveats:
      'By default files are compared that a layer above the one of the package has; at depth deep all of them. Settings ' +
      '(conffiles) have no digest. Of Alpine and Arch no digests are read: that a layer has the file once more is all that ' +
      'is known there, as it is after a chmod.',
  },
  *judge({ view }) {
    const found = foundDigests(view);
    const replaced = replacedFiles(view);
    if (found.size === 0 && replaced.size === 0) return;
    const lists = recordedFor(view, (path) => found.has(path) || replaced.has(path));
    for (const [path, { layer, md5, sha256 }] of found) {
      const recorded = lists.get(path);
      const digest = recorded?.algorithm === 'md5' ? md5 : sha256;
      if (recorded === undefined || digest === recorded.digest) continue;
      // What is hidden, or was diverted, is somebody else's.
      const resolution = view.resolve(recorded.path);
      if (!resolution.found || resolution.file.layer !== layer) continue;
      if (withoutUsr(resolution.file.path) !== path || view.ownerOf(recorded.path) !== recorded.owner) continue;
      const where = replaced.has(path) ? ` Layer ${layer} put it there.` : '';
      const name = recorded.algorithm === 'md5' ? 'MD5' : 'SHA-256';
      yield {
        evidence: `/${recorded.path} has another ${name} than the package ${recorded.owner} recorded for it.${where}`,
        layer,
        path: resolution.file.path,
        ...(!code.test(recorded.path) && { severity: 'medium' as const }),
      };
    }
    let undecided = 0;
    for (const [key, { path, owner, layer, type }] of replaced) {
      if (type === 'symlink') {
        // Alternatives are links that lead to files of packages, and are nobody's themselves.
        const recorded = lists.get(key);
        if (recorded === undefined) continue;
        yield {
          evidence: `/${path} is a link that layer ${layer} put in place of what the package ${recorded.owner} brought.`,
          severity: 'medium',
          layer,
          path,
        };
      } else if (!lists.has(key)) {
        yield {
          evidence: `Layer ${layer} has /${path} once more, which the package ${owner} brought; no digest of it is recorded.`,
          severity: 'medium',
          confidence: 'low',
          layer,
          path,
        };
      } else if (!found.has(key)) undecided++;
    }
    if (undecided > 0) yield { undecided: `cannot be decided of ${undecided} files, which were not read` };
  },
};

const rewritten: Rule = {
  doc: {
    id: 'package-digests-rewritten',
    kind: 'persistence',
    title: 'A layer changed what a package recorded of its files',
    severity: 'high',
    why: 'The package is the same as before, but its list has other digests: so a changed file looks as if it came with the package.',
    remediation: 'Find out what the layer changed besides; install the package again.',
    aliases: [],
    example: {
      wrong: 'RUN md5sum usr/bin/ls >> /var/lib/dpkg/info/coreutils.md5sums',
      right: '# leave the database to the package manager',
    },
    sources: ['https://attack.mitre.org/techniques/T1036/'],
  },
  *judge({ view }) {
    const brought = new Map(view.packages.map(({ name, layer }) => [name, layer.index]));
    for (const { owner, after, before } of changedLists(view)) {
      const since = brought.get(owner.replace(/:[^:]*$/, ''));
      if (since === undefined || since >= after.layer || since > before.layer) continue;
      yield {
        evidence: `Layer ${after.layer} changed the digests of the package ${owner}, which came with layer ${since}.`,
        layer: after.layer,
        path: after.fact.path,
      };
    }
  },
};

export const packagedRules: readonly Rule[] = [changed, rewritten];
