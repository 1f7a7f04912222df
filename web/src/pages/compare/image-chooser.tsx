import { type ReactNode, useId, useState } from 'react';
import type { SubmittedImage } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { Moment, Time } from '../../ui/time.tsx';
import { ImageName, shortReference } from '../image-words.tsx';

/** Chooses one of the images that were scanned. */
export function ImageChooser({
  label,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  const id = useId();
  const image = useAnswer('GET /api/images/{id}', { path: { id: chosen } }, { off: chosen === '' });
  const known = image.stale ? undefined : image.data;
  return (
    <section className="panel chooser" aria-labelledby={id}>
      <div className="side apart">
        <h2 id={id}>{label}</h2>
        {chosen !== '' && (
          <Button small kind="quiet" onClick={() => onChoose('')}>
            Choose another
          </Button>
        )}
      </div>
      {chosen === '' ? (
        <Search label={label} onChoose={onChoose} />
      ) : known === undefined ? (
        <p className="soft">{image.error === undefined ? 'Loading …' : image.error.message}</p>
      ) : (
        <Chosen image={known} />
      )}
    </section>
  );
}

function Chosen({ image }: { readonly image: SubmittedImage }): ReactNode {
  return (
    <div className="stack close">
      <span className="side close">
        <ImageName reference={image.reference} id={image.id} />
      </span>
      <span className="soft">
        <Moment at={image.submitted} />
        {image.digest !== undefined && (
          <>
            {' · '}
            <ImageText text={image.digest.slice(0, 19)} mono />
          </>
        )}
      </span>
    </div>
  );
}

function Search({ label, onChoose }: { readonly label: string; readonly onChoose: (id: string) => void }): ReactNode {
  const [text, setText] = useState('');
  const found = useAnswer('GET /api/images', {
    query: { state: 'done', limit: 8, ...(text !== '' && { q: text }) },
  });
  return (
    <div className="stack close">
      <SearchField label={`${label}: part of a name`} value={text} onChange={(event) => setText(event.target.value)} />
      <ul className={found.stale ? 'stale' : ''}>
        {(found.data?.images ?? []).map(({ id, reference, submitted }) => (
          <li key={id}>
            <button type="button" className="row" onClick={() => onChoose(id)}>
              <span className="grow cut">
                <ImageText text={shortReference(reference)} mono />
              </span>
              <span className="faint">
                <Time at={submitted} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.data?.images.length === 0 && <p className="soft">No image that was scanned is called so.</p>}
    </div>
  );
}
