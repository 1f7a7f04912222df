// What scripts do that take over a machine and go on to the next. Drydock starter rules, Apache-2.0.

rule piped_from_bare_address {
  meta:
    id = "script-pipes-from-address"
    description = "A download from a bare public IP address goes straight into a shell"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "downloads-and-runs"
    reference = "https://attack.mitre.org/techniques/T1105/"
    types = "script,text,web,html,data"
  strings:
    // Public addresses: not 10., 127., 172., 192. or 169.
    $curl = /(curl|wget|lwp-download|fetch)\s[^\n|;]{0,160}(https?|ftp):\/\/([1-9]|1[1-9]|[2-9]\d|1([01345]\d|2[0-689]|6[0-8]|7[013-9]|8\d|9[013-9])|2\d\d)\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d{1,5})?\/[^\n|;]{0,160}\|\s{0,4}(sudo\s{1,4})?(\/bin\/)?(ba|da|a|z)?sh\b/
    $substituted = /(ba|da|z)?sh\s{1,4}(-c\s{1,4})?["']?[<$]\(\s{0,4}(curl|wget)\s[^\n|;)]{0,120}https?:\/\/([1-9]|1[1-9]|[2-9]\d|1([01345]\d|2[0-689]|6[0-8]|7[013-9]|8\d|9[013-9])|2\d\d)\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d{1,5})?\//
  condition:
    filesize < 2MB and any of them
}

rule fetch_chmod_run_address {
  meta:
    id = "script-fetches-and-runs"
    description = "A program is fetched from a bare public IP address, made executable and run"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "downloads-and-runs"
    reference = "https://attack.mitre.org/techniques/T1105/"
    types = "script,text,web,html,data"
  strings:
    $chain = /(curl|wget|tftp|ftpget)\s[^\n;|&]{0,120}([1-9]|1[1-9]|[2-9]\d|1([01345]\d|2[0-689]|6[0-8]|7[013-9]|8\d|9[013-9])|2\d\d)\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d{1,5})?[\/ ][^\n;|&]{1,120}[;&]{1,2}\s{0,4}chmod\s{1,4}(\+x|a\+x|u\+x|[0-7]*7[0-7]*)\s[^\n;&]{1,80}[;&]{1,2}\s{0,4}(nohup\s{1,4})?(sh\s{1,4})?(\.\/|\/tmp\/|\/var\/tmp\/|\/dev\/shm\/)/
    // Where to write, tried one after the other, and then fetched: the habit of droppers for small devices.
    $places = /cd\s{1,3}\/tmp\s{0,3}\|\|\s{0,3}cd\s{1,3}\/(var\/run|mnt|root|dev\/shm|var\/tmp)\s{0,3}\|\|\s{0,3}cd\s{1,3}\/[^\n]{0,120}[;&\n]\s{0,8}(\/bin\/)?(busybox\s{1,3})?(curl|wget|tftp|ftpget)\s/
  condition:
    filesize < 2MB and any of them
}

rule removes_protection {
  meta:
    id = "script-removes-protection"
    description = "Script that takes away the agents of a cloud provider and lowers the machine's defences"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    trait = "impairs-defences"
    reference = "https://attack.mitre.org/techniques/T1562/001/"
    types = "script,text,web"
  strings:
    $agent1 = /(aegis|aliyun|AliYunDun|AliSecGuard|aliyun-service|cloudmonitor)[^\n]{0,60}(uninstall|stop|disable|remove|quartz)/ nocase
    $agent2 = /(pkill|killall|kill|rm\s{1,3}-\w{1,3}|systemctl\s{1,3}(stop|disable)|service)\s[^\n]{0,60}(aegis|AliYunDun|aliyun\.service|AliSecGuard|cloudmonitor|bcm-agent|YDService|YDLive|yunjing|sgagent|barad_agent|qcloud|titanagent|cloudwalker|hostguard)/
    $agent3 = /\/(qcloud|yunjing|stargate|monitor\/barad|YunJing)\/[^\n]{0,60}(uninst|uninstall|stop)/
    $low1 = /setenforce\s{1,3}0/
    $low2 = /SELINUX=disable[d]/
    $low3 = /iptables\s{1,3}-F/
    $low4 = /ufw\s{1,3}disable/
    $low5 = /(kernel\.nmi_watchdog|nmi_watchdog)\s{0,3}=\s{0,3}['"]?0|echo\s{1,3}['"]?0['"]?\s{0,3}>\s{0,3}\/proc\/sys\/kernel\/nmi_watchdog/
    $low6 = /systemctl\s{1,3}(stop|disable)\s{1,3}(firewalld|apparmor|auditd)/
    $low7 = /(history\s{1,3}-c\b|unset\s{1,3}HISTFILE|HISTFILE=\/dev\/null)/
    $low8 = /chattr\s{1,3}-[ia]{1,2}\s/
  condition:
    filesize < 2MB and any of ($agent*) and any of ($low*)
}

