import type { SecretRule } from '../secret-rule.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const slack = {
  name: 'Slack',
  revoke: 'in the settings of the app, or with auth.revoke',
  why: 'Whoever has it reads and writes messages of the workspace, as far as its scopes go.',
};
const webhook = 'Whoever has it posts messages there.';
const discord = { name: 'Discord', revoke: 'in the developer portal: Bot > Reset token' };
const telegram = { name: 'Telegram', revoke: 'with /revoke at @BotFather' };
const twilio = { name: 'Twilio', revoke: 'in the console under API keys & tokens' };
const sendgrid = { name: 'SendGrid', revoke: 'under Settings > API keys' };
const mailgun = { name: 'Mailgun', revoke: 'under API keys' };
const mailchimp = { name: 'Mailchimp', revoke: 'under Extras > API keys' };
const brevo = { name: 'Brevo', revoke: 'under SMTP & API' };
const teams = { name: 'Microsoft Teams', revoke: 'by removing the connector' };
const various = (name: string) => ({ name, revoke: 'in the settings of the account' });

/** What the three parts of a token of a Discord bot are: the number of the bot in base 64, a time, a MAC. */
function checkDiscord(token: string) {
  const number = Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('latin1');
  return /^\d{17,20}$/.test(number) ? ({ confidence: 'certain', validated: 'structure' } as const) : undefined;
}

/** Whether the two points of a token of a Discord bot stand behind the first three characters of it. */
function hasPoints(bytes: Uint8Array, at: number): boolean {
  for (let point = at + 20; point <= at + 24; point++) {
    if (bytes[point] === 0x2e) return bytes[point + 7] === 0x2e;
  }
  return false;
}

