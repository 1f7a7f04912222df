import type { Ecosystem } from '../model/ecosystem.ts';
import { almalinux } from './almalinux/index.ts';
import { alpine } from './alpine/index.ts';
import { amazon } from './amazon/index.ts';
import { arch } from './arch/index.ts';
import { azurelinux } from './azurelinux/index.ts';
import { binaries } from './binaries/index.ts';
import { bitnami } from './bitnami/index.ts';
import { bottlerocket } from './bottlerocket/index.ts';
import { cocoapods } from './cocoapods/index.ts';
import { conan } from './conan/index.ts';
import { cos } from './cos/index.ts';
import { dart } from './dart/index.ts';
import { debian } from './debian/index.ts';
import { dotnet } from './dotnet/index.ts';
import { elixir } from './elixir/index.ts';
import { fedora } from './fedora/index.ts';
import { gentoo } from './gentoo/index.ts';
import { go } from './go/index.ts';
import { haskell } from './haskell/index.ts';
import { homebrew } from './homebrew/index.ts';
import { java } from './java/index.ts';
import { julia } from './julia/index.ts';
import { kernel } from './kernel/index.ts';
import { listed } from './listed/index.ts';
import { lua } from './lua/index.ts';
import { models } from './models/index.ts';
import { nix } from './nix/index.ts';
import { node } from './node/index.ts';
import { ocaml } from './ocaml/index.ts';
import { openeuler } from './openeuler/index.ts';
import { openwrt } from './openwrt/index.ts';
import { oracle } from './oracle/index.ts';
import { pear } from './pear/index.ts';
import { perl } from './perl/index.ts';
import { photon } from './photon/index.ts';
import { php } from './php/index.ts';
import { python } from './python/index.ts';
import { r } from './r/index.ts';
import { redhat } from './redhat/index.ts';
import { rocky } from './rocky/index.ts';
import { ruby } from './ruby/index.ts';
import { rust } from './rust/index.ts';
import { snap } from './snap/index.ts';
import { suse } from './suse/index.ts';
import { swift } from './swift/index.ts';
import { ubuntu } from './ubuntu/index.ts';
import { vcpkg } from './vcpkg/index.ts';
import { wolfi } from './wolfi/index.ts';
import { wordpress } from './wordpress/index.ts';

/** THE LIST: every distribution and language that Drydock knows, by name. Adding one is a folder and a line here. */
export const ecosystems: readonly Ecosystem[] = [
  almalinux,
  alpine,
  amazon,
  arch,
  azurelinux,
  binaries,
  bitnami,
  bottlerocket,
  cocoapods,
  conan,
  cos,
  dart,
  debian,
  dotnet,
  elixir,
  fedora,
  gentoo,
  go,
  haskell,
  homebrew,
  java,
  julia,
  kernel,
  listed,
  lua,
  models,
  nix,
  node,
  ocaml,
  openeuler,
  openwrt,
  oracle,
  pear,
  perl,
  photon,
  php,
  python,
  r,
  redhat,
  rocky,
  ruby,
  rust,
  snap,
  suse,
  swift,
  ubuntu,
  vcpkg,
  wolfi,
  wordpress,
];
