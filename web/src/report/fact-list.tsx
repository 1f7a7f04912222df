import type { ReactNode } from 'react';
import { ImageText } from '../ui/image-text.tsx';

/** Names with what is known; what is not known is left out. */
export function FactList(props: {
  readonly facts: readonly (readonly [name: string, value: string | undefined])[];
}): ReactNode {
  return (
    <dl className="facts">
      {props.facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name} className="fact-pair">
              <dt>{name}</dt>
              <dd>
                <ImageText text={value} />
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}
