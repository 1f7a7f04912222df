import type { SecretRule } from '../secret-rule.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const azure = {
  name: 'Azure',
  revoke: 'in the Azure portal: regenerate the key or delete the client secret',
  severity: 'critical' as const,
};
const devops = { name: 'Azure DevOps', revoke: 'under User settings > Personal access tokens' };

/** A key of 64 or 32 bytes in base 64 is told by its length; a name says what it opens. */
const key64 = /^[A-Za-z0-9+/]{86}==$/;
const key32 = /^[A-Za-z0-9+/]{43}=$/;

export const azureRules: readonly SecretRule[] = [
  ...tokensOf(azure, [
    {
      id: 'azure-client-secret',
      title: 'Client secret of an Entra application',
      why: 'Whoever has it signs in as the application, with all rights that it has.',
      keywords: ['7Q~', '8Q~'],
      lead: 3,
      pattern: /[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}/y,
      alphabet: /[A-Za-z0-9_~-]/,
    },
    {
      id: 'azure-identifiable-key',
      title: 'Key of an Azure service',
      keywords: ['JQQJ99'],
      lead: 52,
      pattern: /[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}/y,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
    {
      id: 'azure-storage-key',
      title: 'Key of an Azure storage account or Cosmos DB',
      keywords: ['+ASt', 'ACDb', '+ABa'],
      lead: 76,
      pattern: /[A-Za-z0-9+/]{76}(?:\+ASt|ACDb|\+ABa)[A-Za-z0-9+/]{6}==/y,
      alphabet: /[A-Za-z0-9+/]/,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
    {
      id: 'azure-messaging-key',
      title: 'Key of an Azure Service Bus, Event Hub, Relay or IoT Hub',
      keywords: ['+ASb', '+AEh', '+ARm', 'AIoT'],
      lead: 33,
      pattern: /[A-Za-z0-9+/]{33}(?:\+ASb|\+AEh|\+ARm|AIoT)[A-P][A-Za-z0-9+/]{5}=/y,
      alphabet: /[A-Za-z0-9+/]/,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
    {
      id: 'azure-service-key',
      title: 'Key of an Azure function, search service, cache or registry',
      keywords: ['AzFu', 'AzSe', 'AzCa', '+ACR', 'APIM'],
      lead: 42,
      pattern: /[A-Za-z0-9+/_-]{42}(?:AzFu|AzSe|AzCa|\+ACR|APIM)[A-Za-z0-9+/_-]{5,6}(?:==|=)?/y,
      alphabet: /[A-Za-z0-9+/]/,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
  ]),
  ...namedOf(azure, [
    {
      id: 'azure-account-key',
      title: 'Key of an Azure storage account or Cosmos DB',
      why: 'Whoever has it reads and writes all that the account stores.',
      names: /account_?key$|(azure|storage|cosmos|batch).*(key|secret|token)$|primary_?key$|^key$/,
      value: key64,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
    {
      id: 'azure-shared-access-key',
      title: 'Shared access key of an Azure messaging service',
      names: /shared_?access_?key$|(servicebus|service_bus|eventhub|event_hub|iothub|iot_hub|signalr).*key$/,
      value: key32,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
    {
      id: 'azure-sas',
      title: 'Signature of a shared access signature (SAS)',
      severity: 'high',
      keywords: ['&sig=', '?sig=', ';sig=', '"sig='],
      names: /^sig$/,
      value: /^[A-Za-z0-9%]{43,63}(?:%3[Dd]|=)$|^[A-Za-z0-9+/]{43}=$/,
      check: (value) => (/%|=$/.test(value) ? { confidence: 'high', validated: 'structure' } : undefined),
    },
    {
      id: 'azure-named-secret',
      title: 'Secret of an Azure service',
      about: /azure|^arm_|(?:^|_)aad_|entra_|cognitive|ocp_apim|azure_openai/,
      names: /(client_?secret|password|api_?key|subscription_?key|secret|token|_key)$/,
      value:
        /^[0-9a-f]{32}$|^(?![0-9a-f]{8}-[0-9a-f]{4}-)[A-Za-z0-9_~.-]{34,40}$|^[A-Za-z0-9]{84}$|^[A-Za-z0-9+/]{32,88}={0,2}$/,
    },
  ]),
  ...tokensOf(devops, [
    {
      id: 'azure-devops-token',
      title: 'Azure DevOps personal access token',
      keywords: ['AZDO'],
      lead: 76,
      pattern: /[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}/y,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
  ]),
  ...namedOf(devops, [
    {
      id: 'azure-devops-old-token',
      title: 'Azure DevOps personal access token of the old form',
      names: /(azure|vsts|azdo|ado|devops|vss|system).*(pat|token|password|key)$/,
      value: /^[a-z2-7]{52}$/,
    },
  ]),
];
