import type { Engine } from '../../net/container-engine/engine.ts';

/** The run that what is made beside an image belongs to: its labels and names, so that it is removed with it. */
export interface InsideRun {
  readonly engine: Engine;
  /** For every object that is made for it. */
  readonly labels: Readonly<Record<string, string>>;
  /** The name that an object of it must have. */
  name(what: string): string;
  /** 1, 2, 3: for names of what there is more than one of. */
  nextNumber(): number;
}
