// How malware stays, and how it hides. Drydock starter rules, Apache-2.0.

rule preload_written {
  meta:
    id = "hide-preload-written"
    description = "Script that puts a library of its own before all others through ld.so.preload"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    trait = "preload"
    reference = "https://attack.mitre.org/techniques/T1574/006/"
    types = "script,text,web"
  strings:
    $write = /(echo|printf)\s[^\n;|]{0,20}\/(tmp|var|dev|usr\/local|etc|root|home|opt|lib|usr\/lib|usr\/bin|bin|run)[\w\/.-]{1,80}\.so[\w.]{0,8}["']?\s{0,3}(>{1,2}|\|\s{0,3}(sudo\s{1,3})?tee\s{1,3}(-a\s{1,3})?)\s{0,3}["']?\/etc\/ld\.so\.preload/
    $fetch = /(curl|wget|base64\s{1,3}-d|gcc\s|chattr\s)/
  condition:
    filesize < 2MB and $write and $fetch
}

rule cron_fetches_code {
  meta:
    id = "persist-cron-fetches"
    description = "Line of cron that fetches code and runs it"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "persistence"
    reference = "https://attack.mitre.org/techniques/T1053/003/"
    types = "script,text,web,data"
  strings:
    $line = /(\*\s{1,4}\*\s{1,4}\*|@(reboot|hourly|daily))\s{1,4}[^\n]{0,80}(curl|wget|cdl|wdl)\s[^\n]{0,200}(\||;|&&)\s{0,4}(\/bin\/)?(ba)?sh\b/
    $decoded = /(\*\s{1,4}\*\s{1,4}\*|@reboot)\s{1,4}[^\n]{0,80}(base64\s{1,3}(-d|-D|--decode)|python\d?\s{1,3}-c)[^\n]{0,120}(\|\s{0,4}(ba)?sh\b|urlopen)/
  condition:
    filesize < 2MB and any of them
}

rule service_in_temporary_folder {
  meta:
    id = "persist-service-temporary"
    description = "Service that starts a program from a folder for temporary files or from shared memory"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "persistence"
    reference = "https://attack.mitre.org/techniques/T1543/002/"
    types = "script,text,web,data"
  strings:
    $unit = /\nExecStart(Pre|Post)?\s{0,2}=\s{0,2}[-@:+!]{0,3}(\/bin\/(ba)?sh\s{1,3}(-c\s{1,3})?["']?)?(\/tmp|\/var\/tmp|\/dev\/shm|\/run\/shm)\/[\w.]/
    $section = /\[Service\]/
  condition:
    filesize < 64KB and $section and $unit
}

rule service_in_hidden_folder {
  meta:
    id = "persist-service-hidden"
    description = "Service that starts a program from a hidden folder"
    severity = "medium"
    kind = "malware"
    weight = "weak"
    trait = "persistence"
    reference = "https://attack.mitre.org/techniques/T1543/002/"
    types = "script,text,web,data"
  strings:
    $unit = /\nExecStart(Pre|Post)?\s{0,2}=\s{0,2}[-@:+!]{0,3}\/(usr|etc|var|opt|lib|bin|root|sbin)[\w\/-]{0,60}\/\.[\w.-]{1,40}/
    $section = /\[Service\]/
  condition:
    filesize < 64KB and $section and $unit
}

rule upx_altered {
  meta:
    id = "elf-upx-altered"
    description = "Program packed with UPX whose marks were changed so that UPX cannot unpack it"
    severity = "medium"
    kind = "malware"
    weight = "strong"
    trait = "packed"
    reference = "https://attack.mitre.org/techniques/T1027/002/"
    types = "elf"
  strings:
    $info = /This file is packed with the UPX executable packer/
    $id = /\$Id: UPX /
    $magic = /UPX!/
  condition:
    uint32(0) == 0x464C457F and ((uint8(4) == 2 and uint16(0x3C) == 0) or (uint8(4) == 1 and uint16(0x30) == 0)) and
      (
        // The stub says that it is UPX, the header that UPX reads does not.
        (($info or $id) and not $magic) or
        ($magic in (0..512) and not $info and not $id)
      )
}

rule memfd_loader {
  meta:
    id = "elf-memfd-loader"
    description = "Small program that writes another into memory without a name and runs it from there"
    severity = "high"
    kind = "malware"
    weight = "weak"
    trait = "fileless"
    reference = "https://attack.mitre.org/techniques/T1620/"
    types = "elf"
  strings:
    $fd = /\/proc\/self\/fd\/%d/
    $fd_pid = /\/proc\/%d\/fd\/%d/
    $create = /memfd_create/
    $number = { B8 3F 01 00 00 0F 05 }
    $number_call = { BF 3F 01 00 00 }
    $exec = /fexecve/
    $execve = /execve/
  condition:
    filesize < 256KB and uint32(0) == 0x464C457F and
      any of ($create, $number, $number_call) and ($exec or ($execve and any of ($fd*)))
}

rule memfd_script {
  meta:
    id = "script-memfd-loader"
    description = "Script that writes a program into memory without a name and runs it from there"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "fileless"
    reference = "https://attack.mitre.org/techniques/T1620/"
    types = "script,text,web"
  strings:
    $perl = /syscall\s{0,3}\(\s{0,3}(319|356|279|385)\s{0,3},/
    $python = /(memfd_create|syscall\s{0,3}\(\s{0,3}319)\b/
    $path = /\/proc\/(self|\$\$|\$pid|%d|\{)[^\n]{0,20}\/fd\//
    $exec = /\bexec[lv]?p?e?\s{0,3}[\({]/
    $fetch = /(urlopen|https?:\/\/|b64decode|pack\s{0,3}\(?\s{0,3}["']H)/
  condition:
    filesize < 2MB and ($perl or $python) and $path and $exec and $fetch
}

rule pam_password_log {
  meta:
    id = "pam-password-log"
    description = "PAM module that writes passwords to a file"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "pam-backdoor"
    reference = "https://attack.mitre.org/techniques/T1556/003/"
    types = "elf"
  strings:
    $pam = /pam_sm_authenticate/
    $token = /pam_get_authtok/
    $item = /pam_get_item/
    $pair = /%s\s{0,3}[:|=]{1,2}\s{0,3}%s(\s{0,3}[:|@=]{1,2}\s{0,3}%s)?\n/
    $words = /(user(name)?|login)\s{0,3}[:=]\s{0,3}%s[^\n\x00]{0,20}pass(word|wd)?\s{0,3}[:=]\s{0,3}%s/ nocase
    $place = /\/(tmp|var\/tmp|dev\/shm|usr\/include|usr\/share|usr\/lib|var\/log|etc|var\/lib)\/[\w\/]{0,40}\.[a-z][\w.-]{0,40}\x00/
  condition:
    filesize < 1MB and uint32(0) == 0x464C457F and $pam and ($token or $item) and (($pair and $place) or $words)
}

rule sshd_password_log {
  meta:
    id = "sshd-password-log"
    description = "OpenSSH program that writes passwords to a file"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "ssh-backdoor"
    reference = "https://attack.mitre.org/techniques/T1554/"
    types = "elf"
  strings:
    $ssh = /OpenSSH_/
    // An option that client and server read: what only speaks the protocol, to try passwords for instance, has none.
    $option = /passwordauthentication/ nocase
    $words = /(user(name)?|login)\s{0,3}[:=]\s{0,3}%s[^\n\x00]{0,20}pass(word|wd)?\s{0,3}[:=]\s{0,3}%s/ nocase
    $from = /(\+host|host|from)\s{0,2}:?\s{0,2}%s[^\n\x00]{0,12}(\+user|user)\s{0,2}:?\s{0,2}%s[^\n\x00]{0,12}(\+pass|pass)/
  condition:
    uint32(0) == 0x464C457F and $ssh and $option and ($words or $from)
}

rule suid_shell_by_script {
  meta:
    id = "persist-suid-shell"
    description = "Copy of a shell that runs as root for everybody"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    trait = "privilege-escalation"
    reference = "https://attack.mitre.org/techniques/T1548/001/"
    types = "script,text,web"
  strings:
    $copy = /\b(cp|install)\s{1,3}(-\w{1,4}\s{1,3}){0,3}(\/usr)?\/bin\/(ba|da|z|k)?sh\s{1,3}(\/[\w.\/-]{2,80})\s{0,3}[;&\n]{1,3}[^\n]{0,60}chmod\s{1,3}([ugoa]{0,3}\+s|\+s|[46]7[0-7]{2}|0?[46]755)\s/
    $direct = /chmod\s{1,3}(u?\+s|[ugoa]{1,3}\+s|0?[4-7]7[0-7]{2})\s{1,3}(\/usr)?\/bin\/(ba|da|z|k)?sh\b/
    $install = /\binstall\s{1,3}[^\n;]{0,30}-m\s{0,3}0?[46]7[0-7]{2}\s[^\n;]{0,30}(\/usr)?\/bin\/(ba|da|z|k)?sh\s/
  condition:
    filesize < 2MB and any of them
}

rule key_added_by_script {
  meta:
    id = "persist-key-added"
    description = "Script that adds a key of its own to those that may log in as root"
    severity = "medium"
    kind = "malware"
    weight = "weak"
    trait = "persistence"
    reference = "https://attack.mitre.org/techniques/T1098/004/"
    types = "script,text,web"
  strings:
    $key = /ssh-(rsa|ed25519|dss)\s{1,3}AAAA[\w+\/=]{20}/
    $append = />{1,2}\s{0,3}["']?(\/root|~|\$HOME|\$\{HOME\}|\/home\/[\w.-]{1,32})\/\.ssh\/authorized_keys/
  condition:
    filesize < 2MB and $key and $append
}
