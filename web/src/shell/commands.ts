import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { act, askAgain } from '../api/answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { shortReference } from '../pages/image-words.tsx';
import type { IconName } from '../ui/icon.tsx';
import { chooseTheme } from '../ui/theme.ts';
import { places } from './places.ts';

/** A line of the palette. */
export interface Command {
  readonly name: string;
  readonly label: string;
  readonly icon: IconName;
  readonly hint?: string;
  readonly run: () => void;
}

/** How long nothing has to be typed before the service is asked, in milliseconds. */
const CALM = 150;

function useCalm(text: string): string {
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(text), CALM);
    return () => clearTimeout(timer);
  }, [text]);
  return calm;
}

/** Every word of what was typed occurs in the label. */
export function fits(label: string, text: string): boolean {
  const lower = label.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

/** Ids of vulnerabilities have a dash and a digit; what is no such thing is not offered as one. */
export const looksLikeVulnerability = (text: string): boolean =>
  /^[A-Za-z][\w.:]{0,30}-[\w.:-]{1,60}$/.test(text) && /\d/.test(text);

/** What fits the text: pages and actions at once, images and vulnerabilities as the service has them. */
export function useCommands(text: string): { readonly commands: readonly Command[]; readonly searching: boolean } {
  const [, go] = useLocation();
  const typed = text.trim();
  const calm = useCalm(typed);
  const off = calm === '';
  const images = useAnswer('GET /api/images', { query: { q: calm, limit: 8 } }, { off });
  const fixed: readonly Command[] = [
    ...places.map(({ path, label, icon, key }) => ({
      ...{ name: path, label, icon, hint: `g ${key}` },
      run: () => go(path),
    })),
    { name: 'submit', label: 'Submit an image', icon: 'submit', hint: 'u', run: () => go('/submit') },
    { name: 'update', label: 'Update the feeds now', icon: 'refresh', run: () => updateFeeds(go) },
    { name: 'light', label: 'Theme: light', icon: 'light', run: () => chooseTheme('light') },
    { name: 'dark', label: 'Theme: dark', icon: 'dark', run: () => chooseTheme('dark') },
    { name: 'system', label: 'Theme: as the system', icon: 'system', run: () => chooseTheme('system') },
    { name: 'print', label: 'Print this page', icon: 'copy', run: () => print() },
  ];
  // What is here may be of what was typed before: only what fits is offered, or Enter would open something else. What a
  // digest found has it nowhere in its name.
  const isCurrent = typed === calm && !images.stale;
  const isFound = ({ reference }: { readonly reference: string }): boolean => isCurrent || fits(reference, typed);
  const found: readonly Command[] = off
    ? []
    : (images.data?.images ?? []).filter(isFound).map(({ id, reference, state }) => ({
        ...{ name: `image ${id}`, label: shortReference(reference), icon: 'images' as const, hint: state },
        run: () => go(`/images/${encodeURIComponent(id)}`),
      }));
  const vulnerability: readonly Command[] = looksLikeVulnerability(typed)
    ? [
        {
          ...{ name: `vulnerability ${typed}`, label: typed, icon: 'vulnerability', hint: 'where do we have it' },
          run: () => go(`/vulnerabilities/${encodeURIComponent(typed)}`),
        },
      ]
    : [];
  return {
    commands: [...vulnerability, ...fixed.filter(({ label }) => fits(label, typed)), ...found],
    searching: typed !== calm || (!off && images.loading),
  };
}

function updateFeeds(go: (path: string) => void): void {
  go('/feeds');
  // The page of the feeds says how it goes, and why it does not where it does not.
  act('POST /api/feeds/update').then(
    () => askAgain('GET /api/feeds'),
    () => askAgain('GET /api/feeds'),
  );
}
