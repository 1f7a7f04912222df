// Pages in ASP and ASP.NET through which others rule a server. Drydock starter rules, Apache-2.0.

rule asp_eval_request {
  meta:
    id = "asp-eval-request"
    description = "Code from the request is evaluated"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "eval-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $direct = /[^.\w](eval|execute|executeglobal)\s*[(\s]\s*\(?\s*(cstr\s*\(|unescape\s*\(|trim\s*\(|replace\s*\(|server\.\w{1,20}\s*\(){0,2}\s*request\s*([(\["]|\.\s*(form|querystring|item|servervariables|cookies|binaryread|params|headers)\b)/ nocase
    $item = /\beval\s*\(\s*(\w{1,20}\.)?Request\s*(\.\s*(Item|Form|QueryString|Headers|Cookies))?\s*[\[(]/ nocase
    $unsafe = /\beval\s*\([^;\n]{1,200},\s*["']unsafe["']\s*\)/ nocase
    $decoded = /\beval\s*\([^;\n]{0,80}(FromBase64String|GetString)\s*\([^;\n]{0,80}Request/ nocase
  condition:
    filesize < 512KB and any of them
}

rule asp_tiny_evaluation {
  meta:
    id = "asp-tiny-evaluation"
    description = "A page of a few lines that evaluates"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "one-liner"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $open = /<%/
    $runat = /runat\s*=\s*["']?server/ nocase
    $execute = /(<%=?|:|then)\s?(execute|executeglobal|eval)\s*[("\s]\s?\(?[^\n;]{0,60}(request|chrw?|unescape|session|strreverse)\s*[(.]/ nocase
    $jscript = /(language\s*=\s*["']?\s*(jscript|vbscript)|JScript)/ nocase
    $request = /\brequest\s*[(.\["]/ nocase
    $eval = /\beval\s*\(/ nocase
  condition:
    filesize < 1500 and ($open or $runat) and ($execute or ($jscript and $eval and $request))
}

rule asp_console {
  meta:
    id = "asp-console"
    description = "A page that runs commands and looks through disks"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $fso = /Scripting\.FileSystemObject/ nocase
    $wsh = /WScript\.Shell/ nocase
    $application = /Shell\.Application/ nocase
    $stream = /ADODB\.Stream/ nocase
    $cmd = /cmd\.exe/ nocase
    $cmdc = /cmd\s{1,3}\/c/ nocase
    $request = /\brequest\s*[(.\["]/ nocase
    $open = /<%/
    $runat = /runat\s*=\s*["']?server/ nocase
    $clsid = /clsid:(72C24DD5|F935DC22|0D43FE01|13709620|093FF999)/ nocase
    $xp = /xp_cmdshell/ nocase
    $exec = /\.(exec|run|shellexecute)\s*[("\s]/ nocase
    $reg = /\bRegRead\b/ nocase
  condition:
    filesize < 512KB and ($open or $runat) and $request and (($fso and ($cmd or $cmdc)) or (($wsh or $clsid) and ($cmd or $cmdc) and $exec) or ($application and $cmd) or ($wsh and $reg and $stream and ($cmd or $cmdc)) or ($xp and ($wsh or $cmd or $cmdc)))
}

rule asp_file_writer {
  meta:
    id = "asp-file-writer"
    description = "A page that writes what the request holds to a file that the request names"
    severity = "high"
    kind = "webshell"
    weight = "weak"
    trait = "uploader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $open = /<%/
    $create = /CreateTextFile\s*\(\s*(request|path|server\.mappath\s*\(\s*(request|["']?\.?\/?\w{1,20}["']?\s*&))/ nocase
    $write = /\.write\s*\(?\s*(data|request\s*[(.]|content)/ nocase
    $request = /\brequest\s*[(.\["]/ nocase
  condition:
    filesize < 60KB and $open and $request and ($create and $write and filesize < 3KB)
}

rule asp_hidden_code {
  meta:
    id = "asp-hidden-code"
    description = "A page whose code is made of numbers or reversed text and then executed"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "obfuscated"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $execute = /[^.\w](execute|executeglobal|eval)\s*\(/ nocase
    $chr = /(&\s?chr[wb]?\s?\(\s?[^)&\n]{1,20}\)\s?){6}/ nocase
    $reverse = /\bStrReverse\b/ nocase
    $xor = /xor\s?\(?\s?asc[wb]?\s?\(/ nocase
    $global = /[^.\w](execute|executeglobal)\s*\(/ nocase
    $mid = /\bmid\s?\(\s?\w{1,20}\s?,\s?\w{1,12}\s?,\s?\d\s?\)[^\n]{0,80}chr[w]?\s?\(/ nocase
    $open = /<%/
  condition:
    filesize < 200KB and $open and $execute and (($chr and $global and filesize < 20KB) or $xor or ($reverse and filesize < 4KB) or ($mid and filesize < 8KB))
}

rule asp_encoded_script {
  meta:
    id = "asp-encoded-script"
    description = "Server code encoded with the Script Encoder"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "encoded-code"
    reference = "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-server-2003/"
    types = "web,script,text,html"
  strings:
    $runat = /<script[^>]{0,80}(runat\s*=\s*["']?server[^>]{0,80}(VBScript|JScript)\.Encode|(VBScript|JScript)\.Encode[^>]{0,80}runat\s*=\s*["']?server)/ nocase
    $page = /<%@\s*(LANGUAGE\s*=\s*)?["']?\s*(VBScript|JScript)\.Encode/ nocase
    $body = /#@~\^/
  condition:
    ($runat or $page) and $body and filesize < 200KB
}

rule aspx_runs_process {
  meta:
    id = "aspx-runs-process"
    description = "A page that starts processes"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%@\s*(page|webhandler|webservice|control)/ nocase
    $runat = /runat\s*=\s*["']?server/ nocase
    $diagnostics = /System\.Diagnostics/ nocase
    $start = /\b(ProcessStartInfo|Process\.Start)\b/ nocase
    $new = /new\s+(System\.Diagnostics\.)?Process\s*\(/ nocase
    $redirect = /RedirectStandardOutput/ nocase
    $cmd = /cmd\.exe/ nocase
    $wscript = /WScript\.Shell/ nocase
    $input = /(Request\b|\.Text\b|TextBox)/ nocase
  condition:
    filesize < 1MB and ($page or $runat) and $input and (($start and ($diagnostics or $redirect or $cmd)) or ($new and ($redirect or $cmd)) or ($wscript and $cmd))
}

rule aspx_loads_code {
  meta:
    id = "aspx-loads-code"
    description = "A page that loads code from the request, often decrypted"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "memory-shell"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%@\s*(page|webhandler|webservice|control)/ nocase
    $runat = /runat\s*=\s*["']?server/ nocase
    $load = /Assembly\s?\)?\.?\s?\.Load\s*\(/ nocase
    $load2 = /\.Load\s*\(/
    $create = /\.CreateInstance\s*\(/
    $aes = /(RijndaelManaged|AesManaged|AesCryptoServiceProvider|TripleDES|CreateDecryptor)/ nocase
    $b64 = /FromBase64String/
    $reflection = /System\.Reflection/
    $codedom = /(CSharpCodeProvider|CompileAssemblyFromSource|CodeDomProvider)/
    $read = /(BinaryRead|InputStream|Request\s*[\[.(])/
    $equals = /\.Equals\s*\(\s*(this|Context|Page)\s*\)/
    $alloc = /(VirtualAlloc|CreateThread|HeapCreate)/
  condition:
    filesize < 200KB and ($page or $runat) and $read and (($load and ($aes or $b64 or $create)) or ($load2 and $create and ($aes or $b64 or $equals)) or ($aes and ($load2 or $b64) and filesize < 10KB) or ($codedom and filesize < 60KB) or $alloc or ($equals and $reflection))
}

rule aspx_small_evaluation {
  meta:
    id = "aspx-small-evaluation"
    description = "A small page in JScript that evaluates"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "one-liner"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%@\s*(page|webhandler|webservice|control)/ nocase
    $jscript = /Language\s*=\s*["']?JScript/ nocase
    $eval = /\beval\b/ nocase
    $function = /new\s+Function\s*\(/ nocase
  condition:
    filesize < 8KB and $page and $jscript and ($eval or $function)
}

rule aspx_file_manager {
  meta:
    id = "aspx-file-manager"
    description = "A page that lists folders, reads and writes files, and asks the system"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "file-manager"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%@\s*(page|webhandler|webservice|control)/ nocase
    $runat = /runat\s*=\s*["']?server/ nocase
    $write = /(File\.(WriteAll|Create|AppendAll)|StreamWriter)/
    $dirs = /(DirectoryInfo|GetDirectories|GetLogicalDrives)/
    $delete = /(File|Directory)\.Delete/
    $sql = /(SqlConnection|OleDbConnection)/
    $registry = /Registry(Key|\.)/
    $save = /\.SaveAs\s*\(/
    $process = /(System\.Diagnostics|Process\b)/
    $cmd = /cmd\.exe/ nocase
    $user = /(WindowsIdentity|LogonUser)/
    $upload = /(PostedFile|Request\.Files|HtmlInputFile)/
    $times = /(SetLastWriteTime|SetCreationTime|SetAttributes)/
    $pass = /(password|passwd)\s*=\s*["']/ nocase
  condition:
    filesize < 512KB and ($page or $runat) and $write and $dirs and 4 of ($delete, $sql, $registry, $save, $process, $cmd, $user, $upload, $times, $pass)
}

rule aspx_upload_page {
  meta:
    id = "aspx-upload-page"
    description = "A small page that stores what is sent"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "uploader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $page = /<%@\s*(page|webhandler|webservice|control)/ nocase
    $runat = /runat\s*=\s*["']?server/ nocase
    $save = /\.(SaveAs|WriteAllBytes|WriteAllText)\s*\(/
    $input = /(PostedFile|Request\.(Files|Form|Headers|\[)|InputStream|FileUpload)/ nocase
    $create = /(CreateTextFile|StreamWriter)/ nocase
  condition:
    filesize < 5KB and ($page or $runat) and ($save or $create) and $input
}

rule asp_cloaking_page {
  meta:
    id = "asp-cloaking-page"
    description = "A page that fetches another from a foreign host and shows it"
    severity = "medium"
    kind = "webshell"
    weight = "strong"
    trait = "remote-loader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $open = /<%/
    $http = /(MSXML2\.(Server)?XMLHTTP|Microsoft\.XMLHTTP|WinHtt[p])/ nocase
    $host = /\?(host|domain|url|xhost|web)=/ nocase
    $remote = /\b(remote_server|content_mb|gethtml|getbot|goweb)\b/ nocase
    $bot = /(googlebot|baidu|spider|bingbot)/ nocase
    $name = /(HTTP_HOST|SCRIPT_NAME)/ nocase
    $agent = /setRequestHeader\s*\(?\s*["']User-Agent/ nocase
    $asa = /global\.asa/ nocase
  condition:
    filesize < 60KB and $open and $http and (($remote and ($host or $bot or $name)) or ($bot and $agent and $name) or ($asa and $agent))
}

rule asp_object_that_runs {
  meta:
    id = "asp-object-that-runs"
    description = "A page that makes an object which runs commands or scripts"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $open = /<%/
    $runat = /runat\s*=\s*["']?server/ nocase
    $wsh = /WScript\.Shell/ nocase
    $application = /Shell\.Application/ nocase
    $stream = /ADODB\.Stream/ nocase
    $script = /(MSScriptContro[l]|ScriptContro[l])\b/ nocase
    $request = /\brequest\s*[(.\["]/ nocase
    $execute = /\b(executeglobal|execute)\b\s*[(\s]/ nocase
    $cmd = /cmd\.exe/ nocase
  condition:
    filesize < 200KB and ($open or $runat) and $request and ($wsh or $application or $script or $cmd or (filesize < 3KB and ($execute or $stream)))
}
