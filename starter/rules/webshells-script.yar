// Scripts in Perl, Python, shell, Node, Ruby and Lua through which others rule a server. Drydock starter rules, Apache-2.0.

rule perl_cgi_command {
  meta:
    id = "perl-cgi-command"
    description = "CGI script in Perl that runs a command from the request"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "script,web,text"
  strings:
    $perl = /(#![^\n]{0,40}perl|use\s+(strict|CGI|warnings|Socket)|\$ENV\{)/
    $cgi = /(QUERY_STRING|CONTENT_LENGTH|use\s+CGI|ReadParse|Content-type:\s*text\/html)/ nocase
    $param = /(\bsystem\s*\(|\bexec\s*\(|[=(]\s?`|qx\s*[\/({])\s*["']?\s*(\$(in|FORM|form|query|params?|ARG|INPUT)\{['"]?(cmd|command|c|exec|run|shell)\b|\$\w{1,12}->param\s*\(|param\s*\(|\$RunCommand\b)/
    $qs = /(\bsystem|\bexec|`)[^;\n]{0,20}\$ENV\{['"]?QUERY_STRING/
    $field = /name\s*=\s*\\?["']?(cmd|command|c|run|exec)["'\s>\\]/ nocase
    $small = /(QUERY_STRING|ReadParse|CONTENT_LENGTH)/
    $runs = /(open\s*\(\s*\w{1,20}\s*,\s*["'][^"'\n]{1,60}\|\s*["']|\bsystem\s*[("]|[=(]\s?`[^`\n]{0,40}\$|\bexec\s*\()/
  condition:
    filesize < 256KB and $perl and $cgi and ($param or $qs or ($field and $runs and $small))
}

rule perl_cgi_console {
  meta:
    id = "perl-cgi-console"
    description = "CGI script in Perl with login, command line, upload and download"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "script,web,text"
  strings:
    $cgi = /(QUERY_STRING|CONTENT_LENGTH|ReadParse)/
    $login = /(PerformLogi[n]|PrintLogi[n]\w{0,12}|LoginPasswor[d]|AdminPasswor[d]|SAVEDPW[D])/
    $command = /(PrintCommandLineInputFor[m]|ExecuteComman[d]|RunComman[d]|CommandTimeou[t]\w{0,12})/
    $transfer = /(PrintFile(Up|Down)loadForm|UploadFil[e]|SendFileToBrowse[r]|TransferFil[e])/
    $cmdsep = /\$Cmd(Sep|Pwd)\b/
  condition:
    filesize < 512KB and $cgi and 2 of ($login, $command, $transfer, $cmdsep) and ($command or $cmdsep)
}

rule perl_shell_bot {
  meta:
    id = "perl-shell-bot"
    description = "Perl that takes orders from a chat server or listens for a shell"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "bot"
    reference = "https://attack.mitre.org/techniques/T1071/"
    types = "script,web,text"
  strings:
    $socket = /(IO::Socket(::INET)?|use\s+Socket|sockaddr_in)/
    $irc = /["'](PRIVMS[G]|NIC[K]|JOI[N]|PONG|NOTICE)\s/
    $mixed = /\b(PRIVMS[G]|NIC[K]|JOI[N])\b[^\n]{0,60}\$/
    $flood = /(udpflood|tcpflood|httpflood|synflood|portscan|\bflood|conback|shellcmd|sendraw)/ nocase
    $shell = /\b(system|exec)\b[^;\n]{0,40}(\$\w|\/bin\/(ba)?sh)/
    $fork = /\bfork\b/
    $listen = /(listen\s*\(|Listen\s*=>|\bbind\s*\()/
    $accept = /\baccept\s*\(?/
    $std = /open\s*\(?\s*\*?STD(IN|OUT|ERR)\s*,\s*["'][<>+&=]{1,3}/
    $sh = /exec\s*[({]?\s*["'{]?\s*["']?\/bin\/(ba)?sh/
  condition:
    filesize < 512KB and $socket and ((($irc or $mixed) and $fork and ($flood or $shell)) or ($flood and $shell and $fork) or ($listen and $accept and $std and $sh))
}

rule perl_cgi_runs {
  meta:
    id = "perl-cgi-runs"
    description = "CGI script in Perl that runs something"
    severity = "low"
    kind = "webshell"
    weight = "weak"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "script,web,text"
  strings:
    $perl = /(#![^\n]{0,40}perl|use\s+(strict|CGI|Socket))/
    $cgi = /(QUERY_STRING|CONTENT_LENGTH|ReadParse)/
    $run = /(\bsystem\s*\(?\s*["']?\$|[=(]\s?`[^`\n]{0,40}\$\w|open\s*\(\s*\w{1,20}\s*,\s*["']?\$\w{1,20}\s*\||\bexec\s*\(?\s*["']?\$)/
  condition:
    filesize < 256KB and all of them
}

rule python_cgi_command {
  meta:
    id = "python-cgi-command"
    description = "CGI or web script in Python that runs a command from the request"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "script,web,text"
  strings:
    $cgi = /(cgi\.FieldStorage|QUERY_STRING|import\s+cgi\b)/
    $get = /(getvalue|getfirst)\s*\(\s*["'](cmd|command|exec|c|shell)["']|\[\s*["'](cmd|command|exec)["']\s*\]/
    $run = /(os\.(popen\d?|system)|subprocess\.(Popen|call|run|check_output|getoutput|getstatusoutput)|commands\.get(status)?output|\beval|\bexec)\s*\(/
    $import = /(^|\n)\s{0,20}(import|from)\s\w/
    $flask_run = /(os\.(popen|system)|subprocess\.(Popen|call|run|check_output|getoutput))\s*\([^\n]{0,60}request\.(args|form|values|headers|cookies|json)/
    $handler = /(BaseHTTPRequestHandler|SimpleHTTPRequestHandler|do_GET)/
    $handler_run = /(os\.popen|subprocess\.\w{2,16}|commands\.getoutput)\s*\([^\n]{0,40}(self\.(path|headers|rfile)|post_?data|query|params?|qs)\b/
    $form_run = /(os\.(popen\d?|system)|subprocess\.\w{2,16}|commands\.get(status)?output|\beval|\bexec)\s*\(\s*(\w{1,20}\.getvalue|form\[|cmd\b|command\b)/
  condition:
    filesize < 256KB and ($import and $cgi and (($get and $run) or $form_run) or $flask_run or ($handler and $handler_run))
}

rule python_decoded_exec {
  meta:
    id = "python-decoded-exec"
    description = "Python that executes what it decodes from a literal"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "encoded-code"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "script,web,text"
  strings:
    $direct = /\b(exec|eval)\s*\(\s*(\w{1,20}\.)?(compile\s*\(\s*)?(\w{1,20}\.)?(b64decode|b32decode|decompress|loads|fromhex|unhexlify|__import__)\s*\(\s*(b?["'][A-Za-z0-9+\/=\\]{40}|\w{0,20}\.?(b64decode|decompress|__import__)|["'](base64|zlib|marshal|codecs)["'])/
    $lambda = /exec\s*\(\s*\(?\s*_?\s*\)?\s*\(\s*b["']/
    $import = /__import__\s*\(\s*["'](base64|zlib|marshal)["']\s*\)\.\s*(b64decode|decompress|loads)\s*\([^\n]{0,60}/
    $exec = /\bexec\s*\(/
  condition:
    filesize < 2MB and ($direct or $lambda or ($import and $exec and filesize < 64KB))
}

rule shell_cgi_command {
  meta:
    id = "shell-cgi-command"
    description = "CGI script for the shell that runs what the request says"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "script,web,text"
  strings:
    $shell = /^#![^\n]{0,40}\b(ba|da|z|k)?sh\b/
    $eval = /(\beval\s|\bsh\s{1,3}-c\s|`|\$\()\s*["']?\$\{?(QUERY_STRING|REQUEST_URI|PATH_INFO|HTTP_\w{2,24}|cmd|CMD)\b/
    $decoded = /(QUERY_STRING|REQUEST_BODY|CONTENT_LENGTH|HTTP_\w{2,24})/
    $type = /echo\s[^\n]{0,20}Content-type:/ nocase
    $run = /(\beval\s{1,3}["']?\$|\|\s*(ba)?sh\s*(2>&1)?\s*\n)/
  condition:
    filesize < 64KB and $shell and $decoded and ($eval or ($type and $run))
}

rule node_request_command {
  meta:
    id = "node-request-command"
    description = "Node that runs what a request says"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "script,web,text"
  strings:
    $child = /require\s*\(\s*["'](node:)?child_process["']|from\s+["'](node:)?child_process["']/
    $server = /(createServer|\.listen\s*\(|app\.(get|post|all|use)\s*\(|export\s+default)/
    $direct = /\b(exec|execSync|spawn|spawnSync|execFile)\s*\(\s*[^;\n]{0,60}\b(req|request|ctx|url|query|u|parsed\w{0,10})\.?(url|query|body|headers|params|request|searchParams)\b/
    $named = /\b(exec|execSync|spawn)\s*\(\s*(cmd|command|c|q\.\w{1,10}|query\.\w{1,10}|data|body)\b/
    $reads = /(req|request|ctx)\.(url|query|body|headers|params)/
    $eval = /\b(eval|new\s+Function|vm\.runIn\w{3,20})\s*\(\s*[^;\n]{0,40}\b(req|request|ctx)\.(url|query|body|headers|params)/
    $once = /require\s*\(\s*["'](node:)?child_process["']\s*\)\s*\.\s*(exec|execSync|spawn)\s*\(\s*[^;\n]{0,40}(req|request|url|query|body)\b/
  condition:
    filesize < 128KB and ($eval or $once or ($child and ($direct or ($server and $reads and $named and filesize < 16KB))))
}

rule ruby_cgi_command {
  meta:
    id = "ruby-cgi-command"
    description = "Web script in Ruby that runs what the request says"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "script,web,text"
  strings:
    $cgi = /(require\s*["']cgi["']|CGI\.new|require\s*["']sinatra["'])/
    $run = /(`|%x[\[({]|\bsystem\s*\(?|IO\.popen\s*\(?|\beval\s*\(?|exec\s*\(?)\s*["'#{]{0,3}\s*(cgi|params|request|cmd)\b/
  condition:
    filesize < 64KB and all of them
}

rule lua_request_command {
  meta:
    id = "lua-request-command"
    description = "Web script in Lua that runs what the request says"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "script,web,text"
  strings:
    $ngx = /(ngx\.(req|var)|http\.formvalue|os\.getenv\s*\(\s*["']QUERY_STRING)/
    $run = /(io\.popen|os\.execute|loadstring)\s*\(\s*[^\n)]{0,40}(ngx\.|formvalue|cmd\b|args\b|QUERY_STRING)/
  condition:
    filesize < 64KB and all of them
}
