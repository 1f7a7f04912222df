import type { SecretRule } from '../secret-rule.ts';
import { isShown } from '../surroundings.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const why = 'Whoever has it sees customers and payments, and moves money as far as it allows.';
const money = (name: string, revoke = 'in its dashboard under API keys') => ({
  name,
  revoke,
  why,
  severity: 'critical' as const,
});
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

export const paymentRules: readonly SecretRule[] = [
  ...tokensOf(money('Stripe'), [
    {
      id: 'stripe-key',
      title: 'Stripe secret key',
      keywords: ['sk_live_', 'rk_live_', 'sk_org_'],
      pattern: /(?:[sr]k_live_|sk_org_(?:live_|test_)?)[A-Za-z0-9_]{16,250}/y,
    },
    {
      id: 'stripe-test-key',
      title: 'Stripe secret key for tests',
      severity: 'low',
      keywords: ['sk_test_', 'rk_test_'],
      pattern: /[sr]k_test_[A-Za-z0-9_]{16,250}/y,
      // It is for tests: what tests and examples hold of them is where it belongs.
      check: (_, { around }) => (isShown(around.path) ? undefined : { confidence: 'high' }),
    },
    {
      id: 'stripe-webhook-secret',
      title: 'Secret that signs webhooks (Stripe and others)',
      severity: 'medium',
      keywords: ['whsec_'],
      pattern: /whsec_[A-Za-z0-9+/]{24,80}={0,2}/y,
    },
  ]),
  ...tokensOf(money('Square', 'in the developer dashboard'), [
    { id: 'square-token', title: 'Square access token', keywords: ['EAAA'], pattern: /EAAA[A-Za-z0-9_-]{60}/y },
    { id: 'square-secret', title: 'Square OAuth secret', keywords: ['sq0csp-'], pattern: /sq0csp-[A-Za-z0-9_-]{43}/y },
    {
      id: 'square-old-token',
      title: 'Square access token',
      keywords: ['sq0atp-'],
      pattern: /sq0atp-[A-Za-z0-9_-]{22}/y,
    },
  ]),
  ...tokensOf(money('Braintree'), [
    {
      id: 'braintree-token',
      title: 'Braintree or PayPal access token',
      keywords: ['access_token$'],
      pattern: /access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}/y,
    },
  ]),
  ...namedOf(money('PayPal', 'in the developer dashboard'), [
    {
      id: 'paypal-secret',
      title: 'PayPal client secret',
      about: /paypal/,
      names: /secret$|secret_?key$|password$|signature$/,
      value: /^E[A-Za-z0-9_-]{79}$|^[A-Za-z0-9_.-]{40,90}$|^[A-Z0-9]{16}$/,
    },
  ]),
  ...namedOf(money('Braintree'), [
    {
      id: 'braintree-key',
      title: 'Braintree private key',
      names: /(braintree|^bt).*(private_?key|secret|key)$/,
      value: /^[0-9a-f]{32}$/,
    },
  ]),
  ...tokensOf(money('Shopify', 'in the settings of the app'), [
    {
      id: 'shopify-token',
      keywords: ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shptka_', 'shpua_'],
      pattern: /shp(?:at|ca|pa|ss|tka|ua)_[A-Fa-f0-9]{32}/y,
    },
  ]),
  ...tokensOf(money('Adyen'), [
    {
      id: 'adyen-key',
      title: 'Adyen API key',
      keywords: ['AQE'],
      pattern: /AQE[A-Za-z0-9]{5}[A-Za-z0-9+/=-]{40,250}/y,
      alphabet: /[A-Za-z0-9+/]/,
      check: (token) =>
        /==?-[A-Za-z0-9+/]{20,}=?-/.test(token) ? { confidence: 'high', validated: 'structure' } : undefined,
    },
  ]),
  ...namedOf(money('Adyen'), [
    {
      id: 'adyen-named-key',
      title: 'Adyen API or HMAC key',
      about: /adyen/,
      names: /(key|secret|password)$/,
      value: /^AQE[A-Za-z0-9+/=.:;_()<>{}[\]^*&%$#@!?~|\\-]{40,250}$|^[0-9A-F]{64}$/,
    },
  ]),
  ...tokensOf(money('Plaid'), [
    {
      id: 'plaid-token',
      title: 'Plaid access token',
      keywords: ['access-sandbox-', 'access-development-', 'access-production-'],
      pattern: new RegExp(`access-(?:sandbox|development|production)-${uuid}`, 'y'),
    },
  ]),
  ...namedOf(money('Plaid'), [
    {
      id: 'plaid-secret',
      title: 'Plaid secret',
      about: /plaid/,
      names: /secret$|key$|secret_[a-z]+$/,
      value: /^[0-9a-f]{30}$/,
    },
  ]),
  ...tokensOf(money('Checkout.com'), [
    {
      id: 'checkout-key',
      title: 'Checkout.com secret key',
      keywords: ['sk_sbox_', 'sk_'],
      pattern: new RegExp(`sk_(?:sbox_[a-z2-7]{26}[a-z2-7*#$=]?|(?:test_)?${uuid})`, 'y'),
    },
  ]),
  ...namedOf(money('Razorpay'), [
    {
      id: 'razorpay-secret',
      title: 'Razorpay key secret',
      about: /razorpay|rzp/,
      names: /secret$|key_secret$/,
      value: /^[A-Za-z0-9]{24}$/,
    },
  ]),
  ...tokensOf(money('Razorpay'), [
    {
      id: 'razorpay-key',
      title: 'Razorpay key id',
      severity: 'medium',
      keywords: ['rzp_live_', 'rzp_test_'],
      pattern: /rzp_(?:live|test)_[A-Za-z0-9]{14}/y,
    },
  ]),
  ...namedOf(money('Mollie'), [
    {
      id: 'mollie-key',
      title: 'API key of Mollie, GoCardless or Lob',
      names: /(?:)/,
      value: /^(?:live|test)_(?:[A-Za-z0-9]{30}|[A-Za-z0-9_-]{40}|[0-9a-f]{35})$/,
    },
  ]),
  ...tokensOf(money('Flutterwave'), [
    {
      id: 'flutterwave-key',
      title: 'Flutterwave secret key',
      keywords: ['FLWSECK'],
      pattern: /FLWSECK(?:_TEST)?-[A-Za-z0-9]{32}(?:-[A-Za-z0-9]{8,20})?-X/y,
    },
  ]),
  ...tokensOf(money('Xendit'), [
    {
      id: 'xendit-key',
      title: 'Xendit secret key',
      keywords: ['xnd_production_', 'xnd_development_'],
      pattern: /xnd_(?:production|development)_[A-Za-z0-9]{40,80}/y,
    },
  ]),
  ...tokensOf(money('Paddle'), [
    {
      id: 'paddle-key',
      title: 'Paddle API key',
      keywords: ['pdl_live_apikey_', 'pdl_sdbx_apikey_'],
      pattern: /pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}/y,
    },
  ]),
  ...tokensOf(money('Klarna'), [
    {
      id: 'klarna-key',
      title: 'Klarna API key',
      keywords: ['klarna_live_api_', 'klarna_test_api_'],
      pattern: /klarna_(?:live|test)_api_[A-Za-z0-9+/_-]{40,100}={0,2}/y,
    },
  ]),
  ...tokensOf(money('EasyPost'), [
    { id: 'easypost-key', title: 'EasyPost API key', keywords: ['EZAK', 'EZTK'], pattern: /EZ[AT]K[A-Za-z0-9]{54}/y },
  ]),
  ...tokensOf(money('Shippo'), [
    { id: 'shippo-token', keywords: ['shippo_live_', 'shippo_test_'], pattern: /shippo_(?:live|test)_[0-9a-f]{40}/y },
  ]),
  ...tokensOf(money('Duffel'), [
    {
      id: 'duffel-token',
      keywords: ['duffel_live_', 'duffel_test_'],
      pattern: /duffel_(?:live|test)_[A-Za-z0-9_=-]{43}/y,
    },
  ]),
  ...namedOf(money('Coinbase'), [
    {
      id: 'coinbase-secret',
      title: 'Coinbase API secret',
      about: /coinbase/,
      names: /(secret|key|token)$/,
      value: /^[A-Za-z0-9_-]{32,64}$|^[A-Za-z0-9+/]{86}==$/,
    },
  ]),
];
