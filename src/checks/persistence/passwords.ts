/** Words that attackers try first, and that images really have. An own list; the name of the account is tried besides. */
const commonPasswords: readonly string[] = [
  'root',
  'toor',
  'password',
  'admin',
  '123456',
  'test',
  'changeme',
  'docker',
  'secret',
  'root123',
  'admin123',
  'password123',
  'Password1',
  'P@ssw0rd',
  'passw0rd',
  'qwerty',
  '1234',
  '12345678',
  'default',
  'guest',
  'user',
  'tomcat',
  's3cret',
  'mysql',
  'redis',
  'letmein',
];

/** Whether it is one that everybody tries: a common one, none, or the name of the account. */
export function isCommonPassword(password: string, account: string): boolean {
  return password === '' || password === account || commonPasswords.includes(password);
}
