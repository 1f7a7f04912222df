/** An annotation of SPDX 2.3 (clause 12). */
interface SpdxAnnotation {
  readonly annotationDate: string;
  readonly annotationType: 'OTHER';
  readonly annotator: string;
  readonly comment: string;
}

/** A package of SPDX 2.3 (clause 7), as far as Drydock writes it. */
export interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo?: string;
  /** `Organization: NAME` */
  readonly supplier?: string;
  readonly downloadLocation: string;
  readonly filesAnalyzed: boolean;
  readonly licenseConcluded: string;
  readonly licenseDeclared: string;
  readonly copyrightText: string;
  readonly checksums?: readonly { readonly algorithm: string; readonly checksumValue: string }[];
  readonly sourceInfo?: string;
  readonly summary?: string;
  readonly comment?: string;
  readonly externalRefs?: readonly SpdxReference[];
  readonly primaryPackagePurpose: 'APPLICATION' | 'CONTAINER' | 'LIBRARY' | 'OPERATING_SYSTEM';
  readonly annotations?: readonly SpdxAnnotation[];
}

export interface SpdxReference {
  readonly referenceCategory: string;
  readonly referenceType: string;
  readonly referenceLocator: string;
}

export interface SpdxRelationship {
  readonly spdxElementId: string;
  readonly relationshipType: string;
  readonly relatedSpdxElement: string;
}

/** A document of SPDX 2.3 (clause 6) in the shape of its JSON form; the other forms are made of it. */
export interface SpdxDocument {
  readonly spdxVersion: string;
  readonly dataLicense: string;
  readonly SPDXID: string;
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly annotations: readonly SpdxAnnotation[];
  readonly packages: readonly SpdxPackage[];
  readonly hasExtractedLicensingInfos?: readonly {
    readonly licenseId: string;
    readonly extractedText: string;
    readonly name?: string;
  }[];
  readonly relationships: readonly SpdxRelationship[];
}
