import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SubmittedImage } from '../../api/schema.ts';
import { ImageText } from '../../ui/image-text.tsx';
import { Time } from '../../ui/time.tsx';
import { addressOfImage, ImageName, StateBadge } from '../image-words.tsx';

/** Images, one a row; the arrow keys walk them. */
export function ImageRows({ images }: { readonly images: readonly SubmittedImage[] }): ReactNode {
  return (
    <ul className="panel rows image-rows">
      {images.map((image) => (
        <li key={image.id}>
          <Link href={addressOfImage(image.id)} className="row">
            <span className="grow cut name">
              <ImageName reference={image.reference} />
              {image.failure !== undefined && (
                <span className="wrong cut">
                  <ImageText text={image.failure} />
                </span>
              )}
            </span>
            <span className="distribution faint">
              <ImageText text={image.distribution} />
            </span>
            <StateBadge state={image.state} />
            <span className="age soft">
              <Time at={image.scanned ?? image.submitted} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
