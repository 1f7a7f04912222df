/** Whether an OCI runtime, by its name, is one of gVisor: its containers have a kernel, a network and processes of their own. */
export function isGvisor(runtime: string | undefined): boolean {
  return runtime !== undefined && /^(?:runsc|gvisor)/i.test(runtime);
}
