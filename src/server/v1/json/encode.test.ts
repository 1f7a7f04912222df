import { describe, expect, it } from 'vitest';
import { layerEnvelope, namespaceEnvelope, notificationEnvelope, vulnerabilityEnvelope } from '../wire.ts';
import { encodeJson } from './encode.ts';

describe('encodeJson', () => {
  it('writes members in the order of the type, and leaves out what is empty', () => {
    const Layer = {
      Format: 'Docker',
      Headers: new Map([
        ['b', '1'],
        ['a', ''],
      ]),
      Name: 'x',
      ParentName: '',
      Features: [],
      IndexedByVersion: 0,
    };
    expect(encodeJson(layerEnvelope, { Layer })).toBe(
      '{"Layer":{"Name":"x","Headers":{"a":"","b":"1"},"Format":"Docker"}}\n',
    );
  });

  it('writes null where a list is said to be empty', () => {
    expect(encodeJson(namespaceEnvelope, { Namespaces: null })).toBe('{"Namespaces":null}\n');
  });

  it('escapes what HTML and JavaScript mind, in keys and metadata too, and nothing else', () => {
    const Vulnerability = { Name: '<a>&\u2028\u2029é😀\x7f\x01\b\f"\\', Metadata: '{"<":"&"}' };
    expect(encodeJson(vulnerabilityEnvelope, { Vulnerability })).toBe(
      '{"Vulnerability":{"Name":"\\u003ca\\u003e\\u0026\\u2028\\u2029é😀\x7f\\u0001\\b\\f\\"\\\\","Metadata":{"\\u003c":"\\u0026"}}}\n',
    );
  });

  it('writes the index of a layer even where it is 0', () => {
    const New = {
      Vulnerability: {},
      OrderedLayersIntroducingVulnerability: [{ Index: 0, LayerName: '' }],
      LayersIntroducingVulnerability: [''],
    };
    const Notification = { Name: 'n', Created: '1', Limit: 0, Page: 'p', New };
    expect(encodeJson(notificationEnvelope, { Notification })).toBe(
      '{"Notification":{"Name":"n","Created":"1","Page":"p","New":{"Vulnerability":{},"OrderedLayersIntroducingVulnerability":[{"Index":0,"LayerName":""}],"LayersIntroducingVulnerability":[""]}}}\n',
    );
  });
});
