/** A template of a user, for tests that write every format: what was found, and where. */
export const listTemplate = {
  name: 'list.txt',
  text: '{% for report in reports %}{% for finding in report.findings %}{{ finding.id }} {{ finding.location.path }} {% endfor %}{% endfor %}\n',
} as const;