export const talkRules: readonly SecretRule[] = [
  ...tokensOf(slack, [
    {
      id: 'slack-token',
      keywords: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxo-', 'xoxe-', 'xoxe.xox'],
      pattern: /(?:xoxe\.)?xox[abeoprs]-(?:[0-9A-Za-z]{1,20}-){1,4}[A-Za-z0-9]{16,200}/y,
      check: (token) =>
        /-\d{9,14}-\d{9,14}-/.test(token)
          ? { confidence: 'certain', validated: 'structure' }
          : /\d/.test(token)
            ? { confidence: 'medium' }
            : undefined,
    },
    {
      id: 'slack-session-token',
      title: 'Slack session token',
      keywords: ['xoxc-', 'xoxd-'],
      pattern: /xox(?:c-[0-9]{9,14}-[0-9]{9,14}-[0-9]{9,14}-[0-9a-f]{64}|d-[A-Za-z0-9%/+=_-]{40,300})/y,
      alphabet: /[A-Za-z0-9%_-]/,
    },
    {
      id: 'slack-app-token',
      title: 'Slack app-level token',
      keywords: ['xapp-'],
      pattern: /xapp-\d-[A-Z0-9]{6,15}-\d{9,14}-[a-f0-9]{64}/y,
      check: () => ({ confidence: 'certain', validated: 'structure' }),
    },
    {
      id: 'slack-workflow-token',
      title: 'Slack workflow token',
      keywords: ['xwfp-'],
      pattern: /xwfp-[A-Za-z0-9-]{30,200}/y,
    },
    {
      id: 'slack-webhook',
      title: 'Slack webhook address',
      severity: 'medium',
      why: webhook,
      isTail: true,
      keywords: ['hooks.slack.com/', 'hooks.slack-gov.com/'],
      pattern:
        /hooks\.slack(?:-gov)?\.com\/(?:services\/[TX][A-Z0-9]{6,14}\/B[A-Z0-9]{6,14}\/[A-Za-z0-9]{20,30}|(?:workflows|triggers)\/[TE][A-Z0-9]{6,14}\/[A-Z0-9]{6,20}\/[A-Za-z0-9]{18,40}(?:\/[A-Za-z0-9]{18,40})?)/y,
    },
  ]),
  ...tokensOf(discord, [
    {
      id: 'discord-webhook',
      title: 'Discord webhook address',
      severity: 'medium',
      why: webhook,
      keywords: ['/api/webhooks/'],
      isTail: true,
      pattern: /\/api\/webhooks\/\d{17,20}\/[A-Za-z0-9_-]{60,72}/y,
    },
    {
      id: 'discord-user-token',
      title: 'Discord user token',
      keywords: ['mfa.'],
      pattern: /mfa\.[A-Za-z0-9_-]{84}/y,
    },
  ]),
  ...tokensOf(discord, [
    {
      id: 'discord-bot-token',
      title: 'Discord bot token',
      // Numbers that Discord gave out since 2016 begin with 1 to 9, since 2022 with 1: this is 10 to 19 in base 64.
      keywords: ['MTA', 'MTE', 'MTI', 'MTM', 'MTQ', 'MTU', 'MTY', 'MTc', 'MTg', 'MTk'],
      pattern: /MT[AEIMQUYcgk][A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}/y,
      may: hasPoints,
      check: checkDiscord,
    },
  ]),
  ...namedOf(discord, [
    {
      // Of the other numbers: it has no part that few other texts have.
      id: 'discord-old-bot-token',
      title: 'Discord bot token',
      names: /(?:)/,
      value: /^(?!MT)[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}$/,
      check: checkDiscord,
    },
    {
      id: 'discord-client-secret',
      title: 'Discord client secret',
      names: /discord.*secret$/,
      value: /^[A-Za-z0-9_-]{32}$/,
    },
  ]),
  ...tokensOf(telegram, [
    {
      id: 'telegram-bot-token',
      title: 'Telegram bot token',
      keywords: [':AA'],
      leadOf: (text, at) => (/\d{8,11}$/.exec(text.slice(Math.max(0, at - 11), at))?.[0] ?? '').length,
      pattern: /\d{8,11}:AA[A-Za-z0-9_-]{32,33}/y,
    },
  ]),
  ...namedOf(telegram, [
    {
      id: 'telegram-named-token',
      title: 'Telegram bot token',
      names: /token|key|telegram/,
      value: /^\d{8,11}:[A-Za-z0-9_-]{35}$/,
    },
  ]),
  ...namedOf(twilio, [
    {
      id: 'twilio-api-key',
      title: 'Twilio API key',
      names: /(?:)/,
      value: /^SK[0-9a-f]{32}$/,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
    {
      id: 'twilio-secret',
      title: 'Twilio auth token or API secret',
      about: /twilio|^ac[0-9a-f]{32}/,
      names: /auth_?token$|secret$|password$|token$/,
      value: /^(?:[0-9a-f]{32}|[A-Za-z0-9]{32})$/,
    },
  ]),
  ...tokensOf(sendgrid, [
    {
      id: 'sendgrid-key',
      title: 'SendGrid API key',
      keywords: ['SG.'],
      pattern: /SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/y,
      check: () => ({ confidence: 'certain', validated: 'structure' }),
    },
  ]),
  ...tokensOf(mailgun, [
    { id: 'mailgun-key', title: 'Mailgun API key', keywords: ['key-'], pattern: /key-[0-9a-f]{32}/y },
  ]),
  ...namedOf(mailgun, [
    {
      id: 'mailgun-named-key',
      title: 'Mailgun API key',
      names: /(?:)/,
      value: /^[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}$/,
    },
  ]),
  ...tokensOf(mailchimp, [
    {
      id: 'mailchimp-key',
      title: 'Mailchimp API key',
      keywords: ['-us1', '-us2', '-us3', '-us4', '-us5', '-us6', '-us7', '-us8', '-us9'],
      lead: 32,
      pattern: /[0-9a-f]{32}-us\d{1,2}/y,
    },
    {
      id: 'mandrill-key',
      title: 'Mailchimp Transactional (Mandrill) API key',
      keywords: ['md-'],
      pattern: /md-[A-Za-z0-9_-]{22}/y,
      check: (token) => (/\d/.test(token) && /[A-Z]/.test(token) ? { confidence: 'medium' } : undefined),
    },
  ]),
  ...tokensOf(brevo, [
    {
      id: 'brevo-key',
      title: 'Brevo key',
      keywords: ['xkeysib-', 'xsmtpsib-'],
      pattern: /x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}/y,
    },
  ]),
  ...tokensOf(various('Resend'), [
    {
      id: 'resend-key',
      title: 'Resend API key',
      keywords: ['re_'],
      pattern: /re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}/y,
      check: (token) => (/\d/.test(token) && /[A-Z]/.test(token) ? { confidence: 'high' } : undefined),
    },
  ]),
  ...tokensOf(various('MailerSend'), [{ id: 'mailersend-token', keywords: ['mlsn.'], pattern: /mlsn\.[0-9a-f]{64}/y }]),
  ...namedOf(various('Postmark'), [
    {
      id: 'postmark-token',
      names: /postmark.*(token|key|password)$/,
      value: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    },
  ]),
  ...namedOf(various('Mailjet'), [
    {
      id: 'mailjet-secret',
      title: 'Mailjet API secret',
      names: /(mailjet|^mj).*(key|secret|private|public|password)$/,
      value: /^[0-9a-f]{32}$/,
    },
  ]),
  ...namedOf(various('SparkPost'), [
    {
      id: 'sparkpost-key',
      title: 'SparkPost API key',
      names: /sparkpost.*(key|password|token)$/,
      value: /^[0-9a-f]{40}$/,
    },
  ]),
  ...namedOf(various('Vonage'), [
    {
      id: 'vonage-secret',
      title: 'Vonage API secret',
      names: /(vonage|nexmo).*secret$/,
      value: /^[A-Za-z0-9]{16}$/,
    },
  ]),
  ...tokensOf(various('Intercom'), [
    {
      id: 'intercom-token',
      keywords: ['dG9rO'],
      pattern: /dG9rO[A-Za-z0-9+/]{48,80}={0,2}/y,
      alphabet: /[A-Za-z0-9+/]/,
    },
  ]),
  ...tokensOf(teams, [
    {
      id: 'teams-webhook',
      title: 'Microsoft Teams webhook address',
      severity: 'medium',
      why: webhook,
      keywords: ['webhook.office.com/'],
      isTail: true,
      pattern:
        /webhook\.office\.com\/webhookb2\/[0-9a-f-]{36}@[0-9a-f-]{36}\/IncomingWebhook\/[0-9a-f]{32}\/[0-9a-f-]{36}(?:\/[A-Za-z0-9_-]{20,60})?/y,
    },
  ]),
];
