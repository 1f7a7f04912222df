import { NodeReader, unsupported } from './node-reader.ts';
import { readJudgement } from './read-judgement.ts';
import { readPayloads } from './read-payloads.ts';
import type { ReadBeside, SslBlock, TcpBlock, TcpInput } from './template.ts';

const READ = 1024;

/** @throws TemplateError */
export async function readTcpBlock(block: NodeReader, readBeside: ReadBeside | undefined): Promise<TcpBlock> {
  const hosts = block.texts('host');
  const inputs = block.items('inputs').map((item) => readInput(new NodeReader(item, 'an input')));
  const inHosts = hosts.map((host) => /:(\d{1,5})$/.exec(host)?.[1]).filter((port) => port !== undefined);
  const ports = [...block.texts('port').flatMap((text) => text.split(',')), ...inHosts].map(Number);
  return {
    protocol: 'tcp',
    ...readJudgement(block, 'data'),
    ...(await readPayloads(block, readBeside)),
    inputs,
    ports: ports.filter((port) => port > 0 && port < 65_536),
    readSize: block.number('read-size') ?? READ,
    readAll: block.flag('read-all'),
    tls: hosts.length > 0 && hosts.every((host) => host.startsWith('tls://')),
    stopAtFirst: block.flag('stop-at-first-match'),
  };
}

function readInput(input: NodeReader): TcpInput {
  const type = input.text('type')?.toLowerCase() ?? 'text';
  if (type !== 'hex' && type !== 'text') throw unsupported(input, `an input of the type ${type}`);
  const read = input.number('read');
  const name = input.text('name');
  return {
    data: input.text('data') ?? '',
    hex: type === 'hex',
    ...(read !== undefined && { read }),
    ...(name !== undefined && { name }),
  };
}

/** @throws TemplateError */
export async function readSslBlock(block: NodeReader): Promise<SslBlock> {
  const minVersion = block.text('min_version');
  const maxVersion = block.text('max_version');
  return {
    protocol: 'ssl',
    ...readJudgement(block, 'response'),
    ciphers: block.texts('cipher_suites'),
    ...(minVersion !== undefined && { minVersion }),
    ...(maxVersion !== undefined && { maxVersion }),
  };
}
