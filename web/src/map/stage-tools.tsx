import type { ReactNode, Ref } from 'react';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { type AddressChange, GROUPING_NAMES } from './address-names.ts';
import type { MapAddress } from './address-state.ts';
import { GROUPINGS, type Grouping } from './grouping.ts';
import type { HeldMap } from './held-map.ts';
import { Tally } from './tally.tsx';

const CHOICES = GROUPINGS.map((value) => ({
  value,
  label: value === 'none' ? 'Not grouped' : `By ${GROUPING_NAMES[value]}`,
}));

/** Over the map: how it is shown, and how it stands. */
export function StageTools({
  ref,
  address,
  held,
  onChange,
}: {
  readonly ref: Ref<HTMLDivElement>;
  readonly address: MapAddress;
  readonly held: HeldMap | undefined;
  readonly onChange: (change: AddressChange) => void;
}): ReactNode {
  const { table, layout, by, view } = address;
  return (
    <div className="map-top no-print" ref={ref}>
      <fieldset className="map-choice" aria-label="How it is shown">
        {(['organic', 'layered'] as const).map((each) => (
          <Button
            key={each}
            kind="quiet"
            aria-pressed={!table && layout === each}
            onClick={() => onChange({ table: false, layout: each })}
          >
            {each === 'organic' ? 'Organic' : 'Layered'}
          </Button>
        ))}
        <Button kind="quiet" aria-pressed={table} onClick={() => onChange({ table: !table })}>
          Table
        </Button>
      </fieldset>
      {view === 'containers' && !table && (
        <div className="map-by">
          <SelectField
            label="Containers are drawn together"
            labelUnseen
            value={by}
            choices={CHOICES}
            onChange={(event) => onChange({ by: event.currentTarget.value as Grouping })}
          />
        </div>
      )}
      {held !== undefined && <Tally held={held} terms={address.terms} onTerms={(terms) => onChange({ terms })} />}
    </div>
  );
}
