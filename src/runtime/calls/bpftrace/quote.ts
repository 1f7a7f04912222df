/**
 * Text in quotation marks as strace writes it (strace(1), `-s`): what is not plain is octal.
 * @param bytes one character each
 */
export function quote(bytes: string): string {
  const plain = bytes.replaceAll(/[^ -~]|["\\<>]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `"${plain}"`;
}
