import type { SecretRule, Verdict } from '../secret-rule.ts';
import type { View } from '../view.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const aws = {
  name: 'AWS',
  revoke: 'in IAM: make the access key inactive, then delete it',
  why: 'With its other half it calls AWS as the user it belongs to.',
  severity: 'critical' as const,
};
const google = {
  name: 'Google Cloud',
  revoke: 'in the Google Cloud console under APIs & Services > Credentials',
  severity: 'critical' as const,
};
const alibaba = { name: 'Alibaba Cloud', revoke: 'under AccessKey Management', severity: 'critical' as const };
const tencent = { name: 'Tencent Cloud', revoke: 'under API Keys', severity: 'critical' as const };
const yandex = { name: 'Yandex Cloud', revoke: 'with yc iam', severity: 'critical' as const };
const ibm = { name: 'IBM Cloud', revoke: 'under Manage > Access (IAM) > API keys', severity: 'critical' as const };
const volcengine = { name: 'Volcano Engine', revoke: 'under API access keys' };
const huawei = { name: 'Huawei Cloud', revoke: 'under My credentials' };
const oracle = { name: 'Oracle Cloud', revoke: 'under User settings' };

/** The key that AWS writes in its manuals, and others made like it. */
function checkAwsId(token: string, { text }: View, start: number): Verdict {
  // The scope of a signature, which anybody may see.
  if (/^(?:%2F|\/)\d{8}/.test(text.slice(start + token.length, start + token.length + 11))) return undefined;
  if (token.endsWith('EXAMPLE')) return { confidence: 'low', example: 'AWS documentation' };
  // The rest is base 32 (the number of the account is in it); others are written by hand.
  return /^[A-Z2-7]+$/.test(token.slice(4)) ? { confidence: 'high', validated: 'structure' } : { confidence: 'medium' };
}

