/** What the name of a path of a Nix store tells. */
export interface NixStorePath {
  /** 160 bits in Nix's own base 32, which name the derivation and all that it was made of. */
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  /** Which of the outputs of its derivation it is; absent for the one called `out`. */
  readonly output?: string;
}

/** Letters of Nix's base 32: those that no word is made of by accident are left out. */
const STORE_NAME = /^([0-9abcdfghijklmnpqrsvwxyz]{32})-([\w+.?=-]{1,211})$/;
/** Outputs of packages of Nixpkgs ("Multiple-output packages"). */
const OUTPUT =
  /-(bin|debug|dev|devdoc|devman|dist|doc|examples|getent|info|lib|libgcc|locale|man|modules|nc|out|static|terminfo|tests)$/;
/** Files that derivations are made of and make: they are no package that runs. */
const NO_PACKAGE =
  /\.(?:drv|lock|patch|diff|diff\.gz|tar|tgz|zip|json|sh|py|pl|service|conf|tar\.(?:gz|bz2|xz|lz|zst))$/;

/**
 * Reads the name of a path of a store, `HASH-NAME-VERSION-OUTPUT`. The version begins behind the first hyphen that no letter
 * follows (Nix manual, `builtins.parseDrvName`).
 * @returns undefined for what has no version, which is a file of a build as a rule
 */
export function parseNixStorePath(text: string): NixStorePath | undefined {
  const [, hash = '', rest = ''] = STORE_NAME.exec(text) ?? [];
  if (hash === '' || NO_PACKAGE.test(rest)) return undefined;
  const at = /-[^A-Za-z-]/.exec(rest)?.index;
  if (at === undefined || at === 0) return undefined;
  const whole = rest.slice(at + 1);
  const output = OUTPUT.exec(whole)?.[1];
  return {
    hash,
    name: rest.slice(0, at),
    version: output === undefined ? whole : whole.slice(0, -output.length - 1),
    ...(output !== undefined && output !== 'out' && { output }),
  };
}
