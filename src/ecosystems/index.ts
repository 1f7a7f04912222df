import type { Ecosystem } from '../model/ecosystem.ts';
import { almalinux } from './almalinux/index.ts';
import { alpaquita } from './alpaquita/index.ts';
import { alpine } from './alpine/index.ts';
import { amazon } from './amazon/index.ts';
import { arch } from './arch/index.ts';
import { azurelinux } from './azurelinux/index.ts';
import { bottlerocket } from './bottlerocket/index.ts';
import { chainguard } from './chainguard/index.ts';
import { cleanstart } from './cleanstart/index.ts';
import { debian } from './debian/index.ts';
import { dotnet } from './dotnet/index.ts';
import { fedora } from './fedora/index.ts';
import { go } from './go/index.ts';
import { java } from './java/index.ts';
import { minimos } from './minimos/index.ts';
import { node } from './node/index.ts';
import { openeuler } from './openeuler/index.ts';
import { oracle } from './oracle/index.ts';
import { photon } from './photon/index.ts';
import { php } from './php/index.ts';
import { python } from './python/index.ts';
import { redhat } from './redhat/index.ts';
import { rocky } from './rocky/index.ts';
import { ruby } from './ruby/index.ts';
import { rust } from './rust/index.ts';
import { suse } from './suse/index.ts';
import { ubuntu } from './ubuntu/index.ts';
import { wolfi } from './wolfi/index.ts';

/** THE LIST: every distribution and language that Drydock knows, by name. Adding one is a folder and a line here. */
export const ecosystems: readonly Ecosystem[] = [
  almalinux,
  alpaquita,
  alpine,
  amazon,
  arch,
  azurelinux,
  bottlerocket,
  chainguard,
  cleanstart,
  debian,
  dotnet,
  fedora,
  go,
  java,
  minimos,
  node,
  openeuler,
  oracle,
  photon,
  php,
  python,
  redhat,
  rocky,
  ruby,
  rust,
  suse,
  ubuntu,
  wolfi,
];