rule unlocks_cron {
  meta:
    id = "script-unlocks-cron"
    description = "Script that takes the immutable attribute from tables of cron, keys or ld.so.preload, and writes them"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "persistence"
    reference = "https://attack.mitre.org/techniques/T1222/002/"
    types = "script,text,web"
  strings:
    $unlock = /(chattr|\$\w{1,12})\s{1,3}(-R\s{1,3})?-[RaiSe]{1,5}\s{1,3}[^\n;]{0,60}(\/var\/spool\/cron|\/etc\/cron|\/etc\/ld\.so\.preload|\.ssh\/authorized_keys|\/root\/\.ssh)/
    $write = /(>\s{0,3}["']?|tee\s{1,3}(-a\s{1,3})?|rm\s{1,3}-\w{1,3}\s{1,3})(\/var\/spool\/cron|\/etc\/cron|\/etc\/ld\.so\.preload|[\w\/~$]{0,30}\.ssh\/authorized_keys)/
    $crontab = /\|\s{0,3}crontab\s{1,3}-/
  condition:
    filesize < 2MB and $unlock and ($write or $crontab)
}

rule ssh_lateral_loop {
  meta:
    id = "script-ssh-lateral"
    description = "Script that walks through known hosts and keys and logs in to each to run itself there"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    trait = "lateral-movement"
    reference = "https://attack.mitre.org/techniques/T1021/004/"
    types = "script,text,web"
  strings:
    $hosts = /(known_hosts|\.bash_history|HostName)/
    $keys = /(id_rsa|IdentityFile|\.pem)/
    $loop = /\bfor\s{1,3}\w{1,20}\s{1,3}in\s/
    $login = /ssh\s{1,3}[^\n]{0,80}(StrictHostKeyChecking[= ]{1,2}no|BatchMode[= ]{1,2}yes)[^\n]{0,200}(curl|wget|\|\s{0,3}(ba)?sh\b|nohup|base64)/
  condition:
    filesize < 2MB and $hosts and $keys and $loop and $login
}

rule scanner_by_script {
  meta:
    id = "script-installs-scanner"
    description = "Script that installs a scanner of networks and looks for services that can be taken over"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "network-scanning"
    reference = "https://attack.mitre.org/techniques/T1046/"
    types = "script,text,web"
  strings:
    $install = /((apt|apt-get|yum|dnf|apk)\s{1,3}[^\n]{0,60}(masscan|pnscan|zmap)|(git\s{1,3}clone|curl|wget)\s[^\n]{0,120}\/(masscan|pnscan|zgrab|zmap)\b)/
    $use = /\b(masscan|pnscan|zgrab|zmap)\s[^\n]{0,120}(-p\s{0,3}\d{2,5}|--rate|--port|-W)/
    $target = /(\b6379\b|\b2375\b|\b2376\b|\b4243\b|\b10250\b|redis-cli|docker\s{1,3}-H|\b7001\b|\b9200\b|\b5555\b)/
  condition:
    filesize < 2MB and $install and $use and $target
}

rule container_escape_script {
  meta:
    id = "script-abuses-docker"
    description = "Script that starts a container with the machine's own disk through an open or borrowed API"
    severity = "critical"
    kind = "malware"
    weight = "strong"
    trait = "container-escape"
    reference = "https://attack.mitre.org/techniques/T1610/"
    types = "script,text,web"
  strings:
    $remote = /docker\s{1,3}(-H|--host)[= ]{1,2}["']?(tcp:\/\/)?[$\w{}.]{1,60}:\d{4,5}["']?\s{1,3}(run|create)\s[^\n]{0,200}(-v\s{0,3}|--volume[= ]|--mount[= ][^\n]{0,40}(source|src)=)\/:?[^\n]{0,20}/
    $remote_run = /(chroot\s|\bsh\s{1,3}-c|curl|wget)/
    $socket = /docker\.sock/
    $create = /\/containers\/create/
    $binds = /["']?Binds["']?\s{0,3}:\s{0,3}\[\s{0,3}\\?["']\/:\//
    $kubelet = /(:10250|:10255)\/(run|exec)\/[^\n]{1,200}cmd=/
    $start = /\/containers\/[^\n]{1,80}\/start/
  condition:
    filesize < 2MB and
      (($remote and $remote_run) or ($binds and ($create or $socket or $start)) or $kubelet)
}
