import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { useAddressToken } from '../api/address-token.ts';
import { useSessionState } from '../api/session.ts';
import { useUnread } from '../api/unread.ts';
import { startUpload } from '../api/upload.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useLive } from '../api/use-live.ts';
import { NotFoundPage } from '../pages/not-found.tsx';
import { pages } from '../pages/pages.ts';
import { SignIn } from '../pages/sign-in/sign-in.tsx';
import { Menu } from '../ui/menu.tsx';
import { noteArrival } from '../ui/page-frame.tsx';
import { chooseTheme, type Theme, useTheme } from '../ui/theme.ts';
import { AddressBanner } from './address-banner.tsx';
import { DropZone } from './drop-zone.tsx';
import { Arriving, Frame } from './frame.tsx';
import { GoneBanner } from './gone-banner.tsx';
import { Guard } from './guard.tsx';
import { Help } from './help.tsx';
import { useKeys } from './keys.ts';
import { Palette } from './palette.tsx';
import { titleOf } from './places.ts';
import { SessionMenu } from './session-menu.tsx';

const MapPage = lazy(async () => ({ default: (await import('../map/map-page.tsx')).MapPage }));

/** The whole page: what is around every view, and the view that the address names. */
export function App(): ReactNode {
  const state = useSessionState();
  const isArriving = useAddressToken() === 'tried';
  const session = useAnswer('GET /api/session', {}, { off: isArriving });
  const wasIn = useRef(false);
  if (session.data?.signedIn === true) wasIn.current = true;
  if (isArriving) return <Shell waits />;
  if (state !== 'open') return <SignIn ended={state === 'lost'} />;
  if (session.data?.needed === true && !session.data.signedIn) return <SignIn ended={wasIn.current} />;
  // Pages ask nothing before it is known whether they may: each would be refused.
  return <Shell waits={session.data === undefined && session.error === undefined} />;
}

function Shell({ waits }: { readonly waits: boolean }): ReactNode {
  const [location, go] = useLocation();
  const [open, setOpen] = useState<'palette' | 'help'>();
  const main = useRef<HTMLElement>(null);
  useKeys({ go, palette: () => setOpen('palette'), help: () => setOpen('help') });
  useArrival(location, main);
  useLive(!waits);
  const unread = useUnread(!waits && location !== '/');
  const limit = useAnswer('GET /api/settings', {}, { off: waits }).data?.uploadLimit;
  const isMap = location === '/map';
  return (
    <>
      <Frame
        counts={unread === undefined ? {} : { '/notifications': unread }}
        onFind={() => setOpen('palette')}
        onHelp={() => setOpen('help')}
        menus={
          <>
            <ThemeMenu />
            <SessionMenu />
          </>
        }
        banners={
          <>
            <GoneBanner />
            <AddressBanner />
          </>
        }
        main={main}
        isWhole={isMap}
      >
        {waits ? (
          <Arriving title={isMap ? undefined : titleOf(location)} />
        ) : (
          <Guard name={location}>
            <Suspense fallback={<Arriving title={isMap ? undefined : titleOf(location)} />}>
              <Switch>
                {pages.map(({ path, Page }) => (
                  <Route key={path} path={path} component={Page} />
                ))}
                <Route path="/map" component={MapPage} />
                <Route component={NotFoundPage} />
              </Switch>
            </Suspense>
          </Guard>
        )}
      </Frame>
      <DropZone
        onFiles={(files) => {
          for (const file of files) startUpload(file, limit);
          go('/submit');
        }}
      />
      {open === 'palette' && <Palette onClose={() => setOpen(undefined)} />}
      {open === 'help' && <Help onClose={() => setOpen(undefined)} />}
    </>
  );
}

/** On another page the focus is on its heading, and it is seen from its beginning; back is where it was. */
function useArrival(location: string, main: { readonly current: HTMLElement | null }): void {
  const before = useRef(location);
  const walkedBack = useRef(false);
  useEffect(() => {
    const back = (): void => {
      walkedBack.current = true;
    };
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    noteArrival();
    if (!walkedBack.current) scrollTo(0, 0);
    walkedBack.current = false;
    const heading = main.current?.querySelector<HTMLElement>('h1');
    (heading ?? main.current)?.focus({ preventScroll: true });
  }, [location, main]);
}

const themes: readonly { readonly theme: Theme; readonly label: string }[] = [
  { theme: 'light', label: 'Light' },
  { theme: 'dark', label: 'Dark' },
  { theme: 'system', label: 'As the system' },
];

function ThemeMenu(): ReactNode {
  const chosen = useTheme();
  return (
    <Menu
      label="Theme"
      icon={chosen}
      items={themes.map(({ theme, label }) => ({
        ...{ label, icon: theme, checked: theme === chosen },
        onSelect: () => chooseTheme(theme),
      }))}
    />
  );
}
