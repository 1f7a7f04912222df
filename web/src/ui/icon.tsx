import type { ReactNode } from 'react';

/** Paths of a 16 by 16 grid, drawn with a line of 1.5. */
const paths = {
  overview: 'M2 2h5v6H2zM9 2h5v3.5H9zM9 8h5v6H9zM2 10.5h5V14H2z',
  images: 'M8 1.5 14.5 5 8 8.5 1.5 5zM1.5 8 8 11.5 14.5 8M1.5 11 8 14.5 14.5 11',
  map: 'M3 3.5h3v3H3zM10 2h3.5v3.5H10zM9 10.5h4v3.5H9zM6 5l4-1M5 6.5l4.5 5',
  vulnerability: 'M8 1.5 14.5 13.5h-13zM8 6v3.5M8 11.5v.2',
  compare: 'M5 2 2 5l3 3M2 5h9M11 8l3 3-3 3M14 11H5',
  feeds: 'M2 13a1 1 0 1 0 2 0 1 1 0 1 0-2 0M2 7.5a6.5 6.5 0 0 1 6.5 6.5M2 2.5A11.5 11.5 0 0 1 13.5 14',
  bell: 'M3.5 11.5V7a4.5 4.5 0 0 1 9 0v4.5l1 1h-11zM6.5 14.5h3',
  jobs: 'M5 3.5h9M5 8h9M5 12.5h9M2 3.5h.1M2 8h.1M2 12.5h.1',
  settings: 'M2 4.5h6M11.5 4.5H14M2 11.5h2.5M8 11.5h6M8 3v3h3.5V3zM4.5 10v3H8v-3z',
  observe: 'M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4',
  submit: 'M8 10.5V2M4.5 5.5 8 2l3.5 3.5M2 10.5V14h12v-3.5',
  search: 'M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2M10.5 10.5 14 14',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  check: 'M3 8.5 6.5 12 13 4.5',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  warning: 'M8 1.5 14.5 13.5h-13zM8 6v3.5M8 11.5v.2',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 7v4M8 4.8V5',
  failed: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5.5 5.5l5 5M10.5 5.5l-5 5',
  menu: 'M2 4h12M2 8h12M2 12h12',
  down: 'M3.5 6 8 10.5 12.5 6',
  right: 'M6 3.5 10.5 8 6 12.5',
  outward: 'M6 3H3v10h10v-3M9 2.5h4.5V7M13.5 2.5 7.5 8.5',
  light: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1',
  dark: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  system: 'M1.5 2.5h13v8.5h-13zM5 14h6M8 11v3',
  help: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M6 6.2a2 2 0 1 1 2.8 1.9c-.6.300-.8.700-.8 1.3M8 11.4v.2',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.6-3.9L13.5 5.5M13.5 2v3.5H10',
  remove: 'M2.5 4h11M6 4V2.5h4V4M4 4l.7 10h6.6L12 4M6.7 7v4M9.3 7v4',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2 5.5V2h3.5M10.5 2H14v3.5M14 10.5V14h-3.5M5.5 14H2v-3.5',
  table: 'M2 3h12v10H2zM2 6.5h12M6.5 6.5V13',
  filter: 'M2 3h12L9.5 8.5V13l-3-1.500V8.5z',
  clock: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 4.500V8l2.500 1.5',
  download: 'M8 2v8.500M4.500 7 8 10.500 11.500 7M2 11.500V14h12v-2.500',
  left: 'M10 3.5 5.5 8 10 12.5',
  leave: 'M6 2.5H2.5v11H6M10 4.5 13.5 8 10 11.5M13.5 8H6',
} as const;

export type IconName = keyof typeof paths;

/** A small picture beside a word; it says nothing by itself. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeLinecap="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}
