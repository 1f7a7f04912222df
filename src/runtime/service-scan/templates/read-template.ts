import { readYamlTree, YamlError } from '../../../formats/yaml-tree.ts';
import { type Severity, severities } from '../../../model/severity.ts';
import { broken, NodeReader, TemplateError, unsupported } from './node-reader.ts';
import { checkPlaces } from './places.ts';
import { readHttpBlock } from './read-http-block.ts';
import { readSslBlock, readTcpBlock } from './read-socket-block.ts';
import type { Block, OwnPart, ReadBeside, Refusal, Template } from './template.ts';

/** Tags of templates that nobody wants to run unasked. */
const harmful = ['dos', 'fuzz', 'fuzzing', 'fuzzing-req', 'intrusive', 'dast', 'bruteforce', 'brute-force'];

/** What a template may be about besides, and what we do not speak. */
const otherProtocols = ['dns', 'file', 'headless', 'websocket', 'whois', 'code', 'javascript', 'workflows'];

/**
 * Reads a template.
 * @param name of its file, for messages
 * @returns what it asks, or why it is not used
 */
export async function readTemplate(
  text: string,
  name: string,
  readBeside?: ReadBeside,
): Promise<{ readonly template: Template } | { readonly refusal: Refusal }> {
  let id: string | undefined;
  try {
    const root = await readYamlTree(text);
    if (root === undefined) throw new TemplateError('broken', 1, 'it is empty');
    const reader = new NodeReader(root, 'the document');
    id = reader.text('id');
    return { template: await read(reader, name, readBeside) };
  } catch (error) {
    if (!(error instanceof YamlError || error instanceof TemplateError)) throw error;
    const kind = error instanceof TemplateError ? error.kind : 'broken';
    const reason = error.message.slice(0, 300);
    return { refusal: { file: name, line: error.line, ...(id !== undefined && { id }), kind, reason } };
  }
}

async function read(reader: NodeReader, file: string, readBeside: ReadBeside | undefined): Promise<Template> {
  const id = reader.text('id');
  if (id === undefined || !/^[A-Za-z0-9][\w.-]{0,120}$/.test(id)) throw broken(reader, 'it has no id');
  const infoNode = reader.get('info');
  if (infoNode === undefined) throw broken(reader, 'it has no info');
  const info = new NodeReader(infoNode, 'info');
  const tags = info.texts('tags').flatMap((one) => one.split(',').map((tag) => tag.trim().toLowerCase()));
  const bad = tags.find((tag) => harmful.includes(tag));
  if (bad !== undefined) throw new TemplateError('unwanted', info.line, `it bears the tag ${bad}`);
  for (const other of otherProtocols) {
    if (reader.has(other)) throw unsupported(reader, `it speaks ${other}`);
  }
  if (reader.has('flow')) throw unsupported(reader.get('flow') ?? reader, 'it has a flow');
  if (reader.flag('self-contained')) throw unsupported(reader, 'it is self-contained: it speaks to others');
  const blocks: Block[] = [];
  for (const [key, readBlock] of [
    ['http', readHttpBlock],
    ['requests', readHttpBlock],
    ['tcp', readTcpBlock],
    ['network', readTcpBlock],
    ['ssl', readSslBlock],
  ] as const) {
    for (const item of reader.items(key)) blocks.push(await readBlock(new NodeReader(item, key), readBeside));
  }
  if (blocks.length === 0) throw broken(reader, 'it asks nothing');
  const classification = info.get('classification');
  const cves = classification === undefined ? [] : new NodeReader(classification, 'classification').texts('cve-id');
  const variables = readVariables(reader);
  const own = reader.get('drydock');
  const template: Template = {
    id,
    file,
    name: info.text('name')?.trim().slice(0, 200) ?? id,
    severity: severityOf(info),
    tags,
    description: info.text('description')?.trim() ?? '',
    remediation: info.text('remediation')?.trim() ?? '',
    references: info.texts('reference').slice(0, 20),
    cves: cves
      .flatMap((one) => one.split(','))
      .map((one) => one.trim().toUpperCase())
      .filter((one) => /^CVE-\d{4}-\d{4,10}$/.test(one)),
    variables,
    blocks,
    ...(own !== undefined && { drydock: readOwn(new NodeReader(own, 'drydock')) }),
  };
  checkPlaces(template, reader.node);
  return template;
}

function severityOf(info: NodeReader): Severity {
  const word = info.text('severity')?.trim().toLowerCase() ?? 'unknown';
  if (word === 'info') return 'negligible';
  const severity = severities.find((one) => one === word);
  if (severity === undefined) throw broken(info.get('severity') ?? info, `${word} is no severity`);
  return severity;
}

function readVariables(reader: NodeReader): (readonly [string, string])[] {
  const node = reader.get('variables');
  if (node === undefined) return [];
  const variables = new NodeReader(node, 'variables');
  return [...variables.keys].map((key) => {
    if (variables.get(key)?.kind === 'list') throw unsupported(variables, 'a variable is a list');
    return [key, variables.text(key) ?? ''] as const;
  });
}

const confidences = ['certain', 'high', 'medium', 'low'] as const;

function readTransport(own: NodeReader): 'tcp' | 'udp' {
  const word = own.text('transport') ?? 'tcp';
  if (word !== 'tcp' && word !== 'udp') throw broken(own, 'drydock.transport is none of tcp, udp');
  return word;
}

function readOwn(own: NodeReader): OwnPart {
  const confidence = confidences.find((one) => one === own.text('confidence'));
  const why = own.text('why')?.trim();
  if (confidence === undefined) throw broken(own, 'drydock.confidence is none of certain, high, medium, low');
  if (why === undefined) throw broken(own, 'drydock.why is missing');
  const caveats = own.text('caveats')?.trim();
  return {
    why,
    confidence,
    services: own.texts('services'),
    tries: own.flag('tries'),
    plain: own.flag('plain'),
    transport: readTransport(own),
    ...(caveats !== undefined && { caveats }),
  };
}
