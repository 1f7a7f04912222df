import { createHash } from 'node:crypto';
import type { OpenOptions } from '../../image/opened-image.ts';
import { isLoopback } from '../../net/dial.ts';
import type { AnalyzeRequest } from './arguments.ts';
import { ClairClient, ClairError } from './clair-client.ts';
import { LAYER_PORT, serveLayers } from './layer-server.ts';
import type { LayerFindings } from './report.ts';
import { saveImage } from './save-image.ts';
import { type SavedLayer, SaveError } from './saved-layer.ts';

/** A step failed; the message is what the original says. */
export class AnalyzeError extends Error {
  override readonly name = 'AnalyzeError';
}

/** What the work needs of its surroundings. */
export interface AnalyzeContext extends OpenOptions {
  readonly elsewhere: NonNullable<OpenOptions['elsewhere']>;
  /** Tells what is done now. */
  say(text: string): void;
}

/**
 * Hands an image to a Clair v1 server, layer by layer, and asks what it found (spec 12.2).
 * @param folder for the layers, empty
 * @throws AnalyzeError
 */
export async function analyzeImage(
  request: AnalyzeRequest,
  folder: string,
  context: AnalyzeContext,
): Promise<LayerFindings> {
  const { say } = context;
  say(`Saving ${request.image} to local disk (this may take some time)`);
  const saved = await saveImage(request.image, folder, context).catch((error: unknown) => ({ error }));
  const failed = 'error' in saved ? saved.error : undefined;
  if (failed instanceof SaveError && failed.step === 'save') {
    throw new AnalyzeError(`Could not save image: ${failed.message}`, { cause: failed });
  }
  if (failed !== undefined && !(failed instanceof SaveError)) throw failed;
  say('Retrieving image history');
  if ('error' in saved) throw new AnalyzeError(`Could not get image's history: ${failed?.message}`, { cause: failed });
  const host = remoteHost(request.endpoint);
  if (host === undefined) return await analyzeLayers(request, saved, (file) => `${folder}/${file}`, context);
  say(`Setting up HTTP server (allowing: ${host})`);
  const server = await serveLayers(folder, saved, host).catch((error: unknown) => {
    const { message } = error as Error;
    throw new AnalyzeError(`An error occured when starting HTTP server: ${message}`, { cause: error });
  });
  try {
    const address = request.myAddress.includes(':') ? `[${request.myAddress}]` : request.myAddress;
    return await analyzeLayers(request, saved, (file) => `http://${address}:${LAYER_PORT}/${file}`, context);
  } finally {
    await server.close();
  }
}

/** The host of the server where that is another machine. */
function remoteHost(endpoint: string): string | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || url.hostname === '' || isLoopback(url.hostname)) return undefined;
  // Names of this machine as the original knows them.
  if (/localhost|127\.0\.0\.1/.test(url.hostname)) return undefined;
  return url.hostname.replace(/^\[|\]$/g, '');
}

async function analyzeLayers(
  { endpoint }: AnalyzeRequest,
  layers: readonly SavedLayer[],
  pathOf: (file: string) => string,
  { elsewhere, signal, say }: AnalyzeContext,
): Promise<LayerFindings> {
  const client = new ClairClient(endpoint, elsewhere.dialer, signal);
  const post = async (name: string, { file }: SavedLayer, parent: string | undefined): Promise<string> => {
    say(`Analyzing ${name}`);
    await during('Could not analyze layer', () =>
      client.post({ name, path: pathOf(file), ...(parent !== undefined && { parent }) }),
    );
    return name;
  };
  say(`Analyzing ${layers.length} layers... `);
  const last = layers.length - 1;
  let parent: string | undefined;
  let below: string | undefined;
  for (const [index, layer] of layers.entries()) {
    below = parent;
    parent = await post(layer.name, layer, below);
    // The last layer tells its parent together with what was found.
    if (!layer.byContent || index === last) continue;
    const known = await during('Could not get layer information', () => client.parentOf(layer.name));
    if (known !== undefined && known !== (below ?? '')) parent = await post(nameUpon(below, layer), layer, below);
  }
  say("Retrieving image's vulnerabilities");
  const find = async (name: string | undefined): Promise<LayerFindings> =>
    await during('Could not get layer information', () => client.findings(name ?? ''));
  const findings = await find(parent);
  const top = layers[last];
  if (top?.byContent !== true || findings.parent === (below ?? '')) return findings;
  return await find(await post(nameUpon(below, top), top, below));
}

/**
 * The server knows the layer on top of another one, and leaves it there whatever is posted: what it said of this image
 * would be about that other one. So the layer gets a name that stands for what is below it, too.
 */
function nameUpon(below: string | undefined, { name }: SavedLayer): string {
  return createHash('sha256')
    .update(`${below ?? ''} ${name}`)
    .digest('hex');
}

async function during<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ClairError)) throw error;
    throw new AnalyzeError(`${what}: ${error.message}`, { cause: error });
  }
}
