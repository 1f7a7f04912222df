import { listedOnly } from '../listed-only.ts';
import { modelBlobs } from './blobs.ts';
import { modelFiles } from './files.ts';

/** Files of models: GGUF, safetensors and ONNX. Nobody publishes advisories on them. */
export const models = listedOnly({
  id: 'models',
  displayName: 'Models',
  types: ['huggingface'],
  analyzers: [modelFiles, modelBlobs],
});
