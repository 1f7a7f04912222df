import type { ReactNode } from 'react';
import { LinkButton } from '../ui/button.tsx';
import { CodeBlock } from '../ui/copy.tsx';
import { Icon } from '../ui/icon.tsx';

/** Nothing was scanned yet: three ways to begin. */
export function FirstSteps(): ReactNode {
  return (
    <section className="first-steps panel" aria-labelledby="first-steps">
      <div className="stack">
        <h2 id="first-steps">No image was scanned yet</h2>
        <p className="soft">
          Drydock opens an image layer by layer, says what is in it, which layer brought it, and what is wrong with it.
        </p>
      </div>
      <ol>
        <li>
          <Icon name="search" size={20} />
          <div className="stack close">
            <strong>Name one of a registry</strong>
            <LinkButton to="/submit" kind="primary">
              Submit an image
            </LinkButton>
          </div>
        </li>
        <li>
          <Icon name="submit" size={20} />
          <div className="stack close">
            <strong>Or drop an archive on this page</strong>
            <span className="soft">
              Try examples/demo.tar of Drydock itself: it holds no program, and findings of every kind of age.
            </span>
          </div>
        </li>
        <li>
          <Icon name="settings" size={20} />
          <div className="stack close grow">
            <strong>Or send one from a shell</strong>
            <CodeBlock
              text={`curl -sS --data-binary @examples/demo.tar -H 'Content-Type: application/x-tar' \\\n  '${location.origin}/api/images/upload?name=demo.tar'`}
            />
          </div>
        </li>
      </ol>
    </section>
  );
}
