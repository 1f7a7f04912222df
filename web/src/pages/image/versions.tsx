import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SubmittedImage } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { ImageText } from '../../ui/image-text.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SeverityCounts } from '../../ui/severity.tsx';
import { Moment } from '../../ui/time.tsx';
import { addressOfImage, StateBadge } from '../image-words.tsx';
import { severalPlatforms } from '../variants.ts';

/** Everything else that was scanned under the same name, the newest first, each beside what it can be compared with. */
export function Versions({ image }: { readonly image: SubmittedImage }): ReactNode {
  const { data } = useAnswer('GET /api/images', { query: { reference: image.reference, limit: 100 } });
  const same = data?.images ?? [];
  if (same.length < 2) return null;
  const isSeveral = severalPlatforms(same).size > 0;
  return (
    <Panel title="Scans of this name" flush aside={<span className="soft">{same.length}</span>}>
      <ul className="rows">
        {same.map((each) => (
          <li key={each.id} className="row">
            <span className="grow side">
              {each.id === image.id ? (
                <strong>
                  <Moment at={each.submitted} /> (this one)
                </strong>
              ) : (
                <Link href={addressOfImage(each.id)}>
                  <Moment at={each.submitted} />
                </Link>
              )}
              {isSeveral && <ImageText text={each.platform} />}
              {each.digest !== undefined && (
                <span className="faint">
                  <ImageText text={each.digest.slice(0, 19)} mono />
                </span>
              )}
            </span>
            {each.sums === undefined ? (
              <StateBadge state={each.state} />
            ) : (
              <SeverityCounts counts={each.sums.findings} />
            )}
            {each.id !== image.id && each.state === 'done' && image.state === 'done' && (
              <Link href={compareAddress(image, each)}>Compare</Link>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The older one is what the other is compared with. */
function compareAddress(a: SubmittedImage, b: SubmittedImage): string {
  const [before, after] = a.submitted < b.submitted ? [a, b] : [b, a];
  return `/compare?${new URLSearchParams({ before: before.id, after: after.id })}`;
}
