/** Something that a registry has attached to an image, and what may be believed of it. */
export interface ReportAttestation {
  /** Of the document. */
  readonly digest: string;
  readonly kind: 'signature' | 'attestation' | 'sbom' | 'vex';
  /** How it is attached: as a referrer, under a tag of cosign, in the index as BuildKit does. */
  readonly attachment: 'referrer' | 'cosign' | 'buildkit';
  /** Digest of the manifest that it hangs on: of the image, or of the index that the image is in. */
  readonly about: string;
  /**
   * `verified`: signed by a key that was given, or by somebody whose certificate leads to a root that was given, about this
   * image. `unverified`: not signed, or nobody who is trusted was named. `refused`: it must not be believed.
   */
  readonly outcome: 'verified' | 'unverified' | 'refused';
  readonly reason?: string;
  /** Type of the predicate of a statement, unless that is refused: an address. */
  readonly predicateType?: string;
  /** Who signed it, as it says; true where it is verified. */
  readonly signer?: { readonly key?: string; readonly identity?: string; readonly issuer?: string };
}
