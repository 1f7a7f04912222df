/** Whether a file of the starter set is about webshells. */
export function isAboutWebshells(file: string): boolean {
  return /(?:^|[/\\])webshells-[^/\\]*\.yar$/.test(file);
}
