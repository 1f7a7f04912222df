// Scripts in PHP through which others rule a server. Drydock starter rules, Apache-2.0.

rule php_eval_request {
  meta:
    id = "php-eval-request"
    description = "Code from the request is evaluated"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "eval-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $direct = /\b(eval|assert)\s*\([\s@"'?>.(]*\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $decoded = /\b(eval|assert)\s*\([\s@"'?>.(]*[a-z_]\w{1,24}\s*\([^;]{0,60}\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $input = /\b(eval|assert)\s*\([^;]{0,40}php:\/\/input/ nocase
    $header = /\b(eval|assert)\s*\([\s@"'?>.(\w]{0,40}\$_SERVER\s*\[\s*["']?(HTTP_|QUERY_)/ nocase
    $old = /\b(eval|assert)\s*\([\s@"'?>.(\w]{0,40}\$HTTP_(GET|POST|COOKIE)_VARS/ nocase
    $frame = /require(_once)?\s*\(?\s*["']guiconfig\.inc/
  condition:
    any of ($direct, $decoded, $input, $header, $old) and not $frame
}

rule php_eval_decoded {
  meta:
    id = "php-eval-decoded"
    description = "Code is evaluated that decoders bring out of something"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "encoded-code"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $evalcall = /\beval\s*\([\s@"\x27?>.(]*[a-z_]\w*\s*\(/ nocase
    $b64 = /\bbase64_decode\b/ nocase
    $gz = /\bgz(inflate|uncompress|decode)\b/ nocase
    $rot13 = /\bstr_rot13\b/ nocase
    $chain = /\b(eval|assert|create_function)\s*\([\s@"'?>.(]*(gzinflate|gzuncompress|gzdecode|base64_decode|str_rot13|strrev|convert_uudecode|rawurldecode|urldecode|hex2bin|pack)\s*\(\s*@?(gzinflate|gzuncompress|gzdecode|base64_decode|str_rot13|strrev|convert_uudecode|rawurldecode|urldecode|hex2bin|pack)\s*\(/ nocase
  condition:
    $chain or ($evalcall and any of ($b64, $gz, $rot13))
}

rule php_encoded_body {
  meta:
    id = "php-encoded-body"
    description = "The body of the script is one long encoded literal that is decoded and run"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "encoded-code"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $long64 = /["\x27][A-Za-z0-9+\/=]{400}/
    $eval = /\beval\s*\(/ nocase
    $assert = /\bassert\s*\(/ nocase
    $create = /\bcreate_functio[n]\b/ nocase
    $rot13 = /\bstr_rot13\b/ nocase
    $gz = /\bgz(inflate|uncompress|decode)\b/ nocase
    $b64 = /\bbase64_decode\b/ nocase
    $tag = /<\?php/ nocase
    $assertlit = /["']assert["']/ nocase
  condition:
    $tag and $long64 and (any of ($assert, $create, $assertlit) or ($eval and ($rot13 or $gz or $b64))) and filesize < 1MB
    or ($tag and $long64 and $rot13 and $gz)
}

rule php_tiny_eval {
  meta:
    id = "php-tiny-eval"
    description = "A script of a few lines that evaluates"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "one-liner"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $eval = /\beval\s*\(/ nocase
    $assert = /\bassert\s*\(/ nocase
    // As PHP writes it: Puppet has functions made by a method of that name.
    $create = /[^.]\bcreate_functio[n]\b/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
    $input = /php:\/\/input/
    $tag = /<\?php/ nocase
    $frame = /\b(namespace|extends|abstract|require_once|interface|implements|function\s\w{3,60}\s*\([^)]{0,80}\)\s*\{[^}]{0,20}\n)/ nocase
  condition:
    not $frame and ((filesize < 500 and $eval and ($tag or $request)) or
    (filesize < 700 and ($eval or $assert) and any of ($request, $old, $input)) or
    (filesize < 2KB and $create))
}

rule php_tiny_run {
  meta:
    id = "php-tiny-run"
    description = "A script of a few lines that runs commands"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "one-liner"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $system = /\bsystem\s*\(/ nocase
    $exec = /\bexec\s*\(/ nocase
    $passthru = /\bpassthru\b/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
    $popen = /\bpopen\b/ nocase
    $proc_open = /\bproc_open\b/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
    $backtick = /(echo|print|return)\s?\(?\s?`\s?\$\w/
    $define = /(\b(class|require|include|require_once|include_once|namespace)\s|escapeshell|\bping\s|\bisset\(\s\$[_]POST\[\s')/ nocase
  condition:
    (filesize < 700 and (any of ($system, $passthru, $shell_exec, $popen, $proc_open, $backtick) or ($exec and filesize < 400)) and any of ($request, $old) and not $define)
}

rule php_small_run {
  meta:
    id = "php-small-run"
    description = "A small script that runs commands and reads the request"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "one-liner"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $system = /\bsystem\s*\(/ nocase
    $exec = /\bexec\s*\(/ nocase
    $passthru = /\bpassthru\b/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
    $popen = /\bpopen\b/ nocase
    $proc_open = /\bproc_open\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
  condition:
    filesize < 10KB and any of ($system, $passthru, $shell_exec, $popen, $proc_open, $eval, $exec) and any of ($request, $old)
}

rule php_request_is_function {
  meta:
    id = "php-request-is-function"
    description = "The request names the function that is called"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "call-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $direct = /\$_(GET|POST|REQUEST|COOKIE)\s*(\[[^\]\n]{1,40}\]|\{[^}\n]{1,40}\})\s*\(\s*[@$"'.\\]/ nocase
    $braces = /\$\{\s*["'](_|\\x5f|\\137)[^}\n]{1,40}\}\s*[\[{][^\]}\n]{1,30}[\]}]\s*\(/ nocase
    $callback = /\b(array_map|call_user_func(_array)?|register_shutdown_function|register_tick_function|forward_static_call(_array)?|ob_start|set_error_handler)\s*\(\s*(\.\.\.)?[@ ]*\$\{?_(GET|POST|REQUEST|COOKIE)\s*[\[)]/ nocase
    $second = /\b(usort|uasort|uksort|array_filter|array_walk|array_reduce|array_diff_ukey|array_udiff|array_intersect_ukey|array_uintersect|iterator_apply)\s*\([^;()]{1,60},\s*[@ ]*\$_(GET|POST|REQUEST|COOKIE)\s*\[[^\]\n]{1,40}\]\s*\)/ nocase
    // Not array_merge, with which Symfony puts the request together.
    $unpacked = /(\b(usort|uasort|uksort|array_map|array_filter|array_walk|array_reduce|array_u?(diff|intersect)\w{0,8}|call_user_func(_array)?|forward_static_call(_array)?|register_\w{4,8}_function|iterator_apply|ob_start|assert|system|exec|passthru|shell_exec|create_function)|\$\w{1,30})\s*\(\s*\.\.\.\s*@?\$_(GET|POST|REQUEST|COOKIE)/ nocase
    $reflected = /new\s+Reflection(Function|Method)\s*\([^;]{0,40}\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $filtered = /FILTER_CALLBACK[^;]{0,120}\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $filtered_b = /filter_(var|input)(_array)?\s*\([^;]{0,60}\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b[^;]{0,60}FILTER_CALLBACK/ nocase
  condition:
    filesize < 512KB and any of them
}

rule php_variable_calls_request {
  meta:
    id = "php-variable-calls-request"
    description = "A variable is called with data of the request"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "call-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $call = /[^:>]\$\w{1,30}\s*\(\s*@?\$\{?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $quiet = /[\s;({=.,!&?:>]@\$\w{1,30}\(/ nocase
    $index = /["'\d]\s?\]\s?\(\s?@?\$/
    // Classes hold what they call in arrays of theirs.
    $given = /\$this->|\bnamespace\s{1,4}\w/
  condition:
    (filesize < 3000 and $call) or (filesize < 2000 and $quiet) or (filesize < 1000 and $index and not $given)
}

rule php_callback_runs {
  meta:
    id = "php-callback-runs"
    description = "A function that evaluates or runs is handed over as a callback"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "dangerous-callback"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $named = /\b(array_map|array_filter|array_walk|array_walk_recursive|array_reduce|array_udiff|array_diff_ukey|array_uintersect|array_intersect_ukey|usort|uasort|uksort|register_shutdown_function|register_tick_function|forward_static_call(_array)?|call_user_func(_array)?|iterator_apply|ob_start|set_error_handler|preg_replace_callback)\s*\(([^;\[]|\s*[^;\s\[][^;]{0,59})?["'](assert|system|exec|shell_exec|passthru|eval|popen|create_function)["']/ nocase
    $filter = /FILTER_CALLBACK[^;]{0,60}["'](assert|system|exec|shell_exec|passthru)["']/ nocase
    $reflection = /ReflectionFunction\s*\(\s*["'](assert|system|exec|shell_exec|passthru|eval)["']/ nocase
  condition:
    filesize < 60KB and any of them
}

rule php_callback_request {
  meta:
    id = "php-callback-request"
    description = "Data from the request goes through a callback"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "call-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $any = /\b(array_map|array_filter|array_walk|array_walk_recursive|array_reduce|array_udiff|array_diff_ukey|array_uintersect|array_intersect_ukey|usort|uasort|uksort|register_shutdown_function|register_tick_function|forward_static_call(_array)?|call_user_func(_array)?|iterator_apply|ob_start|set_error_handler|preg_replace_callback)\s*\([^;]{0,80}\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
  condition:
    filesize < 20KB and any of them
}

rule php_preg_replace_code {
  meta:
    id = "php-preg-replace-code"
    description = "A replacement is evaluated as code"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "eval-of-request"
    reference = "https://www.php.net/manual/en/reference.pcre.pattern.modifiers.php"
    types = "web,script,text,html"
  strings:
    $modifier = /preg_(replace|filter)\s*\(\s*["'][\/#~|@!%+][^"'\n]{0,80}[\/#~|@!%+][imsxu]{0,4}e[imsxu]{0,4}["']\s*,/ nocase
    $whole = /preg_replace\s*\(\s*@?\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $hex = /preg_replace\s*\(\s*["'][^"'\n]{0,60}["']\s*,\s*["'](\\x[0-9a-f]{2}|\\[0-7]{3}){4}/ nocase
    $code = /preg_replace\s*\(\s*["'][^"'\n]{0,80}e[imsxu]{0,4}["']\s*,\s*["']?[@ ]*(eval|assert|system|exec|base64_decode|gzinflate)\b/ nocase
    $mb = /mb_eregi?_replace\s*\([^;]{0,80}\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b[^;]{0,60},\s*["'][a-z]{0,5}e[a-z]{0,5}["']/ nocase
    $call = /\$\w{1,30}\s*\(\s*["'][\/#~|@!%+][^"'\n]{0,40}[\/#~|@!%+][imsxu]{0,4}e["']\s*,/
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
  condition:
    any of ($whole, $hex, $code, $mb) or (filesize < 20KB and $call and $request) or (filesize < 1500 and $modifier and $request)
}

rule php_create_function {
  meta:
    id = "php-create-function"
    description = "A function is made of what comes from the request or from a decoder"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "eval-of-request"
    reference = "https://www.php.net/manual/en/function.create-function.php"
    types = "web,script,text,html"
  strings:
    // Handed on by its name, or a body that is no plain text of the script, or one that evaluates.
    $named = /["']create_functio[n]["']/ nocase
    $built = /\bcreate_functio[n]\s*\(\s*(["'][^"';]{0,80}["']|\$\w{1,30}|null|false)\s*,\s*([^"'\s]|["'][^"';]{0,80}["']\s*\.)/ nocase
    $evaluates = /\bcreate_functio[n]\s*\([^;)]{0,120}(\b(eval|assert|base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|system|shell_exec|passthru)\b|\$\{?_(GET|POST|REQUEST|COOKIE)\b)/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $b64 = /\bbase64_decode\b/ nocase
    $gz = /\bgz(inflate|uncompress|decode)\b/ nocase
    $rot13 = /\bstr_rot13\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $split = /["\x27](cr["\x27]\s*\.\s*["\x27]e|creat["\x27]\s*\.\s*["\x27]e|create_["\x27]\s*\.\s*["\x27]f)/ nocase
  condition:
    $split or (any of ($named, $built, $evaluates) and filesize < 60KB and (($request and ($b64 or $eval)) or (filesize < 8KB and ($request or $rot13 or $gz or $b64))))
}

rule php_exec_request {
  meta:
    id = "php-exec-request"
    description = "A command from the request is run"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    // Where code has a call: comments and texts tell of one behind a word.
    $direct = /(^|[\n;{}=(@.,?:&|!>\[+-]|\b(echo|print|return|die|exit|else|do|php|and|x?or))[ \t]*\b(system|passthru|shell_exec|popen|proc_open|exec|pcntl_exec)\s*\([\s@"'({]*((stripslashes|trim|urldecode|base64_decode|rawurldecode|str_rot13|hex2bin)\s*\(\s*){0,3}[@"'{]*\$\{?["']?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $backtick = /(=|echo|print|\(|return|;|\{|\?>|<\?php|@)\s*`[^`\n]{0,20}\$\{?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $header = /(^|[\n;{}=(@.,?:&|!>\[+-]|\b(echo|print|return|die|exit|else|do|php|and|x?or))[ \t]*\b(system|passthru|shell_exec|popen|proc_open|exec|pcntl_exec)\s*\([\s@"'(\w]{0,30}(\$_SERVER\s*\[\s*["']?(HTTP_|QUERY_)|\$HTTP_(GET|POST|COOKIE)_VARS|getallheaders)/ nocase
    $input = /(^|[\n;{}=(@.,?:&|!>\[+-]|\b(echo|print|return|die|exit|else|do|php|and|x?or))[ \t]*\b(system|passthru|shell_exec|popen|proc_open|exec|pcntl_exec)\s*\([^;]{0,30}php:\/\/input/ nocase
    $frame = /require(_once)?\s*\(?\s*["']guiconfig\.inc/
    $lesson = /<(code|pre|span)[^>]{0,60}class\s*=\s*["'](label|report|hint)|hint-?(header|body|section)/ nocase
  condition:
    filesize < 512KB and any of ($direct, $backtick, $header, $input) and not $frame and not $lesson
}

rule php_exec_request_near {
  meta:
    id = "php-exec-request-near"
    description = "What comes from the request stands in a command"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $near = /\b(system|passthru|shell_exec|popen|proc_open|exec|pcntl_exec)\s*\([^;]{0,80}\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $assigned = /\$(cmd|command|c|com|execute|shell|exec)\s*=\s*@?(stripslashes|trim|urldecode|base64_decode)?\s*\(?\s*\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $run = /\b(system|passthru|shell_exec|popen|proc_open|exec|pcntl_exec)\s*\(\s*["']?\$(cmd|command|c|com|execute|shell|exec)\b/ nocase
  condition:
    $near or ($assigned and $run)
}

rule php_backtick_variable {
  meta:
    id = "php-backtick-variable"
    description = "A variable is run between backticks"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "command-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $run = /[=(o]\s?`\s?\$\w{1,30}[^`\n]{0,20}`/
    $open = /<\?(php|=)/ nocase
  condition:
    all of them
}

rule php_digest_gate {
  meta:
    id = "php-digest-gate"
    description = "A digest of something in the request decides whether code runs"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "password-gate"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $gate = /(md5|sha1)\s*\(\s*((md5|sha1|base64_encode|strrev)\s*\(\s*)?@?\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $b64 = /\bbase64_decode\b/ nocase
    $system = /\bsystem\s*\(/ nocase
    $exec = /\bexec\s*\(/ nocase
    $passthru = /\bpassthru\b/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
    $digest = /["'][0-9a-f]{32}/
  condition:
    filesize < 400KB and $gate and $digest and any of ($eval, $b64, $system, $exec, $passthru, $shell_exec) and (filesize < 20KB or $eval)
}

rule php_command_form {
  meta:
    id = "php-command-form"
    description = "A form with a field for commands, and what runs them"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $command = /name\s*=\s*\\?["\x27]?(cmd|command|shell|exec)["\x27\s>\\]/ nocase
    $form = /multipart\/form-data/ nocase
    $system = /\bsystem\s*\(/ nocase
    $exec = /\bexec\s*\(/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
    $passthru = /\bpassthru\b/ nocase
    $popen = /\bpopen\b/ nocase
    $proc_open = /\bproc_open\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $cmd = /cmd\.exe/ nocase
    $sh = /\/bin\/sh/
    $wsh = /WScript\.Shell/ nocase
    $java = /\.exec\s*\(/
    $input = /<(input|textarea)\b/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
  condition:
    filesize < 500KB and $command and $input and (any of ($system, $shell_exec, $passthru, $popen, $proc_open, $eval, $sh, $wsh, $java) or (filesize < 30KB and ((($exec or $cmd) and ($form or $request or $old)) or ($form and ($request or $old)))))
}

rule php_upload_quiet {
  meta:
    id = "php-upload-quiet"
    description = "An upload form in a script that hides its errors, sends mail, or asks the system who it is"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $form = /multipart\/form-data/ nocase
    $quiet = /error_reporting\s*\(\s*0\s*\)/ nocase
    $mail = /\bmail\s*\(/ nocase
    $uname = /\bphp_uname\b/ nocase
    $unamea = /\buname\s{1,3}-a/
    $cwd = /\bgetcwd\b/ nocase
    $posix = /posix_get(pwuid|grgid|euid|egid)/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
    $files = /\$[_]FILES/
    $eval = /\beval\s*\(/ nocase
    $system = /\bsystem\s*\(/ nocase
    $exec = /\bexec\s*\(/ nocase
    $passthru = /\bpassthru\b/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
  condition:
    $form and any of ($request, $old, $files) and
    (($quiet and any of ($eval, $system, $exec, $passthru, $shell_exec, $uname, $cwd, $files)) or ($unamea and any of ($eval, $system, $exec, $passthru, $shell_exec)) or ($posix and ($uname or $cwd or $quiet or $passthru)) or ($uname and $cwd) or ($mail and any of ($eval, $passthru, $shell_exec)))
}

rule php_upload_any_name {
  meta:
    id = "php-upload-any-name"
    description = "A small page that stores whatever is sent under the name that the sender chose"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "uploader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $stores = /\b(move_uploaded_file|copy)\s*\(\s*\$[_]FILES[^;]{0,80},[^;]{0,60}\$[_]FILES[^;]{0,40}name/ nocase
    $bare = /(if\s*\(\s*|@|echo\s)@?\s*(copy|move_uploaded_file)\s*\(\s*\$[_]FILES/ nocase
    $name = /\$[_]FILES\s*\[[^\]]{1,40}\]\s*\[\s*["']?name/ nocase
    $form = /multipart\/form-data/ nocase
    $file = /type\s*=\s*\\?["']?file/ nocase
    $other = /\b(include|require)(_once)?\b|function\s|class\s|->|::/ nocase
  condition:
    filesize < 2500 and ($stores or ($bare and $name)) and ($file or $form) and not $other
}

rule php_upload_page {
  meta:
    id = "php-upload-page"
    description = "A page that stores what is sent"
    severity = "low"
    kind = "webshell"
    weight = "weak"
    trait = "uploader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $move = /\bmove_uploaded_file\b/ nocase
    $files = /\$[_]FILES/
    $bare = /(if\s*\(\s*|@|echo\s)@?\s*(copy|move_uploaded_file)\s*\(\s*\$[_]FILES/ nocase
  condition:
    filesize < 10KB and ($bare or ($move and $files))
}

rule php_upload_request_path {
  meta:
    id = "php-upload-request-path"
    description = "What is sent is stored where the request says"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "uploader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $open = /\bfopen\s*\(\s*[@"'.\/ ]*\$_(GET|POST|REQUEST|COOKIE)\b[^;]{0,60},\s*["'][waxc]/ nocase
    $put = /\bfile_put_contents\s*\(\s*[@"'.\/ ]*\$_(GET|POST|REQUEST|COOKIE)\b[^;]{0,80},[^;]{0,40}(\$_(GET|POST|REQUEST|COOKIE)\b|file_get_contents|base64_decode|php:\/\/input)/ nocase
    $moved = /\b(move_uploaded_file|copy|rename)\s*\(\s*\$[_]FILES[^;]{0,60},\s*[@"'.]*\$_(GET|POST|REQUEST|COOKIE)/ nocase
    $copied = /\bcopy\s*\(\s*\$_(GET|POST|REQUEST|COOKIE)\b[^;]{0,40},\s*\$_(GET|POST|REQUEST|COOKIE)/ nocase
    $frame = /require(_once)?\s*\(?\s*["']guiconfig\.inc/
  condition:
    any of ($open, $put, $moved, $copied) and not $frame
}

rule php_write_request {
  meta:
    id = "php-write-request"
    description = "What comes from the request is written to a file"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "dropper"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $write = /\b(file_put_contents|fwrite|fputs)\s*\([^;]{0,80}\$\{?["\x27]?_(GET|POST|REQUEST|COOKIE)\b/ nocase
  condition:
    filesize < 30KB and any of them
}

rule php_drops_code {
  meta:
    id = "php-drops-code"
    description = "Code is written to a file, encoded or as it is"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "dropper"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $write = /\b(file_put_contents|fwrite|fputs)\s*\([^;]{0,80}\b(base64_decode|gzinflate|gzuncompress|str_rot13|hex2bin)\s*\(\s*["'](PD9|[A-Za-z0-9+\/]{60})/ nocase
    $tag = /\b(file_put_contents|fwrite|fputs)\s*\([^;]{0,80}["']\s*<\?(php)?[^;]{0,40}(\b(eval|assert|system|passthru|shell_exec)\s*\(|\$_(POST|GET|REQUEST)\b)/ nocase
    $decoded = /\bfile_put_contents\s*\([^;]{0,80}base64_decode/ nocase
  condition:
    any of ($write, $tag) or (filesize < 5KB and $decoded and $request)
}

rule php_loader {
  meta:
    id = "php-loader"
    description = "Code is fetched from another host and evaluated"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "remote-loader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $direct = /\b(eval|assert)\s*\([\s@"'?>.(]*(\w{2,20}\s*\(\s*){0,2}(file_get_contents|curl_exec|fread|fgets|stream_get_contents|implode)\s*\([^;]{0,40}https?:/ nocase
    $opened = /\b(eval|assert)\s*\([\s@"'?>.(]*(file_get_contents|curl_exec|fread|fgets|stream_get_contents)\s*\(\s*\$/ nocase
    $then = /=\s*@?\w{2,20}\s*\(\s*["']https?:\/\/[^;]{1,120};[^;]{0,60}\b(eval|assert)\s*\(/ nocase
    $include = /@?\b(include|require)(_once)?[\s(]{1,4}["']https?:\/\// nocase
    $function = /\beval\s*\(\s*["']\?>["']\s*\.\s*@?(\w{2,30}\s*\(\s*(["']https?:|\$)|\$\w{1,30}\s*\))/ nocase
    $curl = /\bcurl_exec\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $tag = /<\?php/ nocase
    $url = /["']https?:\/\//
  condition:
    any of ($direct, $then) or (filesize < 3KB and ($function or $opened)) or ($include and filesize < 3KB) or (filesize < 6KB and $curl and $eval and $url and $tag)
}

rule php_hidden_include {
  meta:
    id = "php-hidden-include"
    description = "A path is included that is written in escapes, or a picture, or what the request says"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "hidden-include"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $escaped = /\b(include|require)(_once)?[\s(@]{1,4}"[^"'\n;]{0,60}(\\x[0-9a-f]{2}|\\[0-7]{2,3})[^"'\n]{0,60}(\\x[0-9a-f]{2}|\\[0-7]{2,3})/ nocase
    $icon = /@(include|require)(_once)?[\s(]{1,4}["'][\w\/.-]{1,120}\/\.?[\w.-]{1,60}\.(ico|jpe?g|png|gif|bmp)["']/ nocase
    $data = /\b(include|require)(_once)?[\s(]{1,4}["'](data:|php:\/\/(input|filter))/ nocase
    $request = /\b(include|require)(_once)?[\s(]{1,4}[@"']*\$_(GET|POST|REQUEST|COOKIE)\s*\[[^\]\n]{1,30}\]\s*\)?\s*;/ nocase
  condition:
    any of ($escaped, $icon, $data) or (filesize < 300 and $request)
}

rule php_include_request {
  meta:
    id = "php-include-request"
    description = "What the request names is included"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "hidden-include"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $request = /\b(include|require)(_once)?[\s(]{1,4}[@"']*\$_(GET|POST|REQUEST|COOKIE)\b/ nocase
  condition:
    any of them
}

rule php_names_from_characters {
  meta:
    id = "php-names-from-characters"
    description = "Names of functions are put together from single characters"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "built-names"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $index = /[\]}]\s?\.\s?\$\w{1,30}\s?[\[{]\s?\d{1,3}\s?[\]}]\s?\.\s?\$\w{1,30}\s?[\[{]\s?\d{1,3}\s?[\]}]\s?\.\s?\$\w{1,30}\s?[\[{]/
    $globals = /\$GLOBALS\s*[\[{][^\]};]{1,40}[\]}]\s*[\[{]\s*\d{1,3}\s*[\]}]\s*\.\s*\$GLOBALS/ nocase
    $globals_call = /\$GLOBALS\s*\[\s*["'][^\]]{1,40}\]\s*(\[\s*\d{1,3}\s*\])?\s*\(/ nocase
    $chr = /(chr\s?\(\s?[0-9a-fx^+*\/ -]{1,20}\)\s?\.\s?){6}/ nocase
    $braces = /\$\{\s*["'][^"'}\n]{0,20}\\(x[0-9a-f]{2}|[0-7]{2,3})/ nocase
    $superglobal = /["']_(["']\s?\.\s?["'](GET|POST|G["']|P["'])|G["']\s?\.\s?["']|GE["']\s?\.\s?["']T|P["']\s?\.\s?["']|PO["']\s?\.\s?["']ST|POS["']\s?\.\s?["']T)/
    $built = /\$\{\s*["']_["']\s*\./
    $pieces = /["'][a-z_]\w{0,3}["']\s?\.\s?["'][a-z_]\w{0,3}["']\s?\.\s?["'][a-z_]\w{0,3}["']\s?\.\s?["']/ nocase
    $tag = /<\?php/ nocase
    $eval = /\beval\s*\(/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $b64 = /\bbase64_decode\b/ nocase
  condition:
    any of ($braces, $superglobal) or #index > 9 or ($built and filesize < 20KB) or ($chr and filesize < 40KB and any of ($eval, $request, $b64)) or ($globals and $tag) or ($globals_call and $tag and any of ($eval, $b64)) or ($pieces and $tag and filesize < 60KB)
}

rule php_xor_names {
  meta:
    id = "php-xor-names"
    description = "Code or names come out of strings by XOR or negation"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "built-names"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $strings = /["'][^"'\n]{1,60}["']\s?\^\s?["']/
    // What is no text in UTF-8.
    $negated = /[=(]\s?~\s?["']?([\x80-\xbf][\x80-\xff]{2}|[\xc0-\xff]{3})/
    $key = /[\]}]\s?\^\s?\$\w{1,20}\s?[\[{]/
    $ord = /chr\s*\(\s*\(?\s*ord\s*\([^;]{0,60}\^/ nocase
    $call = /[;{=@.]\s?\$\w{1,20}\s?\(\s?@?["'$]/
    $eval = /\beval\s*\(/ nocase
    $assert = /\bassert\s*\(/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $tag = /<\?php/ nocase
  condition:
    (filesize < 8KB and $strings and $tag and ($assert or ($call and $request) or (filesize < 3KB and ($eval or $call)))) or ($negated and $tag) or ($key and $eval and $request and filesize < 60KB) or ($ord and $eval)
}

rule php_without_letters {
  meta:
    id = "php-without-letters"
    description = "Code without letters: names come from arithmetic on strings"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "built-names"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $assigned = /\$_{1,20}\s?=\s?(\$_{1,20}\b|\(|"|'|!|\+|\[|@)/
    $increment = /\$_{1,20}\s?\+\+\s?;/
    $increments = /\+\+\s?;\s?\$\w{0,8}\s?\+\+\s?;\s?\$\w{0,8}\s?\+\+\s?;/
    $call = /\$\{?\$?_{1,20}\}?\s?(\[[^\]]{1,20}\]\s?)?\(\s?@?\$/
    $array = /\[\]\s?\.\s?["']{2}|["']{2}\s?\.\s?\[\]|=\s?\[\]\s?;\s?\$\w{1,10}\s?=\s?"\$/
  condition:
    filesize < 10KB and (($assigned and $call) or (($increments or #increment > 5) and ($array or $call)))
}

rule php_picture_with_code {
  meta:
    id = "php-picture-with-code"
    description = "Code behind the head of a picture"
    severity = "critical"
    kind = "webshell"
    weight = "strong"
    trait = "picture-with-code"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,picture,script,text,data,html"
  strings:
    $tag = /<\?(php\s|=)/ nocase
    $run = /\b(eval|assert|system|passthru|shell_exec|popen|proc_open|exec|base64_decode|create_function|move_uploaded_file|file_put_contents|fputs|fwrite|copy)\s*\(/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE|FILES|SERVER)/
  condition:
    (uint32(0) == 0x38464947 or uint32(0) == 0x474E5089 or (uint16(0) == 0xD8FF and uint8(2) == 0xFF)) and
    $tag and ($run or $request)
}

rule php_htaccess {
  meta:
    id = "php-htaccess"
    description = "Settings of a web server that make pictures or texts run as PHP"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "handler-override"
    reference = "https://httpd.apache.org/docs/2.4/mod/mod_mime.html"
    types = "text,data,web,html"
  strings:
    $type = /AddType\s{1,4}application\/x-httpd-(php|cgi)\d{0,2}\s[^\n]{0,60}\.?(jpe?g|gif|png|ico|txt|css|bmp|svg|pdf|zip|log|xml)\b/ nocase
    $handler = /AddHandler\s{1,4}["']?(application\/x-httpd-php\d{0,2}|php\d?-script|cgi-script)["']?\s{1,4}[^\n]{0,60}\.?(jpe?g|gif|png|ico|txt|css|bmp|svg|pdf|zip|log|xml)\b/ nocase
    $match = /<FilesMatch\s{1,4}["']?[^\n>]{0,80}(jpe?g|gif|png|ico|txt)[^\n>]{0,40}>\s*(SetHandler|ForceType)\s{1,4}["']?application\/x-httpd-php/ nocase
    $prepend = /php_value\s{1,4}auto_(prepend|append)_file\s{1,4}["']?[^\n]{0,80}(\.(jpe?g|gif|png|ico|txt|css|htaccess)|data:|php:\/\/|https?:)/ nocase
  condition:
    filesize < 64KB and any of them
}

rule php_goto {
  meta:
    id = "php-goto"
    description = "Code whose order is hidden by jumps, and whose words are hidden by escapes"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "obfuscated"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $goto = /goto\s\w{4,12};\s?\w{4,12}:/
    $escaped = /(\\x[0-9a-f]{2}|\\[0-7]{2,3}){4}/ nocase
  condition:
    #goto > 8 and #escaped > 3
}

rule php_escaped_code {
  meta:
    id = "php-escaped-code"
    description = "Words of the script are written in escapes, and it evaluates"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "obfuscated"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $eval = /\beval\s*\(/ nocase
    // What is printed: constants of cryptography are not.
    $escapes = /(\\x[2-7][0-9a-f]|\\(1[0-7]{2}|0?[4-7][0-7])){8}/ nocase
    $tag = /<\?php/ nocase
  condition:
    filesize < 60KB and $eval and $escapes and $tag and #escapes > 3
}

rule php_percent_page {
  meta:
    id = "php-percent-page"
    description = "A whole script in one percent-encoded string"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "encoded-code"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $php = /urldecode\s*\(\s*["']([\w+.-]{0,12}%[0-9a-f]{2}){20}/ nocase
    $script = /unescape\s*\(\s*["'](%[0-9a-f]{2}){30}/ nocase
    $eval = /\beval\s*\(/ nocase
    $assert = /\bassert\s*\(/ nocase
    $create = /\bcreate_functio[n]\b/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $files = /\$[_]FILES/
  condition:
    ($php and any of ($eval, $assert, $create)) or ($script and ($request or $files))
}

rule php_request_loop {
  meta:
    id = "php-request-loop"
    description = "Values of the request become variables or calls, and something evaluates"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "eval-of-request"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $loop = /foreach\s*\(\s*(array_merge\s*\(\s*)?\$_(GET|POST|REQUEST|COOKIE|SERVER)\b[^{;]{1,60}\)\s*\{?[^}]{0,200}\b(eval|assert|create_function|call_user_func)\s*\(/ nocase
    $spread = /extract\s*\(\s*\$_(GET|POST|REQUEST|COOKIE)\s*\)[^}]{0,100}(\beval\s*\(|\$\w{1,20}\s*\(\s*\$)/ nocase
    $parsed = /parse_str\s*\([^;]{0,60};[^}]{0,100}(\beval\s*\(|\$\w{1,20}\[[^\]]{1,20}\]\s*\(\s*\$)/ nocase
    // Into variables of the script: whoever asks names the function as well.
    $parsed_here = /parse_str\s*\([^;,]{0,60};[^}]{0,100}\$\w{1,20}\s*\(\s*\$/ nocase
  condition:
    filesize < 50KB and any of them
}

rule php_file_manager {
  meta:
    id = "php-file-manager"
    description = "One script that lists, edits, removes, and runs: a file manager with a command line"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "file-manager"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $perms = /\bfileperms\b/ nocase
    $system = /\bsystem\s*\(/ nocase
    $exec = /\bexec\s*\(/ nocase
    $passthru = /\bpassthru\b/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
    $popen = /\bpopen\b/ nocase
    $proc_open = /\bproc_open\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
    $form = /multipart\/form-data/ nocase
    $list = /\b(opendir|scandir)\s*\(/ nocase
    $unlink = /\bunlink\s*\(/ nocase
    $chmod = /\bchmod\s*\(/ nocase
    $fwrite = /\bf(write|puts)\s*\(/ nocase
    $move = /\bmove_uploaded_file\b/ nocase
    $cwd = /\bgetcwd\b/ nocase
    $uname = /\bphp_uname\b/ nocase
    $limits = /["\x27](disable_functions|safe_mode|open_basedir)["\x27]/ nocase
    $posix = /posix_get(pwuid|grgid|euid|egid)/ nocase
    $disk = /disk_(free|total)_space/ nocase
    $quiet = /error_reporting\s*\(\s*0\s*\)/ nocase
    $forever = /set_time_limit\s*\(\s*0\s*\)/ nocase
    $phpinfo = /\bphpinfo\s*\(/ nocase
    $markup = /<(form|input|textarea|table)\b/ nocase
  condition:
    filesize < 600KB and $markup and any of ($request, $old) and
    (($phpinfo and $eval and any of ($system, $exec, $shell_exec, $passthru, $limits, $list)) or
    (any of ($passthru, $shell_exec, $popen, $proc_open, $eval, $system) and 9 of ($perms, $form, $list, $unlink, $chmod, $fwrite, $move, $cwd, $uname, $limits, $posix, $disk, $quiet, $forever)))
}

rule php_file_manager_like {
  meta:
    id = "php-file-manager-like"
    description = "A script with several parts of a file manager and something that runs"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "file-manager"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $perms = /\bfileperms\b/ nocase
    $system = /\bsystem\s*\(/ nocase
    $passthru = /\bpassthru\b/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
    $popen = /\bpopen\b/ nocase
    $proc_open = /\bproc_open\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
    $form = /multipart\/form-data/ nocase
    $list = /\b(opendir|scandir)\s*\(/ nocase
    $unlink = /\bunlink\s*\(/ nocase
    $chmod = /\bchmod\s*\(/ nocase
    $fwrite = /\bf(write|puts)\s*\(/ nocase
    $move = /\bmove_uploaded_file\b/ nocase
    $cwd = /\bgetcwd\b/ nocase
    $uname = /\bphp_uname\b/ nocase
    $limits = /["\x27](disable_functions|safe_mode|open_basedir)["\x27]/ nocase
    $posix = /posix_get(pwuid|grgid|euid|egid)/ nocase
    $disk = /disk_(free|total)_space/ nocase
    $quiet = /error_reporting\s*\(\s*0\s*\)/ nocase
    $forever = /set_time_limit\s*\(\s*0\s*\)/ nocase
    $phpinfo = /\bphpinfo\s*\(/ nocase
    $command = /name\s*=\s*\\?["\x27]?(cmd|command|shell|exec)["\x27\s>\\]/ nocase
  condition:
    filesize < 600KB and any of ($request, $old) and 6 of ($perms, $form, $list, $unlink, $chmod, $fwrite, $move, $cwd, $uname, $limits, $posix, $disk, $quiet, $forever, $passthru, $shell_exec, $popen, $proc_open, $eval, $system, $phpinfo, $command)
}

rule php_console_commands {
  meta:
    id = "php-console-commands"
    description = "A script with ready-made commands for a look around the system"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $unamea = /\buname\s{1,3}-a/
    $netstat = /netstat\s{1,3}-an/
    $suid = /find\s{1,3}\/\s[^\n"\x27]{0,30}-perm/
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
    $fwrite = /\bf(write|puts)\s*\(/ nocase
    $passwd = /\/etc\/passwd/
    $shadow = /\/etc\/shadow/
    $who = /\bwhoami\b/
    $id = /["'];?\s?id\s?["']/
  condition:
    any of ($request, $old) and ($unamea or $netstat or $suid) and any of ($passwd, $shadow, $who, $id, $suid, $netstat, $fwrite)
}

rule php_attacker_words {
  meta:
    id = "php-attacker-words"
    description = "Words of an attacker’s console in a script that reads the request and writes or runs"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $fwrite = /\bf(write|puts)\s*\(/ nocase
    $put = /\bfile_put_contents\b/ nocase
    $unlink = /\bunlink\s*\(/ nocase
    $system = /\bsystem\s*\(/ nocase
    $exec = /\bexec\s*\(/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
    $passthru = /\bpassthru\b/ nocase
    $popen = /\bpopen\b/ nocase
    $proc_open = /\bproc_open\b/ nocase
    $move = /\bmove_uploaded_file\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
    $files = /\$[_]FILES/
    $w1 = /\bweb\s?shell/ nocase
    $w2 = /\b(c[9]9|r[5]7|b[3]74k|phps[p]y|jsps[p]y|aspxs[p]y|ws[o]|weeve[l]y|antswor[d]|behinde[r]|godzill[a]|indoxploi[t]|alfa\s?team|madspo[t])(_?shell)?\b/ nocase
    $w3 = /\b(mass\s?)?defac[e]/ nocase
    $w4 = /\bback[\s_-]?connect/ nocase
    $w5 = /\bbind[\s_-]?port/ nocase
    $w6 = /\bshell\s(by|code[dr])\b/ nocase
    $w7 = /\bhacked\b/ nocase
    $w8 = /\bbypass/ nocase
    $w9 = /\bback\s?door/ nocase
    $w10 = /\bsafe\s?mode\b/ nocase
    $w11 = /\bself\s?(remove|destroy|kill)/ nocase
    $w12 = /\b(private|priv8|mini)\s?shell/ nocase
    $w13 = /\bsymlink\b/ nocase
    $w14 = /\bbrute/ nocase
    $w15 = /\bzone-h\b/ nocase
  condition:
    any of ($request, $old, $files) and any of ($fwrite, $put, $unlink, $system, $exec, $shell_exec, $passthru, $popen, $proc_open, $move, $eval) and
    ($w2 or $w4 or $w12 or $w15 or ($w6 and $w7) or (3 of ($w*) and any of ($w3, $w5, $w7, $w11, $w13)))
}

rule php_attacker_word {
  meta:
    id = "php-attacker-word"
    description = "A word of an attacker’s console in a script that reads the request and writes or runs"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "console"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $fwrite = /\bf(write|puts)\s*\(/ nocase
    $put = /\bfile_put_contents\b/ nocase
    $unlink = /\bunlink\s*\(/ nocase
    $system = /\bsystem\s*\(/ nocase
    $exec = /\bexec\s*\(/ nocase
    $shell_exec = /\bshell_exec\b/ nocase
    $passthru = /\bpassthru\b/ nocase
    $popen = /\bpopen\b/ nocase
    $proc_open = /\bproc_open\b/ nocase
    $move = /\bmove_uploaded_file\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
    $files = /\$[_]FILES/
    $w1 = /\bweb\s?shell/ nocase
    $w2 = /\b(c[9]9|r[5]7|b[3]74k|phps[p]y|jsps[p]y|aspxs[p]y|ws[o]|weeve[l]y|antswor[d]|behinde[r]|godzill[a]|indoxploi[t]|alfa\s?team|madspo[t])(_?shell)?\b/ nocase
    $w3 = /\b(mass\s?)?defac[e]/ nocase
    $w4 = /\bback[\s_-]?connect/ nocase
    $w5 = /\bbind[\s_-]?port/ nocase
    $w6 = /\bshell\s(by|code[dr])\b/ nocase
    $w7 = /\bhacked\b/ nocase
    $w9 = /\bback\s?door/ nocase
    $w12 = /\b(private|priv8|mini)\s?shell/ nocase
    $w15 = /\bzone-h\b/ nocase
  condition:
    any of ($request, $old, $files) and any of ($fwrite, $put, $unlink, $system, $exec, $shell_exec, $passthru, $popen, $proc_open, $move, $eval) and any of ($w1, $w2, $w3, $w4, $w5, $w6, $w7, $w9, $w12, $w15)
}

rule php_quiet_decoder {
  meta:
    id = "php-quiet-decoder"
    description = "A script that hides its errors and decodes"
    severity = "low"
    kind = "webshell"
    weight = "weak"
    trait = "encoded-code"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $quiet = /error_reporting\s*\(\s*0\s*\)/ nocase
    $b64 = /\bbase64_decode\b/ nocase
    $gz = /\bgz(inflate|uncompress|decode)\b/ nocase
    $rot13 = /\bstr_rot13\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $assert = /\bassert\s*\(/ nocase
    $quiet2 = /@ini_set\s*\(\s*["\x27](display_errors|error_log)/ nocase
  condition:
    filesize < 200KB and ($quiet or $quiet2) and (any of ($b64, $gz, $rot13)) and ($eval or $assert or filesize < 5KB)
}

rule php_decoder_small {
  meta:
    id = "php-decoder-small"
    description = "A small script that evaluates or decodes"
    severity = "low"
    kind = "webshell"
    weight = "weak"
    trait = "encoded-code"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $b64 = /\bbase64_decode\b/ nocase
    $gz = /\bgz(inflate|uncompress|decode)\b/ nocase
    $rot13 = /\bstr_rot13\b/ nocase
    $eval = /\beval\s*\(/ nocase
    $assert = /\bassert\s*\(/ nocase
    $create = /\bcreate_functio[n]\b/ nocase
    $rev = /\bstrrev\b/ nocase
    $callv = /[;{=@.]\s?\$\w{1,20}\s?\(\s?@?["'$]/
  condition:
    filesize < 4KB and ((any of ($b64, $gz, $rot13, $rev) and (any of ($eval, $assert, $create) or $callv)))
}

rule php_decoder_by_name {
  meta:
    id = "php-decoder-by-name"
    description = "The name of a decoder or of an evaluation stands in a string, to be called through a variable"
    severity = "high"
    kind = "webshell"
    weight = "strong"
    trait = "built-names"
    reference = "https://attack.mitre.org/techniques/T1027/"
    types = "web,script,text,html"
  strings:
    $named = /=\s?["'](base64_decode|gzinflate|gzuncompress|str_rot13|assert|create_function)["']\s?;/ nocase
    $call = /[;{=@.]\s?\$\w{1,20}\s?\(\s?@?["'$]/
    $eval = /\beval\s*\(/ nocase
    $tag = /<\?php/ nocase
    $long64 = /["\x27][A-Za-z0-9+\/=]{400}/
  condition:
    $named and $tag and (($eval and filesize < 300KB and $call) or ($call and filesize < 4KB) or ($call and $long64))
}

rule php_cloaking_page {
  meta:
    id = "php-cloaking-page"
    description = "A page that fetches another from a foreign host, depending on who asks"
    severity = "medium"
    kind = "webshell"
    weight = "strong"
    trait = "remote-loader"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $host = /\?(host|domain|url|site|web|zz|xhost)=["']?\s?\.?\s?\$?\w{0,20}/ nocase
    $server = /\$(remote_server|goweb|host_name|remote|serverurl|api_url|req_uri|content_mb)\b/ nocase
    $agent = /(googlebot|baiduspider|bingbot|yandex|slurp|crawl)/ nocase
    $fetch = /(file_get_contents|curl_exec|fsockopen)\s*\(/ nocase
    $referer = /HTTP_REFERER/
    $who = /HTTP_USER_AGENT/
    $name = /HTTP_HOST/
    $uri = /REQUEST_URI/
    $other = /\b(class|namespace|extends)\s/ nocase
  condition:
    filesize < 12KB and $fetch and not $other and ((#server > 2 and $host) or ($agent and ($referer or $who) and $host and ($name or $uri)))
}

rule php_mailer {
  meta:
    id = "php-mailer"
    description = "A page that sends mail in mass: recipients, sender and text come from a form"
    severity = "medium"
    kind = "webshell"
    weight = "weak"
    trait = "mailer"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
    types = "web,script,text,html"
  strings:
    $mail = /if\s*\(\s*@?mail\s*\(/ nocase
    $split = /(explode|split)\s*\(\s*["']\\?[rn\\]{1,4}["']|count\s*\(\s*\$(email|list|to)/ nocase
    $area = /<textarea/ nocase
    $mime = /MIME-Version/ nocase
    $request = /\$\{?_(GET|POST|REQUEST|COOKIE)\b/
    $old = /\$HTTP_(GET|POST|COOKIE)_VARS/
  condition:
    filesize < 30KB and any of ($request, $old) and $mail and $area and ($split or $mime)
}
