import { FormatError } from '../../errors.ts';
import { ArReader } from '../../formats/ar/header.ts';
import { archiveKind, KIND_BYTES } from '../../formats/archive/archive-kind.ts';
import type { ArchiveEntry } from '../../formats/archive/entry.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { BLOCK } from '../../formats/tar/member.ts';
import { isCompressed, withDecoded } from './decode-flow.ts';
import type { FlowMembers } from './flow-members.ts';
import { showTar } from './tar-members.ts';

/** The two archives that a Debian package has (deb(5)). */
const PARTS = /^(?:data|control)\.tar(?:\.[a-z0-9]+)?$/;

/**
 * Shows the members of an ar archive. Those of a Debian package are the files that it installs, `a.deb!/usr/bin/b`, and its
 * scripts where dpkg-deb unpacks them to, `a.deb!/DEBIAN/postinst`.
 */
export function* showAr(flow: Inflow, members: FlowMembers): Steps {
  const reader = new ArReader(flow);
  let isDebian: boolean | undefined;
  for (;;) {
    const member = yield* reader.next();
    if (member === undefined) return;
    const { entry, padding } = member;
    isDebian ??= entry.name === 'debian-binary';
    if (isDebian && PARTS.test(entry.name)) yield* showPart(entry, flow, members);
    else yield* members.show(entry, flow);
    yield* reader.pad(padding);
  }
}

function* showPart(entry: ArchiveEntry, flow: Inflow, members: FlowMembers): Steps {
  const end = flow.position + entry.size;
  const part = flow.part(entry.size);
  const head = yield* part.peek(KIND_BYTES);
  const kind = archiveKind(head)?.kind;
  members.folder = entry.name.startsWith('control') ? 'DEBIAN/' : '';
  try {
    if (kind === 'tar') yield* members.within(kind, head, () => showTar(part, members));
    else if (kind !== undefined && isCompressed(kind)) {
      yield* members.within(kind, head, () =>
        withDecoded(kind, part, members, function* ({ flow: inner }) {
          const first = yield* inner.peek(BLOCK);
          yield* members.within('tar', first, () => showTar(inner, members));
        }),
      );
    } else {
      members.folder = '';
      yield* members.show(entry, part);
    }
  } catch (error) {
    // The other part may be whole.
    if (!(error instanceof FormatError)) throw error;
    members.leaveOut(`is damaged (${error.message})`, `${members.place.path}!/${entry.name}`);
  } finally {
    members.folder = '';
  }
  yield* flow.skip(end - flow.position);
}
