// Programs that are small by what they are: rules that have a program taken apart first, which for a large one takes more
// time and memory than all others. Files of 512 KB and more are not shown to them. Drydock starter rules, Apache-2.0.

import "elf"

rule preload_library {
  meta:
    id = "hide-preload-library"
    description = "Library that replaces the reading of folders and looks into /proc: it hides files or processes"
    severity = "high"
    kind = "malware"
    weight = "strong"
    family = "userland-rootkit"
    reference = "https://attack.mitre.org/techniques/T1014/"
    types = "elf"
  strings:
    $own1 = /readdir64/
    $own2 = /dlsym/
    $proc1 = /\/proc\/self\/fd\/%d/
    $proc2 = /\/proc\/%s\/stat/
    $proc3 = /\/proc\/%s\/cmdline/
    $proc4 = /\/proc\/%s\/status/
    $preload = /ld\.so\.preload/
    $tcp = /\/proc\/net\/tcp/
  condition:
    filesize < 512KB and uint32(0) == 0x464C457F and $own1 and $own2 and 1 of ($proc*, $preload, $tcp) and
      elf.type == elf.ET_DYN and
      for any symbol in elf.dynsym : (
        symbol.shndx != 0 and symbol.type == elf.STT_FUNC and (symbol.name == "readdir" or symbol.name == "readdir64")
      )
}
