import type { ReactNode, Ref } from 'react';
import { IconButton, LinkButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Navigation } from './navigation.tsx';

/**
 * What stands around every view. It is drawn twice: into the page when it is built, so that it is seen before any script ran
 * (vite-plugins/first-paint.tsx), and by the script, which takes its place. It asks nothing of the browser that draws it.
 */
export function Frame({
  counts = {},
  onFind,
  onHelp,
  menus,
  banners,
  main,
  isWhole = false,
  children,
}: {
  /** What waits on a page, by its address. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly onFind?: () => void;
  readonly onHelp?: () => void;
  readonly menus: ReactNode;
  readonly banners?: ReactNode;
  readonly main?: Ref<HTMLElement>;
  /** The view has all the room to itself. */
  readonly isWhole?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <div className="shell">
        <Navigation counts={counts} />
        <div className="body-column">
          <header className="top-bar no-print">
            <button type="button" className="find-button" onClick={onFind}>
              <Icon name="search" size={14} />
              <span className="grow cut">Find or do …</span>
              <kbd>Ctrl K</kbd>
            </button>
            <span className="grow" />
            <LinkButton to="/submit" kind="primary" icon="submit">
              Submit
            </LinkButton>
            {menus}
            <IconButton label="Keys" icon="help" onClick={onHelp} />
          </header>
          {banners}
          <main id="content" ref={main} tabIndex={-1} className={isWhole ? 'whole' : ''}>
            {children}
          </main>
        </div>
      </div>
    </>
  );
}

/** What a view shows until it is there: what it is called, where that is known by the address alone. */
export function Arriving({ title }: { readonly title: string | undefined }): ReactNode {
  return (
    <>
      {title !== undefined && (
        <header className="page-head">
          <div className="stack close grow">
            <h1 tabIndex={-1}>{title}</h1>
          </div>
        </header>
      )}
      <p aria-busy="true" className="arriving soft">
        Loading …
      </p>
    </>
  );
}
