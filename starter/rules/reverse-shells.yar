// Shells that call back to whoever waits for them. Drydock starter rules, Apache-2.0.

rule bash_dev_tcp {
  meta:
    id = "reverse-bash-dev-tcp"
    description = "Interactive shell whose input and output are a network connection of bash"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "reverse-shell"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
    types = "script,text,web,html,data"
  strings:
    // With where it calls: without, it is what others look for in logs.
    $shell = /sh\s{1,4}-[a-z]{0,4}i[a-z]{0,4}\s{0,4}\d?(>&|&>|>|<)\s{0,4}\/dev\/(tcp|udp)\/[\\"']{0,3}(\s?[.+,]\s?)?[\w$({<\[%-]/
    $duplex = /[<>]{1,2}&?\s{0,4}\/dev\/(tcp|udp)\/[^\n]{1,80}[;&]\s{0,4}(ba|z|da|k)?sh\s{0,4}(-i\s{0,4})?<&\s?\d/
    $loop = /<>\s{0,4}\/dev\/(tcp|udp)\/[^\n]{1,120}while\s{1,4}read[^\n]{1,60}do\s{1,4}(eval\s{1,4}["']?)?\$\{?\w{1,20}\}?["']?\s{0,4}(2>&\s?\d{1,3}|>&\s?\d{1,3}|\|)/
  condition:
    filesize < 1MB and any of them
}

rule netcat_shell {
  meta:
    id = "reverse-netcat-shell"
    description = "Netcat that hands a connection to a shell"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "reverse-shell"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
    types = "script,text,web,html,data"
  strings:
    $before = /\b(nc|ncat|netcat|nc\.traditional|nc\.openbsd)\s{1,4}(-[a-z]{1,6}\s{1,4}){0,4}-[a-z]{0,5}[ec]\s{0,3}["']?(\/usr)?\/bin\/(ba|da|z|k|a)?sh\b[\\"']{0,3}[ \t]{1,4}[\\"']{0,3}(\s?[.+,]\s?)?[\w$({<\[%-]/
    $after = /\b(nc|ncat|netcat)\s{1,4}(-[a-z]{1,6}\s{1,4}){0,4}[\w.$"{}]{4,64}\s{1,4}[\d$][\w{}]{1,12}\s{1,4}-[a-z]{0,3}[ec]\s{0,3}["']?(\/usr)?(\/bin\/)?(ba|da|z|k|a)?sh\b/
    $fifo = /mkfifo\s{1,4}[^\n]{1,200}sh\s{1,4}-i\s{0,4}(2>&1|>&2)?[^\n]{0,20}\|\s{0,4}(nc|ncat|netcat|telnet|openssl\s{1,4}s_client)\b/
    $mknod = /mknod\s{1,4}[^\n]{1,60}\sp\s{0,4}[;&][^\n]{1,120}\b(nc|ncat|netcat|telnet)\s[^\n]{1,80}\|\s{0,4}(\/bin\/)?(ba)?sh\b/
    $telnet = /telnet\s{1,4}[\w.$-]{4,64}\s{1,4}[\d$]\w{1,9}\s{0,4}\|\s{0,4}(\/bin\/)?(ba)?sh\s{0,4}\|\s{0,4}telnet\s/
  condition:
    filesize < 1MB and any of them
}

rule python_socket_shell {
  meta:
    id = "reverse-python-shell"
    description = "Python that puts a shell on a connected socket"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "reverse-shell"
    reference = "https://attack.mitre.org/techniques/T1059/006/"
    types = "script,text,web,html,bytecode"
  strings:
    $dup = /dup2\s{0,3}\(\s{0,3}\w{1,30}(\.\w{1,30})?\.fileno\(\)\s{0,3},\s{0,3}[012f]/
    $connect = /\.connect\s{0,3}\(\s{0,3}\(?/
    $spawn = /(pty\.spawn|subprocess\.(call|run|Popen|check_call)|os\.(system|exec[lv]p?e?))\s{0,3}\(\s{0,3}\[?\s{0,3}["'](\/usr)?(\/bin\/)?(ba|da|z)?sh["']/
    // Commands that come from the socket and answers that go back, without descriptors being moved.
    $obey = /(Popen|check_output|getoutput|popen)\s{0,3}\(\s{0,3}\w{1,20}(\.decode\(\)|\.recv\s{0,3}\(\s{0,3}\d{2,6}\s{0,3}\))[^\n]{0,200}(shell\s{0,3}=\s{0,3}True|\.read\()/
    $receive = /\.recv\s{0,3}\(\s{0,3}\d{3,6}\s{0,3}\)/
  condition:
    filesize < 256KB and (($dup and $connect and $spawn) or ($connect and $receive and $obey))
}

rule perl_socket_shell {
  meta:
    id = "reverse-perl-shell"
    description = "Perl that reopens its standard handles on a socket and runs a shell"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "reverse-shell"
    reference = "https://attack.mitre.org/techniques/T1059/"
    types = "script,text,web,html"
  strings:
    $socket = /(use\s{1,4}(IO::)?Socket|\bsocket\s{0,3}\(\s{0,3}\$?\w{1,20}\s{0,3},\s{0,3}(PF|AF|&?PF)_INET|IO::Socket::INET|-MIO(::Socket)?)/
    $handles = /(open\s{0,3}\(?\s{0,3}\*?STD(IN|OUT|ERR)\s{0,3},\s{0,3}["']?[<>+]{0,2}\s{0,2}[<>]&=?|STD(IN|OUT|ERR)->fdopen\s{0,3}\()/
    $shell = /\b(exec|system)\s{0,3}[\({]?\s{0,3}["'{]?\s{0,3}(uname[^\n]{0,60})?["']?(\/usr)?\/bin\/(ba|t?c|k|z)?sh/
    $obey = /(system|exec)\s{0,3}\(?\s{0,3}\$_\s{0,3}\)?\s{0,3}while\s{0,3}\(?\s{0,3}<>/
    $handed = /(STDIN|STDOUT)->fdopen\s{0,3}\(\s{0,3}\$?\w{1,20}\s{0,3},\s{0,3}["']?[rw]/
  condition:
    filesize < 256KB and $socket and (($handles and $shell) or ($obey and $handed))
}

rule ruby_socket_shell {
  meta:
    id = "reverse-ruby-shell"
    description = "Ruby that runs what comes from a TCP connection"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "reverse-shell"
    reference = "https://attack.mitre.org/techniques/T1059/"
    types = "script,text,web"
  strings:
    $direct = /TCPSocket\.(new|open)[^\n]{1,120}(exec|IO\.popen|sprintf)[^\n]{0,60}(\/bin\/(ba)?sh|\.gets|<&%d)/
    $loop = /TCPSocket\.(new|open)[^\n]{1,100}while\s{0,3}\(?\s{0,3}\w{1,20}\s{0,3}=\s{0,3}\w{1,20}\.gets[^\n]{0,80}IO\.popen\s{0,3}\(\s{0,3}\w{1,20}\s{0,3},/
  condition:
    filesize < 256KB and any of them
}

rule php_socket_shell {
  meta:
    id = "reverse-php-shell"
    description = "PHP that connects a shell to a socket"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    family = "reverse-shell"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text"
  strings:
    $socket = /\b(p?fsockopen|stream_socket_client|socket_connect)\s{0,3}\(/ nocase
    $run = /\b(proc_open|popen|exec|shell_exec|system|passthru|pcntl_exec)\s{0,3}\(\s{0,3}(\$(shell|cmd|sh)\b|["'](uname\s{1,3}-a;[^"']{0,40})?(\/usr)?(\/bin\/)?(ba)?sh(\s{1,3}-i)?\b)/ nocase
    $interactive = /["'](uname\s{1,3}-a;[^"'\n]{0,60})?(\/usr)?\/bin\/(ba)?sh\s{1,3}-i/
    $handed = /\bsh\s{1,3}-i\s{0,3}<&\s?\d\s{0,3}>&\s?\d/
    $loop = /\b(fwrite|fputs|socket_write)\s{0,3}\(\s{0,3}\$\w{1,20}\s{0,3},\s{0,3}@?(shell_exec|`|system|exec)\s{0,3}\(?\s{0,3}\$/ nocase
    $pipes = /proc_open\s{0,3}\(\s{0,3}\$?["']?[\w\/ -]{1,40}["']?\s{0,3},/ nocase
  condition:
    filesize < 512KB and $socket and ($handed or ($interactive and ($run or $pipes)) or $loop)
}

rule other_socket_shell {
  meta:
    id = "reverse-other-shell"
    description = "Shell put on a connection by socat, awk, lua, openssl or Node"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "reverse-shell"
    reference = "https://attack.mitre.org/techniques/T1059/"
    types = "script,text,web,html"
  strings:
    $socat = /socat\s{1,4}[^\n]{0,120}(exec|system):['"\\]{0,4}(\/usr)?(\/bin\/)?(ba|da|z)?sh(\s{1,3}-\w{1,4})?['"\\]{0,4}[^\n]{0,80}(tcp|openssl|udp)[46]?[:-]/ nocase
    $socat_back = /socat\s{1,4}[^\n]{0,20}(tcp|openssl|udp)[46]?(-connect)?:[^\n]{1,80}(exec|system):['"\\]{0,4}(\/usr)?(\/bin\/)?(ba|da|z)?sh/ nocase
    $awk = /\/inet\/(tcp|udp)\/0\/[^\n]{1,120}\|&\s{0,4}getline[^\n]{1,160}\|\s{0,4}getline/
    $lua = /require\s{0,3}\(?\s{0,3}["']socket["'][^\n]{1,200}connect\s{0,3}\([^\n]{1,120}(os\.execute|io\.popen)\s{0,3}\(/
    $openssl = /sh\s{1,4}-i\s[^\n]{0,60}\|\s{0,4}openssl\s{1,4}s_client\s[^\n]{0,80}-connect/
    $node = /\.connect\s{0,3}\([^\n]{1,120}(pipe\s{0,3}\(\s{0,3}\w{1,20}\.stdin|\.stdin)[^\n]{0,120}stdout\.pipe/
    $node_shell = /spawn\s{0,3}\(\s{0,3}["'](\/bin\/)?((ba)?sh|cmd(\.exe)?)["']/
    $powershell = /TCPClient\s{0,3}\([^\n]{1,120}GetStream\s{0,3}\([^\n]{1,400}(iex|Invoke-Expression)/ nocase
  condition:
    filesize < 512KB and
      (any of ($socat, $socat_back, $awk, $lua, $openssl, $powershell) or ($node and $node_shell))
}

rule elf_connect_shell_stub {
  meta:
    id = "reverse-elf-stub"
    description = "Tiny ELF program made of system calls that put a shell on a socket"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    family = "reverse-shell"
    reference = "https://attack.mitre.org/techniques/T1059/"
    types = "elf"
  strings:
    // socket, connect, dup2 and execve as their numbers are pushed or moved on x86-64
    $socket64 = { 6A 29 [0-6] 58 }
    $dup64 = { 6A 21 58 [0-4] 0F 05 }
    $exec64 = { 6A 3B [0-2] 58 }
    $exec64_b = { B0 3B [0-6] 0F 05 }
    // and on x86-32: socketcall, dup2, execve
    $socket32 = /jfX/
    $socket32_b = { B0 66 [0-4] CD 80 }
    $dup32 = { 6A 3F 58 [0-3] CD 80 }
    $dup32_b = { B0 3F [0-3] CD 80 }
    $exec32 = { B0 0B [0-4] CD 80 }
    $shell_push = /h\/\/shh\/bin/
    $shell = /\/bin\/sh/
    $shell_b = /\/bin\/\/sh/
  condition:
    filesize < 8KB and uint32(0) == 0x464C457F and any of ($shell*) and
      (($socket64 and $dup64 and any of ($exec64*)) or (any of ($socket32*) and any of ($dup32*) and $exec32))
}

rule elf_one_writable_segment {
  meta:
    id = "elf-stager-header"
    description = "ELF program without sections whose only segment can be written and executed, as generators of payloads make it"
    severity = "high"
    kind = "malware"
    weight = "strong"
    family = "payload-stager"
    reference = "https://refspecs.linuxfoundation.org/elf/elf.pdf"
    types = "elf"
  condition:
    filesize < 256KB and uint32(0) == 0x464C457F and
      (
        (uint8(4) == 2 and uint16(0x38) == 1 and uint16(0x3C) == 0 and uint32(0x40) == 1 and uint32(0x44) == 7) or
        (uint8(4) == 1 and uint16(0x2C) == 1 and uint16(0x30) == 0 and uint32(0x34) == 1 and uint32(0x4C) == 7)
      )
}
