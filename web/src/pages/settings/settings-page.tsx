import type { ReactNode } from 'react';
import { useSession } from '../../api/use-session.ts';
import { ImageText } from '../../ui/image-text.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Panel } from '../../ui/panel.tsx';
import { chooseTheme, type Theme, useTheme } from '../../ui/theme.ts';
import { Moment } from '../../ui/time.tsx';
import { Configured } from './configured.tsx';
import { Connect } from './connect.tsx';

/** How this page looks, who one is here, what the service is set to, and how others connect to it. */
export function SettingsPage(): ReactNode {
  return (
    <PageFrame title="Settings">
      <div className="columns">
        <Panel title="Theme">
          <ThemeChoice />
        </Panel>
        <Panel title="You">
          <You />
        </Panel>
      </div>
      <Configured />
      <Connect />
    </PageFrame>
  );
}

const themes: readonly { readonly theme: Theme; readonly label: string }[] = [
  { theme: 'system', label: 'As the system' },
  { theme: 'light', label: 'Light' },
  { theme: 'dark', label: 'Dark' },
];

function ThemeChoice(): ReactNode {
  const chosen = useTheme();
  return (
    <fieldset className="side plain-fieldset">
      <legend className="unseen">Theme of this page</legend>
      {themes.map(({ theme, label }) => (
        <label key={theme} className="check">
          <input type="radio" name="theme" checked={theme === chosen} onChange={() => chooseTheme(theme)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

const scopes = [
  ['read', 'read reports, feeds, notifications'],
  ['scan', 'submit images, mark notifications as read'],
  ['observe', 'have images run and watched'],
  ['admin', 'remove images, update feeds, revive jobs'],
] as const;

function You(): ReactNode {
  const session = useSession();
  if (session === undefined) return null;
  const most = scopes.findIndex(([scope]) => scope === session.scope);
  return (
    <div className="stack">
      <p>
        {session.needed ? (
          <>
            Signed in as <ImageText text={session.client?.replace(/^token:/, '') ?? 'somebody'} mono />
            {session.ends !== undefined && (
              <>
                ; the session ends on <Moment at={session.ends} />, unless it is used
              </>
            )}
            .
          </>
        ) : (
          'Nobody signs in here: whoever reaches this service may do everything. Tokens change that.'
        )}
      </p>
      {most >= 0 && (
        <ul className="stack close">
          {scopes.map(([scope, may], index) => (
            <li key={scope} className={index <= most ? '' : 'faint'}>
              <strong>{scope}</strong>: {may}
              {index > most && ' (not with this token)'}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
