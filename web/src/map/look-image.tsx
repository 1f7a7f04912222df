import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { addressOfLook, lookOf, type NodeLook, nameOfLook, type Palette } from './node-look.ts';
import { readPalette, watchTheme } from './palette.ts';
import type { MapNode } from './shapes.ts';

let palette: Palette | undefined;

function usePalette(): Palette {
  return useSyncExternalStore(
    (listener) =>
      watchTheme(() => {
        palette = undefined;
        listener();
      }),
    () => {
      palette ??= readPalette();
      return palette;
    },
  );
}

/** A node as it looks on the map, beside words that say the same. */
export function LookImage({ look, size = 32 }: { readonly look: NodeLook; readonly size?: number }): ReactNode {
  const colours = usePalette();
  const name = nameOfLook(look);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for the look
  const address = useMemo(() => addressOfLook(look, colours), [name, colours]);
  return <img src={address} alt="" width={size} height={size} className="map-look" />;
}

export function NodeImage({ node, size }: { readonly node: MapNode; readonly size?: number }): ReactNode {
  return <LookImage look={lookOf(node)} {...(size !== undefined && { size })} />;
}
