import type { SecretRule } from '../secret-rule.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const data = (name: string, revoke = 'in its dashboard') => ({
  name,
  revoke,
  why: 'Whoever has it reads the data, and writes it as far as it allows.',
});

export const databaseRules: readonly SecretRule[] = [
  ...tokensOf(data('Databricks', 'under Settings > Developer > Access tokens'), [
    { id: 'databricks-token', keywords: ['dapi'], pattern: /dapi[0-9a-f]{32}(?:-\d)?/y },
    {
      id: 'databricks-oauth-secret',
      title: 'Databricks OAuth secret',
      keywords: ['dose'],
      pattern: /dose[0-9a-f]{32}/y,
    },
  ]),
  ...namedOf(data('Snowflake'), [
    {
      id: 'snowflake-password',
      title: 'Snowflake password',
      kind: 'password',
      about: /snowflake/,
      names: /(password|pwd|passphrase)$/,
      value: /^(?=.*\d)[!-~]{8,80}$/,
    },
  ]),
  ...tokensOf(data('Supabase'), [
    { id: 'supabase-token', keywords: ['sbp_'], pattern: /sbp_(?:v0_)?[0-9a-f]{40}/y },
    {
      id: 'supabase-secret-key',
      title: 'Supabase secret key',
      severity: 'critical',
      keywords: ['sb_secret_'],
      pattern: /sb_secret_[A-Za-z0-9_-]{22,60}/y,
    },
  ]),
  ...tokensOf(data('PlanetScale'), [
    {
      id: 'planetscale-token',
      title: 'PlanetScale password or token',
      keywords: ['pscale_'],
      pattern: /pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,64}/y,
      alphabet: /[A-Za-z0-9_-]/,
    },
  ]),
  ...tokensOf(data('Neon'), [
    { id: 'neon-key', title: 'Neon API key', keywords: ['napi_'], pattern: /napi_[a-z0-9]{60,70}/y },
  ]),
  ...tokensOf(data('Neon'), [
    { id: 'neon-password', title: 'Neon password', keywords: ['npg_'], pattern: /npg_[A-Za-z0-9]{12,40}/y },
  ]),
  ...tokensOf(data('MongoDB Atlas'), [
    {
      id: 'mongodb-atlas-secret',
      title: 'MongoDB Atlas service account secret',
      keywords: ['mdb_sa_sk_'],
      pattern: /mdb_sa_sk_[A-Za-z0-9_-]{30,60}/y,
    },
  ]),
  ...tokensOf(data('CockroachDB'), [
    {
      id: 'cockroachdb-key',
      title: 'CockroachDB API key',
      keywords: ['CCDB1_'],
      pattern: /CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}/y,
    },
  ]),
  ...tokensOf(data('Aiven'), [
    { id: 'aiven-password', title: 'Aiven service password', keywords: ['AVNS_'], pattern: /AVNS_[A-Za-z0-9_-]{19}/y },
  ]),
  ...namedOf(data('Aiven'), [
    { id: 'aiven-token', about: /aiven/, names: /token$/, value: /^[A-Za-z0-9+/=]{240,400}$/ },
  ]),
  ...tokensOf(data('Pinecone'), [
    {
      id: 'pinecone-key',
      title: 'Pinecone API key',
      keywords: ['pcsk_'],
      pattern: /pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,70}/y,
    },
  ]),
  ...tokensOf(data('Xata'), [
    { id: 'xata-key', title: 'Xata API key', keywords: ['xau_'], pattern: /xau_[A-Za-z0-9]{32,60}/y },
  ]),
  ...tokensOf(data('Elastic Cloud'), [
    {
      id: 'elastic-cloud-key',
      title: 'Elastic Cloud API key',
      keywords: ['essu_'],
      pattern: /essu_[A-Za-z0-9]{40,120}={0,2}/y,
    },
  ]),
  ...namedOf(data('Algolia'), [
    {
      id: 'algolia-key',
      title: 'Algolia API key',
      about: /algolia/,
      names: /(key|token|secret)$/,
      value: /^[0-9a-f]{32}$/,
    },
  ]),
  ...namedOf(data('Confluent'), [
    {
      id: 'confluent-secret',
      title: 'Confluent secret',
      about: /confluent|kafka|schema_registry|sasl/,
      names: /(secret|password)$/,
      value: /^[A-Za-z0-9+/]{64}$|^cflt[A-Za-z0-9+/]{60}$/,
    },
  ]),
  ...tokensOf(data('Mapbox', 'under Access tokens'), [
    {
      id: 'mapbox-secret-token',
      title: 'Mapbox secret token',
      keywords: ['sk.eyJ'],
      pattern: /sk\.eyJ[A-Za-z0-9_-]{20,200}\.[A-Za-z0-9_-]{22}/y,
      check: () => ({ confidence: 'certain', validated: 'structure' }),
    },
  ]),
  ...tokensOf(data('Airtable', 'at airtable.com/create/tokens'), [
    {
      id: 'airtable-token',
      keywords: ['pat'],
      pattern: /pat[A-Za-z0-9]{14}\.[0-9a-f]{64}/y,
      // Every path has the word: that a point stands 14 characters behind it tells most of them.
      may: (bytes, at) => bytes[at + 14] === 0x2e,
      check: () => ({ confidence: 'certain', validated: 'structure' }),
    },
  ]),
  ...namedOf(data('Airtable'), [
    {
      id: 'airtable-key',
      title: 'Airtable API key',
      about: /airtable/,
      names: /(key|token)$/,
      value: /^key[A-Za-z0-9]{14}$/,
    },
  ]),
  ...namedOf(data('Upstash'), [
    {
      id: 'upstash-token',
      about: /upstash/,
      names: /(token|key|password)$/,
      value: /^[A-Za-z0-9_=-]{36,120}$/,
    },
  ]),
];
