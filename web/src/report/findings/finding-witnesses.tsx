import type { ReactNode } from 'react';
import type { Witness } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { OutwardLink } from '../../ui/outward-link.tsx';
import { Part } from './part.tsx';

const engines: Readonly<Record<Witness['engine'], string>> = {
  digest: 'digest of a known file',
  clamav: 'ClamAV signature',
  yara: 'YARA rule',
  fuzzy: 'resemblance to a known file',
  model: 'learned model',
};

const weights: Readonly<Record<Witness['weight'], string>> = {
  certain: 'settles it',
  strong: 'makes it likely',
  weak: 'supports others',
};

/** Places and witnesses that are told one by one. */
const TOLD = 20;

/** All that speak against a file, the heaviest first. */
export function Witnesses({ witnesses }: { readonly witnesses: readonly Witness[] }): ReactNode {
  const shown = witnesses.slice(0, TOLD);
  return (
    <Part title={witnesses.length === 1 ? 'What speaks against it' : `${witnesses.length} speak against it`}>
      <ol className="witnesses">
        {shown.map((witness, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and a rule may come twice
          <li key={place}>
            <OneWitness witness={witness} />
          </li>
        ))}
      </ol>
      {witnesses.length > shown.length && <p className="soft">and {witnesses.length - shown.length} more</p>}
    </Part>
  );
}

function OneWitness({ witness }: { readonly witness: Witness }): ReactNode {
  const { engine, kind, weight, rule, set, description, author, licence, reference, tags = [], places = [] } = witness;
  const { score, view, allowedBy } = witness;
  const measure =
    score === undefined ? '' : engine === 'model' ? `probability ${(score * 100).toFixed(1)} %` : `${score} of 100`;
  return (
    <>
      <div className="side close">
        <ImageText mono className="strong" text={rule} />
        <Badge tone={weight === 'certain' ? 'bad' : weight === 'strong' ? 'warn' : 'neutral'}>{weights[weight]}</Badge>
      </div>
      <p className="soft">
        {engines[engine]} of <ImageText text={set} />: {kind}
        {measure !== '' && `, ${measure}`}
        {view !== undefined && (
          <>
            , in the form <ImageText mono text={view} />
          </>
        )}
      </p>
      {description !== undefined && (
        <p>
          <ImageText text={description} lines />
        </p>
      )}
      {(author !== undefined || licence !== undefined || tags.length > 0) && (
        <p className="soft">
          {author !== undefined && (
            <>
              by <ImageText text={author} />{' '}
            </>
          )}
          {licence !== undefined && (
            <>
              (<ImageText text={licence} />){' '}
            </>
          )}
          {tags.length > 0 && (
            <>
              tags: <ImageText text={tags.join(', ')} />
            </>
          )}
        </p>
      )}
      {reference !== undefined && (
        <p>
          <OutwardLink to={reference}>
            <ImageText text={reference} />
          </OutwardLink>
        </p>
      )}
      {allowedBy !== undefined && (
        <p>
          <ImageText text={allowedBy} /> lists the file as harmless
        </p>
      )}
      {places.length > 0 && (
        <ul className="places">
          {places.slice(0, TOLD).map(({ offset, line, excerpt }) => (
            <li key={offset}>
              <span className="soft">{line === undefined ? `byte ${offset}` : `line ${line}, byte ${offset}`}</span>{' '}
              <ImageText mono text={excerpt} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
