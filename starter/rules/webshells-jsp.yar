// Pages in JSP and CFML through which others rule a server. Drydock starter rules, Apache-2.0.

rule jsp_exec {
  meta:
    id = "jsp-exec"
    description = "A page that runs commands"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $runtime = /getRuntime\s*\(\s*\)/
    $exec = /\.\s*exec\s*\(/
    $builder = /\bProcessBuilder\b/
    $start = /\.start\s*\(\s*\)/
    $impl = /(java\.lang\.(ProcessImpl|UNIXProcess)|["']ProcessImpl)/
    $reflected = /getMethod\s*\([^;\n]{0,60}["'](exec|getRuntime|getR)/
    $word = /["']java\.lang\.(Runtime|ProcessBuilder)["']/
    $param = /\bget(Parameter|Header|QueryString|Reader|InputStream|Cookies|Parts?)\s*\(/
  condition:
    filesize < 1MB and ($page or $page2) and (($runtime and $exec) or ($builder and $start and $param) or $impl or $reflected or ($word and $param))
}

rule jsp_defines_class {
  meta:
    id = "jsp-defines-class"
    description = "A page that makes a class of what the request brings"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "memory-shell"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $define = /defineClas[s]/
    $loader = /extends\s+(\w+\.)*ClassLoader/
    $any = /\bClassLoader\b/
    $cipher = /(javax\.crypto|Cipher\.getInstance|SecretKeySpec)/
    $decode = /(BASE64Decoder|Base64\.getDecoder|decodeBuffer|parseBase64Binary|java\.util\.Base64)/
    $new = /\.newInstance\s*\(/
    $equals = /\.equals\s*\(\s*(pageContext|request|f|obj|session)\b/
    $param = /\bget(Parameter|Header|QueryString|Reader|InputStream|Cookies|Parts?)\s*\(/
    $url = /URLClassLoader/
    $bcel = /\$\$BCEL\$\$/
    $bcel2 = /com\.sun\.org\.apache\.bcel/
    $xml = /java\.beans\.XMLDecoder/
  condition:
    filesize < 512KB and ($page or $page2) and (($define and ($new or $decode or $cipher or $param)) or ($loader and ($param or $decode)) or ($any and $param and ($new or $decode or $cipher)) or ($cipher and ($new or $equals or $decode) and $param) or ($url and $param) or $bcel or ($bcel2 and filesize < 20KB) or ($xml and filesize < 20KB))
}

rule jsp_evaluates {
  meta:
    id = "jsp-evaluates"
    description = "A page that evaluates the request with a script engine or expressions"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "eval-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $engine = /(ScriptEngineManager|getEngineByName|getEngineByExtension)/
    $eval = /\.eval\s*\(/
    $el = /(ELProcessor|ExpressionFactory|createValueExpression|SpelExpressionParser|GroovyShell)/
    $param = /\bget(Parameter|Header|QueryString|Reader|InputStream|Cookies|Parts?)\s*\(/
    $invoke = /\.invoke\s*\(/
    $method = /(getMethod|getDeclaredMethod)\s*\(/
    $forname = /Class\.forName\s*\(/
  condition:
    filesize < 200KB and ($page or $page2) and (($engine and $eval) or ($el and $param) or ($invoke and $method and $param and filesize < 6KB) or ($invoke and $method and $forname and filesize < 6KB))
}

rule jsp_file_manager {
  meta:
    id = "jsp-file-manager"
    description = "A page that lists, reads and writes files as the request says"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "file-manager"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $param = /\bget(Parameter|Header|QueryString|Reader|InputStream|Cookies|Parts?)\s*\(/
    $list = /(listFiles|listRoots)\s*\(/
    $out = /(FileOutputStrea[m]|FileWrite[r]|RandomAccessFil[e])\b/
    $delete = /\.delete\s*\(\s*\)/
    $form = /multipart\/form-data/ nocase
    $os = /os\.name/
    $jdbc = /DriverManager/
    $rename = /\.renameTo\(/
    $socket = /\bSocket\s*\(/
    $zip = /ZipOutputStream/
  condition:
    filesize < 1MB and ($page or $page2) and $param and ((4 of ($list, $out, $delete, $form, $os, $jdbc, $rename, $socket, $zip) and $list) or ($socket and $jdbc and $out))
}

rule jsp_writes_request {
  meta:
    id = "jsp-writes-request"
    description = "A small page that writes the request to a file"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "uploader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $param = /\bget(Parameter|Header|QueryString|Reader|InputStream|Cookies|Parts?)\s*\(/
    $direct = /(FileOutputStrea[m]|FileWrite[r]|RandomAccessFil[e]|PrintWriter|OutputStreamWriter)\s*\([^;]{0,120}(getParameter|getRealPath|getHeader)/
    $writes = /\.write\s*\(\s*([^;]{0,60}getParameter|\w{1,20}\.getBytes)/
    $out = /(FileOutputStrea[m]|FileWrite[r])\b/
    $getbytes = /getParameter\s*\([^;]{1,40}\)\s*\.getBytes/
  condition:
    filesize < 6KB and ($page or $page2) and $param and ($direct or ($out and ($writes or $getbytes)))
}

rule jsp_memory_shell {
  meta:
    id = "jsp-memory-shell"
    description = "A page that puts a filter, servlet or valve of its own into the server"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "memory-shell"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $context = /(StandardContext|ApplicationContext|WebappClassLoaderBase)/
    $def = /(FilterDef|addFilterMap|addFilterDef|createWrapper|addServletMapping|addApplicationEventListener|addValve|setFilterDef)/
    $field = /getDeclaredField\s*\(\s*["']/
  condition:
    filesize < 200KB and ($page or $page2) and $context and $def and $field
}

rule jsp_escaped {
  meta:
    id = "jsp-escaped"
    description = "A page whose code is written in Unicode escapes"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "obfuscated"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $escaped = /(\\u+00[0-9a-f]{2}){12}/ nocase
  condition:
    filesize < 200KB and ($page or $page2) and #escaped > 3
}

rule jsp_tunnel {
  meta:
    id = "jsp-tunnel"
    description = "A page that carries connections to other machines"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "tunnel"
    reference = "https://attack.mitre.org/techniques/T1090/"
    types = "web,script,text,html"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $param = /\bget(Parameter|Header|QueryString|Reader|InputStream|Cookies|Parts?)\s*\(/
    $channel = /SocketChannel/
    $connect = /\.connect\s*\(|new\s+(java\.net\.)?Socket\s*\(/
    $command = /getHeader\s*\(\s*["']X-/
    $forward = /["'](CONNECT|DISCONNECT|READ|FORWARD)["']/ nocase
    $shell = /(\/bin\/sh|cmd\.exe)/
  condition:
    filesize < 200KB and ($page or $page2) and $connect and ((($channel or $command) and $forward) or ($shell and $param))
}

rule jsp_powers {
  meta:
    id = "jsp-powers"
    description = "A page with powers that pages seldom have"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web"
  strings:
    $page = /<%/
    $page2 = /<jsp:/ nocase
    $param = /\bget(Parameter|Header|QueryString|Reader|InputStream|Cookies|Parts?)\s*\(/
    $runtime = /getRuntime\s*\(\s*\)/
    $builder = /ProcessBuilder/
    $out = /(FileOutputStrea[m]|FileWrite[r]|RandomAccessFil[e])\b/
    $list = /(listFiles|listRoots)\s*\(/
    $loader = /ClassLoader/
    $cipher = /javax\.crypto/
    $decode = /(BASE64Decoder|Base64\.getDecoder|decodeBuffer)/
    $invoke = /\.invoke\s*\(/
    $jdbc = /DriverManager\.getConnection/
    $cmd = /(\/bin\/(ba)?sh|cmd\.exe)/
  condition:
    filesize < 300KB and ($page or $page2) and ($runtime or $cmd or ($out and filesize < 10KB) or (2 of ($builder, $out, $list, $loader, $cipher, $decode, $invoke, $jdbc) and $param))
}

rule cfm_execute {
  meta:
    id = "cfm-execute"
    description = "A page in CFML that runs what the form or the address says"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $execute = /<cfexecute[^>]{0,200}#\s*(form|url|cmd|command|cgi|attributes)\b/ nocase
    $any = /<cfexecute\s/ nocase
    $form = /type\s*=\s*["']?(text|password)["']?[^>]{0,60}name\s*=\s*["']?(cmd|command|opts)\b|name\s*=\s*["']?(cmd|command)\b/ nocase
    $java = /createObject\s*\(\s*["']java["']\s*,\s*["']java\.lang\.(Runtime|ProcessBuilder)/ nocase
    $exec = /\.exec\s*\(/ nocase
  condition:
    filesize < 512KB and ($execute or ($any and $form and filesize < 8KB) or ($java and $exec))
}

rule cfm_file_writer {
  meta:
    id = "cfm-file-writer"
    description = "A page in CFML that writes what the form holds where the form says"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "uploader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $write = /<cffile[^>]{0,120}action\s*=\s*["']?(write|append)[^>]{0,160}(output|file)\s*=\s*["']?#\s*(form|url)\.[^>]{0,120}(output|file)\s*=\s*["']?#\s*(form|url)\./ nocase
    $numbered = /\b(form|url)\.z[012]\b/ nocase
    $dir = /<cfdirectory|listFiles\s*\(/ nocase
    $file = /<cffile|FileWrite|FileOutputStrea[m]|mkdir\s*\(/ nocase
  condition:
    filesize < 200KB and ($write or ($numbered and ($dir or $file)))
}
