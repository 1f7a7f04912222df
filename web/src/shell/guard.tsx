import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/states.tsx';

/** What is drawn instead of a page that fails: a fault of ours, and the navigation goes on. */
export class Guard extends Component<
  { readonly name: string; readonly children: ReactNode },
  { readonly error?: Error }
> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidUpdate(before: { readonly name: string }): void {
    if (before.name !== this.props.name && this.state.error !== undefined) this.setState({ error: undefined as never });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Notice tone="bad" urgent>
        <strong>This page could not be drawn</strong>
        <p>That is a fault of Drydock, not of what it shows. What it said: {String(error.message).slice(0, 500)}</p>
        <div>
          <Button small icon="refresh" onClick={() => location.reload()}>
            Load the page again
          </Button>
        </div>
      </Notice>
    );
  }
}
