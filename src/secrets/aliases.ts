/**
 * Ids by which Trivy and gitleaks tell the same secrets, `TOOL:ID` as in rules of other checks. Whoever accepts one of these
 * ids must accept nothing more than that: an id stands here only where every secret of our form is one of theirs, so not
 * where they tell apart what is one form here (`github-pat` and `github-oauth`). An id that is one of our own is none of
 * another form's.
 */
const aliases: Readonly<Record<string, readonly string[]>> = {
  'airtable-key': ['gitleaks:airtable-api-key'],
  'airtable-token': ['gitleaks:airtable-personnal-access-token'],
  'algolia-key': ['gitleaks:algolia-api-key'],
  'atlassian-old-token': both('atlassian-api-token'),
  'atlassian-token': both('atlassian-api-token'),
  'aws-access-key-id': ['gitleaks:aws-access-token'],
  'aws-bedrock-key': ['gitleaks:aws-amazon-bedrock-api-key-long-lived'],
  'aws-secret-key': ['trivy:aws-secret-access-key'],
  'azure-client-secret': ['gitleaks:azure-ad-client-secret'],
  'brevo-key': both('sendinblue-api-token'),
  'clojars-token': both('clojars-api-token'),
  'confluent-secret': ['gitleaks:confluent-secret-key'],
  'contentful-key': both('contentful-delivery-api-token'),
  'databricks-token': both('databricks-api-token'),
  'dropbox-token': both('dropbox-short-lived-api-token'),
  'duffel-token': both('duffel-api-token'),
  'dynatrace-token': both('dynatrace-api-token'),
  'easypost-key': ['trivy:easypost-api-token'],
  'fastly-token': both('fastly-api-token'),
  'flutterwave-key': ['gitleaks:flutterwave-secret-key'],
  'fly-token': ['gitleaks:flyio-access-token'],
  'frameio-token': both('frameio-api-token'),
  'github-fine-grained-token': both('github-fine-grained-pat'),
  'gitlab-application-secret': ['gitleaks:gitlab-oauth-app-secret'],
  'gitlab-trigger-token': ['gitleaks:gitlab-ptt'],
  'google-api-key': ['gitleaks:gcp-api-key'],
  'google-service-account-key': ['trivy:gcp-service-account'],
  'grafana-cloud-token': ['gitleaks:grafana-cloud-api-token'],
  'grafana-key': ['trivy:grafana-api-token', 'gitleaks:grafana-api-key'],
  'grafana-service-token': ['gitleaks:grafana-service-account-token'],
  'harness-token': ['gitleaks:harness-api-key'],
  'heroku-key': both('heroku-api-key'),
  'heroku-token': ['gitleaks:heroku-api-key-v2'],
  'hubspot-key': ['trivy:hubspot-api-token', 'gitleaks:hubspot-api-key'],
  'hugging-face-organisation-token': ['gitleaks:huggingface-organization-api-token'],
  'hugging-face-token': ['trivy:hugging-face-access-token', 'gitleaks:huggingface-access-token'],
  'jfrog-key': ['gitleaks:artifactory-api-key'],
  'jfrog-reference-token': ['gitleaks:artifactory-reference-token'],
  'json-web-token': ['trivy:jwt-token', 'gitleaks:jwt'],
  'kubernetes-secret': ['gitleaks:kubernetes-secret-yaml'],
  'mailchimp-key': both('mailchimp-api-key'),
  'mailgun-key': ['trivy:mailgun-token', 'gitleaks:mailgun-private-api-token'],
  'mailgun-named-key': both('mailgun-signing-key'),
  'netlify-old-token': ['gitleaks:netlify-access-token'],
  'notion-token': ['gitleaks:notion-api-token'],
  'npm-token': both('npm-access-token'),
  'octopus-key': ['gitleaks:octopus-deploy-api-key'],
  'okta-token': ['gitleaks:okta-access-token'],
  'onepassword-secret-key': ['gitleaks:1password-secret-key'],
  'onepassword-token': ['gitleaks:1password-service-account-token'],
  'openai-key': ['gitleaks:openai-api-key'],
  'openai-project-key': ['gitleaks:openai-api-key'],
  'packagist-token': ['trivy:private-packagist-token'],
  'perplexity-key': ['gitleaks:perplexity-api-key'],
  'pkcs12-key-store': ['gitleaks:pkcs12-file'],
  'plaid-secret': ['gitleaks:plaid-secret-key'],
  'plaid-token': ['gitleaks:plaid-api-token'],
  'postman-key': both('postman-api-token'),
  'prefect-key': ['gitleaks:prefect-api-token'],
  'pulumi-token': both('pulumi-api-token'),
  'pypi-token': both('pypi-upload-token'),
  'readme-key': ['gitleaks:readme-api-token'],
  'rubygems-token': both('rubygems-api-token'),
  'scalingo-token': ['gitleaks:scalingo-api-token'],
  secret: ['gitleaks:generic-api-key'],
  'sendgrid-key': both('sendgrid-api-token'),
  'sentry-named-token': ['gitleaks:sentry-access-token'],
  'shippo-token': both('shippo-api-token'),
  'slack-token': ['trivy:slack-access-token'],
  'slack-webhook': ['trivy:slack-web-hook', 'gitleaks:slack-webhook-url'],
  'snyk-key': ['gitleaks:snyk-api-token'],
  'sonarqube-old-token': ['gitleaks:sonar-api-token'],
  'sonarqube-token': ['gitleaks:sonar-api-token'],
  'sourcegraph-token': ['gitleaks:sourcegraph-access-token'],
  'square-old-token': ['gitleaks:square-access-token'],
  'square-token': ['gitleaks:square-access-token'],
  'stripe-key': ['trivy:stripe-secret-token', 'gitleaks:stripe-access-token'],
  'stripe-test-key': ['trivy:stripe-secret-token', 'gitleaks:stripe-access-token'],
  'teams-webhook': ['gitleaks:microsoft-teams-webhook'],
  'telegram-bot-token': ['gitleaks:telegram-bot-api-token'],
  'telegram-named-token': ['gitleaks:telegram-bot-api-token'],
  'terraform-cloud-token': both('hashicorp-tf-api-token'),
  'typeform-token': both('typeform-api-token'),
  'yandex-iam-token': ['gitleaks:yandex-access-token'],
  'yandex-static-key': ['gitleaks:yandex-aws-access-token'],
};

function both(id: string): readonly string[] {
  return [`trivy:${id}`, `gitleaks:${id}`];
}

/** What others call a form of secrets, `TOOL:ID`. Where two tools call it the same, the id stands once. */
export function aliasesOf(rule: string): readonly string[] {
  const all = Object.hasOwn(aliases, rule) ? aliases[rule]! : [];
  return [...new Map(all.map((alias) => [alias.slice(alias.indexOf(':') + 1), alias])).values()];
}

/** All forms that others have an id for. */
export const formsWithAliases: readonly string[] = Object.keys(aliases);
