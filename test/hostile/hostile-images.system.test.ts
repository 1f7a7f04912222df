import { archives } from './cases-archives.ts';
import { links } from './cases-links.ts';
import { manifests } from './cases-manifests.ts';
import { surroundings } from './cases-surroundings.ts';
import { tars } from './cases-tar.ts';
import { vanishing } from './cases-vanish.ts';
import { whiteouts } from './cases-whiteouts.ts';
import { describeCases } from './describe-cases.ts';

describeCases([...archives, ...manifests, ...tars, ...links, ...whiteouts, ...vanishing, ...surroundings]);
