import { type ReactNode, type RefObject, useState } from 'react';
import { addressOf } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { Menu } from '../ui/menu.tsx';
import { type AddressChange, PANELS } from './address-names.ts';
import type { MapAddress } from './address-state.ts';
import { Filters } from './filters.tsx';
import type { CanvasHandle } from './map-canvas.tsx';
import { saveAddress, saveFile } from './save-file.ts';
import { type FollowedMap, queryOf } from './use-map.ts';

/** Filters, the lists beside the map, and what can be saved of it. */
export function MapTools({
  address,
  followed,
  canvas,
  onChange,
}: {
  readonly address: MapAddress;
  readonly followed: FollowedMap;
  readonly canvas: RefObject<CanvasHandle | null>;
  readonly onChange: (change: AddressChange) => void;
}): ReactNode {
  const { held } = followed;
  const [failure, setFailure] = useState<Error>();
  const savePicture = (): void => {
    canvas.current?.png().then((picture) => saveFile(picture, 'map.png'), setFailure);
  };
  return (
    <>
      <Filters filters={address.filters} held={held} onChange={(filters) => onChange({ filters })} />
      {(['changes', 'legend'] as const).map((panel) => (
        <Button
          key={panel}
          kind="quiet"
          icon={({ changes: 'clock', legend: 'help' } as const)[panel]}
          aria-pressed={address.panel === panel && address.selected === undefined}
          title={PANELS[panel]}
          onClick={() =>
            onChange({
              panel: address.panel === panel && address.selected === undefined ? undefined : panel,
              selected: undefined,
            })
          }
        >
          <span className="map-word">{PANELS[panel]}</span>
        </Button>
      ))}
      <Menu
        label="Save the map"
        icon="download"
        items={[
          ...(address.table
            ? []
            : [
                {
                  label: 'Picture (PNG)',
                  onSelect: savePicture,
                },
              ]),
          {
            label: 'JSON',
            onSelect: () =>
              saveAddress(
                addressOf('GET /api/map', {
                  query: { ...queryOf(address), ...(address.at !== undefined && { at: address.at }) },
                }),
                'map.json',
              ),
          },
        ]}
      />
      {failure !== undefined && (
        <Dialog
          title="The picture could not be made"
          onClose={() => setFailure(undefined)}
          actions={<Button onClick={() => setFailure(undefined)}>Close</Button>}
        >
          <p>The browser did not make it: the map may be too large for its memory. JSON has the same content.</p>
          <ImageText text={failure.message} className="faint" />
        </Dialog>
      )}
    </>
  );
}