export const cloudRules: readonly SecretRule[] = [
  ...tokensOf(aws, [
    {
      id: 'aws-access-key-id',
      title: 'AWS access key id',
      keywords: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
      pattern: /A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}/y,
      check: checkAwsId,
    },
    {
      id: 'aws-session-token',
      title: 'AWS session token',
      severity: 'medium',
      keywords: ['IQoJb3JpZ2lu', 'FwoGZXIvYXdz', 'FQoGZXIvYXdz'],
      pattern: /(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9+/]{80,2000}={0,2}/y,
      alphabet: /[A-Za-z0-9+/]/,
    },
    {
      id: 'aws-bedrock-key',
      title: 'AWS Bedrock API key',
      keywords: ['ABSKQmVkcm9ja0FQSUtleS'],
      pattern: /ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{80,260}={0,2}/y,
      alphabet: /[A-Za-z0-9+/]/,
    },
    {
      id: 'aws-mws-token',
      title: 'Amazon MWS authorisation token',
      keywords: ['amzn.mws.'],
      pattern: /amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/y,
    },
    {
      id: 'aws-appsync-key',
      title: 'AWS AppSync API key',
      severity: 'medium',
      keywords: ['da2-'],
      pattern: /da2-[a-z0-9]{26}/y,
    },
  ]),
  ...namedOf(aws, [
    {
      id: 'aws-secret-key',
      title: 'AWS secret access key',
      why: 'With the id that belongs to it it calls AWS as its user, with all rights that he has.',
      names: /secret_?(access_?)?key(_?id)?$|aws.*secret|secret_?access_?key/,
      value: /^[A-Za-z0-9+/]{40}$/,
      check: (value) => {
        if (value.endsWith('EXAMPLEKEY')) return { confidence: 'low', example: 'AWS documentation' };
        return /[A-Z]/.test(value) && /[a-z]/.test(value) && /\d/.test(value) ? { confidence: 'high' } : undefined;
      },
    },
  ]),
  ...tokensOf(google, [
    {
      id: 'google-api-key',
      title: 'Google API key',
      severity: 'high',
      why: 'Whoever has it calls the services it is not restricted from, at the expense of its project.',
      keywords: ['AIza'],
      pattern: /AIza[A-Za-z0-9_-]{35}/y,
    },
    {
      id: 'google-oauth-client-secret',
      title: 'Google OAuth client secret',
      keywords: ['GOCSPX-'],
      pattern: /GOCSPX-[A-Za-z0-9_-]{28}/y,
    },
    {
      id: 'google-oauth-token',
      title: 'Google OAuth access token',
      severity: 'medium',
      alphabet: /[A-Za-z0-9_.-]/,
      keywords: ['ya29.'],
      pattern: /ya29\.[A-Za-z0-9_.-]{30,1000}/y,
    },
    {
      id: 'google-refresh-token',
      title: 'Google OAuth refresh token',
      keywords: ['1//0'],
      pattern: /1\/\/0[A-Za-z0-9_-]{40,200}/y,
    },
    {
      id: 'firebase-messaging-key',
      title: 'Firebase Cloud Messaging server key',
      keywords: [':APA91b'],
      lead: 11,
      pattern: /AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{130,145}/y,
    },
  ]),
  ...namedOf(google, [
    {
      id: 'google-hmac-secret',
      title: 'Secret of a Google Cloud Storage HMAC key',
      names: /(gs|gcs|google|hmac).*secret/,
      value: /^[A-Za-z0-9+/]{40}$/,
    },
    {
      id: 'google-old-client-secret',
      title: 'Google OAuth client secret of the old form',
      about: /google/,
      names: /client_?secret$/,
      value: /^[A-Za-z0-9_-]{24}$/,
    },
  ]),
  ...tokensOf(alibaba, [
    {
      id: 'alibaba-access-key-id',
      title: 'Alibaba Cloud access key id',
      keywords: ['LTAI', 'STS.N'],
      pattern: /(?:LTAI[A-Za-z0-9]{12,26}|STS\.N[A-Za-z0-9]{24,40})/y,
    },
  ]),
  ...namedOf(alibaba, [
    {
      id: 'alibaba-secret-key',
      title: 'Alibaba Cloud access key secret',
      names: /access_?key_?secret$|(ali|oss).*secret/,
      value: /^[A-Za-z0-9]{30}$/,
    },
  ]),
  ...tokensOf(tencent, [
    {
      id: 'tencent-secret-id',
      title: 'Tencent Cloud secret id',
      keywords: ['AKID'],
      pattern: /AKID[A-Za-z0-9]{32}/y,
    },
  ]),
  ...namedOf(tencent, [
    {
      id: 'tencent-secret-key',
      title: 'Tencent Cloud secret key',
      about: /tencent|qcloud|cos|akid/,
      names: /secret_?key$/,
      value: /^[A-Za-z0-9]{32}$/,
    },
  ]),
  ...tokensOf(yandex, [
    { id: 'yandex-api-key', title: 'Yandex Cloud API key', keywords: ['AQVN'], pattern: /AQVN[A-Za-z0-9_-]{35,38}/y },
    {
      id: 'yandex-iam-token',
      title: 'Yandex Cloud IAM token',
      severity: 'medium',
      keywords: ['t1.9eu'],
      pattern: /t1\.[A-Z0-9a-z_-]{20,700}={0,2}\.[A-Z0-9a-z_-]{86}={0,2}/y,
    },
    {
      id: 'yandex-oauth-token',
      title: 'Yandex OAuth token',
      keywords: ['y0_'],
      pattern: /y0_[A-Za-z0-9_-]{54,60}/y,
    },
    {
      id: 'yandex-static-key',
      title: 'Yandex Cloud static access key',
      keywords: ['YCAJ', 'YCP'],
      pattern: /YC[A-Za-z0-9_-]{23}(?:[A-Za-z0-9_-]{15})?/y,
      check: (token) => (/\d/.test(token) && /[a-z]/.test(token) ? { confidence: 'medium' } : undefined),
    },
  ]),
  ...namedOf(ibm, [
    {
      id: 'ibm-api-key',
      title: 'IBM Cloud API key',
      about: /ibm|bluemix|watson|^iam/,
      names: /api_?key$|token$|secret$/,
      value: /^[A-Za-z0-9_-]{44}$/,
    },
  ]),
  ...tokensOf(volcengine, [
    {
      id: 'volcengine-access-key',
      title: 'Volcano Engine access key',
      keywords: ['AKLT'],
      pattern: /AKLT[A-Za-z0-9+/=_-]{36,60}/y,
    },
  ]),
  ...namedOf(huawei, [
    {
      id: 'huawei-secret-key',
      title: 'Huawei Cloud secret access key',
      names: /(huawei|hw).*(secret|sk|key)$/,
      value: /^[A-Za-z0-9]{40}$/,
    },
  ]),
  ...namedOf(oracle, [
    {
      id: 'oracle-auth-token',
      title: 'Oracle Cloud auth token',
      about: /oci|oracle/,
      names: /(auth_?token|auth_?key|password|secret_?key|customer_?secret)$/,
      value: /^[A-Za-z0-9+/=(){}<>[\]#&;:.,_~-]{20}$|^[A-Za-z0-9+/]{43}=$/,
    },
  ]),
];
