import type { StructType, WireType } from './json/type.ts';

/*
 * What the v1 API reads and writes. `Namespace` and `Feature` are its words for a distribution's release and a package.
 * Absent, empty and zero are the same; `null` stands for an empty list where the API says null.
 */

export interface WireError {
  readonly Message: string;
}

export interface WireFeature {
  readonly Name?: string;
  readonly NamespaceName?: string;
  readonly VersionFormat?: string;
  readonly Version?: string;
  /** Or all of them as JSON text, as `encodeJson` writes it. */
  readonly Vulnerabilities?: readonly WireVulnerability[] | string;
  readonly AddedBy?: string;
}

export interface WireVulnerability {
  readonly Name?: string;
  readonly NamespaceName?: string;
  readonly Description?: string;
  readonly Link?: string;
  readonly Severity?: string;
  /** Members as JSON text, or all of it as JSON text. */
  readonly Metadata?: ReadonlyMap<string, string> | string;
  readonly FixedBy?: string;
  readonly FixedIn?: readonly WireFeature[];
}

export interface WireLayer {
  readonly Name?: string;
  readonly NamespaceName?: string;
  readonly Path?: string;
  readonly Headers?: ReadonlyMap<string, string>;
  readonly ParentName?: string;
  readonly Format?: string;
  readonly IndexedByVersion?: number;
  readonly Features?: readonly WireFeature[];
}

export interface WireNamespace {
  readonly Name: string;
  readonly VersionFormat: string;
}

export interface WireNotification {
  readonly Name: string;
  readonly Created: string;
  readonly Notified?: string;
  readonly Deleted?: string;
  readonly Limit: number;
  readonly Page: string;
  readonly NextPage?: string;
  readonly Old?: WireVulnerabilityWithLayers;
  readonly New?: WireVulnerabilityWithLayers;
}

export interface WireVulnerabilityWithLayers {
  readonly Vulnerability: WireVulnerability;
  readonly OrderedLayersIntroducingVulnerability: readonly { readonly Index: number; readonly LayerName: string }[];
  readonly LayersIntroducingVulnerability: readonly string[];
}

interface Failing {
  readonly Error?: WireError;
}

export interface LayerEnvelope extends Failing {
  readonly Layer?: WireLayer;
}

export interface NamespaceEnvelope extends Failing {
  readonly Namespaces?: readonly WireNamespace[] | null;
}

export interface VulnerabilityEnvelope extends Failing {
  readonly Vulnerability?: WireVulnerability;
  readonly Vulnerabilities?: readonly WireVulnerability[] | null;
  readonly NextPage?: string;
}

export interface NotificationEnvelope extends Failing {
  readonly Notification?: WireNotification;
}

export interface FeatureEnvelope extends Failing {
  readonly Feature?: WireFeature;
  readonly Features?: readonly WireFeature[] | null;
}

const string: WireType = { kind: 'string' };
const int: WireType = { kind: 'int' };
const list = (of: () => WireType): WireType => ({ kind: 'list', of });

function struct<Value>(name: string, members: Readonly<Record<string, WireType>>): StructType<Value> {
  return { kind: 'struct', name, members: Object.entries(members).map(([key, type]) => ({ name: key, type })) };
}

const error = struct<WireError>('Error', { Message: string });

const feature: StructType<WireFeature> = struct('Feature', {
  Name: string,
  NamespaceName: string,
  VersionFormat: string,
  Version: string,
  Vulnerabilities: list(() => vulnerability),
  AddedBy: string,
});

const vulnerability: StructType<WireVulnerability> = struct('Vulnerability', {
  Name: string,
  NamespaceName: string,
  Description: string,
  Link: string,
  Severity: string,
  Metadata: { kind: 'metadata' },
  FixedBy: string,
  FixedIn: list(() => feature),
});

const layer: StructType<WireLayer> = struct('Layer', {
  Name: string,
  NamespaceName: string,
  Path: string,
  Headers: { kind: 'strings' },
  ParentName: string,
  Format: string,
  IndexedByVersion: int,
  Features: list(() => feature),
});

const namespace: StructType<WireNamespace> = struct('Namespace', { Name: string, VersionFormat: string });

const orderedLayer: StructType<{ readonly Index: number; readonly LayerName: string }> = {
  kind: 'struct',
  name: 'OrderedLayerName',
  members: [
    { name: 'Index', type: int, always: true },
    { name: 'LayerName', type: string, always: true },
  ],
};

const vulnerabilityWithLayers: StructType<WireVulnerabilityWithLayers> = struct('VulnerabilityWithLayers', {
  Vulnerability: vulnerability,
  OrderedLayersIntroducingVulnerability: list(() => orderedLayer),
  LayersIntroducingVulnerability: list(() => string),
});

const notification: StructType<WireNotification> = struct('Notification', {
  Name: string,
  Created: string,
  Notified: string,
  Deleted: string,
  Limit: int,
  Page: string,
  NextPage: string,
  Old: vulnerabilityWithLayers,
  New: vulnerabilityWithLayers,
});

export const errorEnvelope: StructType<{ readonly Error: WireError }> = struct('ErrorEnvelope', { Error: error });

export const layerEnvelope: StructType<LayerEnvelope> = struct('LayerEnvelope', { Layer: layer, Error: error });

export const namespaceEnvelope: StructType<NamespaceEnvelope> = struct('NamespaceEnvelope', {
  Namespaces: list(() => namespace),
  Error: error,
});

export const vulnerabilityEnvelope: StructType<VulnerabilityEnvelope> = struct('VulnerabilityEnvelope', {
  Vulnerability: vulnerability,
  Vulnerabilities: list(() => vulnerability),
  NextPage: string,
  Error: error,
});

export const notificationEnvelope: StructType<NotificationEnvelope> = struct('NotificationEnvelope', {
  Notification: notification,
  Error: error,
});

export const featureEnvelope: StructType<FeatureEnvelope> = struct('FeatureEnvelope', {
  Feature: feature,
  Features: list(() => feature),
  Error: error,
});
