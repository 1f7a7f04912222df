import type { Builder } from '../model/history.ts';
import type { HistoryEntry } from '../model/image.ts';

/** What the legacy builder and buildah put before instructions that run nothing. */
export const nop = /^((?:\/|[A-Za-z]:\\)?\S*(?: -\S+| pipefail)* -c|cmd \/S \/C) #\(nop\) ?/;

/**
 * Says who wrote an entry, by signs that only this builder leaves. None of them is proof: an image can be forged to look
 * like the work of any builder.
 */
export function builderOf(entry: HistoryEntry): Builder {
  const by = entry.createdBy ?? entry.instruction;
  const { author = '', comment = '' } = entry;
  if (comment.startsWith('buildkit.')) return 'buildkit';
  if (/^(?:RUN|COPY|ADD) /.test(by) && by.trimEnd().endsWith('# buildkit')) return 'buildkit';
  if (author === 'kaniko') return 'kaniko';
  if (author === 'ko' || /^ko (?:build|publish) /.test(by)) return 'ko';
  if (author === 'Bazel' || /^bazel(?:isk)? build /.test(by)) return 'bazel';
  if (comment.startsWith('store paths: ') || by === 'nix2container') return 'nix';
  if (by === '' && comment.startsWith('Imported from ')) return 'import';
  // Only buildah says what it built on.
  if (comment.startsWith('FROM ')) return 'buildah';
  if (nop.test(by.slice(0, 300))) return 'legacy';
  return 'unknown';
}
