import type { ComponentType } from 'react';

/** A view and its address. */
export interface PageEntry {
  readonly path: string;
  /** It reads the parameters of its address by itself. */
  readonly Page: ComponentType;
}

/** Every page but the map, which is loaded when it is looked at. */
export const pages: readonly PageEntry[] = [];
