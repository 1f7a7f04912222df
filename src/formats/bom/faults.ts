import type { SbomFault } from './document.ts';

/** Components that are named one by one; the rest is counted. */
const NAMED = 20;

/** Collects what could not be read of a document, in as few sentences as say it all. */
export class SbomFaults {
  readonly #named: string[] = [];
  readonly #others: SbomFault[] = [];
  #unnamed = 0;

  /** A component that cannot be read. @param message which, and why */
  component(message: string): void {
    if (this.#named.length < NAMED) this.#named.push(message);
    else this.#unnamed++;
  }

  /** Said once, however often it is met. */
  add(kind: SbomFault['kind'], message: string): void {
    if (!this.#others.some((fault) => fault.kind === kind && fault.message === message)) {
      this.#others.push({ kind, message });
    }
  }

  all(): readonly SbomFault[] {
    const faults = [...this.#others, ...this.#named.map((message): SbomFault => ({ kind: 'component', message }))];
    if (this.#unnamed > 0) faults.push({ kind: 'component', message: `${this.#unnamed} further components` });
    return faults;
  }
}
