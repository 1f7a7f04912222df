/** Numbers of capabilities: linux/capability.h. */
const names =
  `chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service
  net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin
  sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override
  mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore`.split(/\s+/);

/**
 * Capabilities that a `security.capability` attribute permits or hands on (vfs_cap_data of linux/capability.h, revisions 1 to
 * 3): `cap_setuid`. Undefined where it is none.
 * @param hex the attribute as hexadecimal digits
 */
export function capabilityNames(hex: string): readonly string[] | undefined {
  const bytes = Buffer.from(hex.slice(0, 64), 'hex');
  if (bytes.length < 4) return undefined;
  const revision = bytes.readUInt32LE(0) >>> 24;
  const words = revision === 1 ? 1 : revision === 2 || revision === 3 ? 2 : 0;
  if (words === 0 || bytes.length < 4 + 8 * words) return undefined;
  const found: string[] = [];
  for (let word = 0; word < words; word++) {
    const bits = bytes.readUInt32LE(4 + 8 * word) | bytes.readUInt32LE(8 + 8 * word);
    for (let bit = 0; bit < 32; bit++) {
      if (((bits >>> bit) & 1) === 1) found.push(`cap_${names[32 * word + bit] ?? 32 * word + bit}`);
    }
  }
  return found;
}
