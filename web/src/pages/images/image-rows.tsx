import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ListedImage } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { SeverityCounts } from '../../ui/severity.tsx';
import { Time } from '../../ui/time.tsx';
import { addressOfImage, ImageName, StateBadge } from '../image-words.tsx';
import { severalPlatforms } from '../variants.ts';

/** Images, one a row. */
export function ImageRows({
  images,
  compact = false,
}: {
  readonly images: readonly ListedImage[];
  /** Without what a narrow place has no room for. */
  readonly compact?: boolean;
}): ReactNode {
  const several = severalPlatforms(images);
  return (
    <ul className={compact ? 'rows image-rows compact' : 'rows image-rows'}>
      {images.map((image) => (
        <li key={image.id}>
          <Link href={addressOfImage(image.id)} className="row">
            <span className="grow cut name">
              <ImageName reference={image.reference} />
              {several.has(image.reference) && image.platform !== undefined && (
                <Badge>
                  <ImageText text={image.platform} />
                </Badge>
              )}
              <Marks image={image} />
            </span>
            <span className="counts">
              {image.sums === undefined ? <Unread image={image} /> : <SeverityCounts counts={image.sums.findings} />}
            </span>
            {!compact && (
              <>
                <span className="distribution faint cut">
                  <ImageText text={image.distribution} />
                </span>
                <span className="age soft">
                  <Time at={image.scanned ?? image.submitted} />
                </span>
              </>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What else has to be known of an image in a list. */
function Marks({ image: { sums } }: { readonly image: ListedImage }): ReactNode {
  if (sums === undefined) return null;
  return (
    <>
      {sums.exploited > 0 && <Badge tone="bad">exploited</Badge>}
      {(sums.kinds['malware'] ?? 0) + (sums.kinds['webshell'] ?? 0) > 0 && <Badge tone="bad">malware</Badge>}
      {(sums.kinds['secret'] ?? 0) > 0 && <Badge tone="bad">secret</Badge>}
      {!sums.complete && <Badge tone="warn">incomplete</Badge>}
      {sums.endOfLife !== undefined && Date.parse(sums.endOfLife) < Date.now() && (
        <Badge tone="warn">end of life</Badge>
      )}
    </>
  );
}

function Unread({ image: { state, failure } }: { readonly image: ListedImage }): ReactNode {
  return (
    <span className="side close cut" title={failure ?? ''}>
      <StateBadge state={state} />
      {failure !== undefined && (
        <span className="wrong cut">
          <ImageText text={failure.slice(0, 200)} />
        </span>
      )}
    </span>
  );
}
