import type { SecretRule } from '../secret-rule.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const model = (name: string, revoke = 'in its console under API keys') => ({
  name,
  revoke,
  why: 'Whoever has it uses the models at the expense of its owner, and may see what was stored with them.',
});
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

export const artificialIntelligenceRules: readonly SecretRule[] = [
  ...tokensOf(model('OpenAI'), [
    {
      id: 'openai-key',
      title: 'OpenAI API key',
      keywords: ['T3BlbkFJ'],
      leadOf: keyBefore,
      pattern: /sk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{16,100}/y,
      check: (token) => (token.includes('T3BlbkFJ') ? { confidence: 'certain', validated: 'structure' } : undefined),
    },
    {
      id: 'openai-project-key',
      title: 'OpenAI API key',
      keywords: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'],
      pattern: /sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{40,250}/y,
    },
  ]),
  ...tokensOf(model('Anthropic'), [
    {
      id: 'anthropic-key',
      title: 'Anthropic API key',
      keywords: ['sk-ant-'],
      pattern: /sk-ant-[a-z]{3,6}\d{2}-[A-Za-z0-9_-]{80,120}/y,
      check: (token) =>
        token.endsWith('AA') ? { confidence: 'certain', validated: 'structure' } : { confidence: 'high' },
    },
  ]),
  ...tokensOf(model('OpenRouter'), [
    { id: 'openrouter-key', title: 'OpenRouter API key', keywords: ['sk-or-v1-'], pattern: /sk-or-v1-[0-9a-f]{64}/y },
  ]),
  ...tokensOf(model('Hugging Face', 'under Settings > Access tokens'), [
    { id: 'hugging-face-token', keywords: ['hf_'], pattern: /hf_[A-Za-z0-9]{34}/y, check: mixedCase },
    {
      id: 'hugging-face-organisation-token',
      title: 'Hugging Face organisation token',
      keywords: ['api_org_'],
      pattern: /api_org_[A-Za-z0-9]{34}/y,
    },
  ]),
  ...tokensOf(model('Replicate'), [
    { id: 'replicate-token', keywords: ['r8_'], pattern: /r8_[A-Za-z0-9]{37}/y, check: mixedCase },
  ]),
  ...tokensOf(model('Groq'), [
    { id: 'groq-key', title: 'Groq API key', keywords: ['gsk_'], pattern: /gsk_[A-Za-z0-9]{48,60}/y },
  ]),
  ...tokensOf(model('Perplexity'), [
    { id: 'perplexity-key', title: 'Perplexity API key', keywords: ['pplx-'], pattern: /pplx-[A-Za-z0-9]{40,64}/y },
  ]),
  ...tokensOf(model('xAI'), [
    { id: 'xai-key', title: 'xAI API key', keywords: ['xai-'], pattern: /xai-[A-Za-z0-9]{70,90}/y },
  ]),
  ...tokensOf(model('Together AI'), [
    {
      id: 'together-key',
      title: 'Together AI API key',
      keywords: ['tgp_v1_'],
      pattern: /tgp_v1_[A-Za-z0-9_-]{40,50}/y,
    },
  ]),
  ...tokensOf(model('LangChain'), [
    {
      id: 'langsmith-key',
      title: 'LangSmith API key',
      keywords: ['lsv2_'],
      pattern: /lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}/y,
    },
  ]),
  ...tokensOf(model('Langfuse'), [
    {
      id: 'langfuse-key',
      title: 'Langfuse secret key',
      keywords: ['sk-lf-'],
      pattern: new RegExp(`sk-lf-${uuid}`, 'y'),
    },
  ]),
  ...tokensOf(model('NVIDIA'), [
    { id: 'nvidia-key', title: 'NVIDIA API key', keywords: ['nvapi-'], pattern: /nvapi-[A-Za-z0-9_-]{60,70}/y },
  ]),
  ...tokensOf(model('Tavily'), [
    { id: 'tavily-key', title: 'Tavily API key', keywords: ['tvly-'], pattern: /tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}/y },
  ]),
  ...tokensOf(model('Cerebras'), [
    { id: 'cerebras-key', title: 'Cerebras API key', keywords: ['csk-'], pattern: /csk-[a-z0-9]{40,60}/y },
  ]),
  ...tokensOf(model('Jina'), [
    { id: 'jina-key', title: 'Jina API key', keywords: ['jina_'], pattern: /jina_[A-Za-z0-9_-]{50,70}/y },
  ]),
  ...tokensOf(model('E2B'), [
    { id: 'e2b-key', title: 'E2B API key', keywords: ['e2b_'], pattern: /e2b_[0-9a-f]{40}/y },
  ]),
  ...tokensOf(model('RunPod'), [
    { id: 'runpod-key', title: 'RunPod API key', keywords: ['rpa_'], pattern: /rpa_[A-Za-z0-9]{40,50}/y },
  ]),
  ...namedOf(model('Voyage AI'), [
    {
      id: 'voyage-key',
      title: 'Voyage AI API key',
      names: /(?:)/,
      value: /^pa-[A-Za-z0-9_-]{43}$/,
    },
  ]),
  ...namedOf(model('Modal'), [
    {
      id: 'modal-token',
      title: 'Modal token secret',
      names: /(?:)/,
      value: /^as-[A-Za-z0-9]{22}$/,
    },
  ]),
  ...tokensOf(model('Fireworks AI'), [
    {
      id: 'fireworks-key',
      title: 'Fireworks AI API key',
      keywords: ['fw_'],
      pattern: /fw_[A-Za-z0-9]{22,40}/y,
      check: mixedCase,
    },
  ]),
  ...tokensOf(model('ElevenLabs'), [
    {
      id: 'elevenlabs-key',
      title: 'Secret key of ElevenLabs, Paystack and others',
      keywords: ['sk_'],
      pattern: /sk_[0-9a-f]{48}/y,
    },
  ]),
  ...tokensOf(model('DeepSeek'), [
    {
      id: 'short-model-key',
      title: 'API key of a model (DeepSeek, Stability, Moonshot and others)',
      keywords: ['sk-'],
      pattern: /sk-(?:[0-9a-f]{32}|[A-Za-z0-9]{48})/y,
      check: mixedDigits,
    },
  ]),
  ...namedOf(model('Model service'), [
    {
      id: 'model-service-key',
      title: 'Key of a service with models',
      about:
        /mistral|cohere|^co_|wandb|assembly|deepgram|deepl|stability|ai21|clarifai|roboflow|comet|anyscale|eleven|lambda/,
      names: /(key|token|secret)$/,
      value: /^[A-Za-z0-9]{32}$|^[A-Za-z0-9]{40}$|^[0-9a-f]{8}-[0-9a-f-]{27}(?::fx)?$/,
    },
  ]),
];

function mixedCase(token: string) {
  return /[A-Z]/.test(token) && /[a-z]/.test(token.slice(3)) ? ({ confidence: 'high' } as const) : undefined;
}

function mixedDigits(token: string) {
  return /\d.*\d.*\d/.test(token) ? ({ confidence: 'medium' } as const) : undefined;
}

/** Characters of a key that stand before the mark in its middle. */
function keyBefore(text: string, at: number): number {
  const from = Math.max(0, at - 110);
  const start = text.slice(from, at).lastIndexOf('sk-');
  return start < 0 ? 0 : at - from - start;
}
