import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { cancelUpload, type Upload } from '../../api/upload.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { bytesWords } from '../../ui/bytes.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { addressOfImage } from '../image-words.tsx';

/** An archive on its way, or what became of it. */
export function UploadRow({ upload }: { readonly upload: Upload }): ReactNode {
  const { name, bytes, sent, state, failure, image } = upload;
  return (
    <div className="upload-row">
      <span className="side">
        <span className="grow cut">
          {image === undefined ? (
            <ImageText text={name} mono />
          ) : (
            <Link href={addressOfImage(image.id)}>
              <ImageText text={name} mono />
            </Link>
          )}
        </span>
        <span className="soft">
          {state === 'sending' ? `${bytesWords(sent)} of ${bytesWords(bytes)}` : bytesWords(bytes)}
        </span>
        {state === 'sending' && (
          <Button small onClick={() => cancelUpload(upload.id)}>
            Cancel
          </Button>
        )}
        {state === 'done' && <Badge tone="good">sent</Badge>}
        {state === 'failed' && <Badge tone="bad">failed</Badge>}
        {state === 'cancelled' && <Badge>cancelled</Badge>}
      </span>
      {state === 'sending' && (
        <progress aria-label={`Upload of ${name}`} {...(sent < bytes && { value: sent, max: Math.max(1, bytes) })} />
      )}
      {state === 'sending' && bytes > 0 && sent >= bytes && <span className="soft">The service takes it in …</span>}
      {failure !== undefined && (
        <p className="wrong" role="alert">
          <ImageText text={failure} />
        </p>
      )}
    </div>
  );
}
