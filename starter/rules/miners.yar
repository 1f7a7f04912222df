// Programs and scripts that mine on other people's machines. Drydock starter rules, Apache-2.0.

rule stratum_url {
  meta:
    id = "miner-stratum-url"
    description = "Address of a mining pool"
    severity = "medium"
    kind = "unwanted"
    weight = "strong"
    trait = "mining-pool"
    reference = "https://attack.mitre.org/techniques/T1496/"
    types = "script,text,web,html,elf,pe,mach-o,data"
  strings:
    // With a host behind it: the bare scheme stands in every parser of such addresses.
    $url = /stratum2?\+(tcp|ssl|tls|udp|tcps):\/\/[\w.-]{1,64}\.[\w-]{1,24}:\d{2,5}/
    $plain = /stratum:\/\/[\w.-]{1,64}\.[\w-]{1,24}:\d{2,5}/
  condition:
    any of them
}

rule xmrig_program {
  meta:
    id = "miner-xmrig"
    description = "XMRig, or a program made from it: its options and algorithms stand in it"
    severity = "medium"
    kind = "unwanted"
    weight = "strong"
    family = "xmrig"
    reference = "https://github.com/xmrig/xmrig/blob/master/doc/CONFIG.md"
    types = "elf,pe,mach-o,script,text,data"
  strings:
    $donate = /donate[-]level/
    $over = /donate-over-proxy/
    $rx = /randomx/ nocase
    $rx0 = /rx\/0/
    $cn = /cn\/r/
    $rig = /rig-id/
    $hint = /max-threads-hint/
    $msr = /wrmsr/
    $nicehash = /nicehash/
    $pools = /"pools"/
    $retry = /retry-pause/
  condition:
    ($donate and 4 of ($over, $rx, $rx0, $cn, $rig, $hint, $msr, $nicehash, $pools, $retry))
}

rule xmrig_command {
  meta:
    id = "miner-xmrig-command"
    description = "Command line of a miner: pool, wallet and share of donation"
    severity = "high"
    kind = "malware"
    weight = "strong"
    family = "xmrig"
    reference = "https://xmrig.com/docs/miner/command-line-options"
    types = "script,text,web,html,data"
  strings:
    $command = /-o\s{1,3}["']?[\w.+:\/$-]{4,100}:\d{2,5}["']?\s{1,3}[^\n]{0,80}-u\s{1,3}["']?[\w.$+{}-]{4,120}["']?\s{1,3}[^\n]{0,160}(--donate-leve[l]|--cpu-priority|--randomx-1gb-pages|--coin\b|-a\s{0,2}(rx|cn|cryptonight|randomx)|--nicehash|--rig-id|--max-cpu-usage|--cpu-max-threads-hint)/
    $donate = /--donate-leve[l][= ]{1,2}\d[^\n]{0,200}(-o|--url)[= ]{1,2}["']?[\w.+:\/$-]{4,100}:\d{2,5}/
  condition:
    filesize < 1MB and any of them
}

rule pool_and_wallet {
  meta:
    id = "miner-pool-and-wallet"
    description = "Host of a mining pool together with a wallet of the length that Monero has"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "mining-wallet"
    reference = "https://docs.getmonero.org/public-address/standard-address/"
    types = "script,text,web,html,elf,data"
  strings:
    $pool1 = /supportxmr\.com/
    $pool2 = /moneroocean\.stream/
    $pool3 = /nanopool\.org/
    $pool4 = /c3pool\./
    $pool5 = /hashvault\.pro/
    $pool6 = /2miners\.com/
    $pool7 = /minexmr\.com/
    $pool8 = /minergate\.com/
    $pool9 = /f2pool\.com/
    $pool10 = /xmrpool\.eu/
    $pool11 = /herominers\.com/
    $pool12 = /unmineable\.com/
    $pool13 = /dwarfpool\.com/
    $pool14 = /crypto-pool\.fr/
    $wallet = /(user|wallet|address|-u|--user|username|addr)["']?\s{0,4}[:= ]\s{0,4}["']?[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}/ nocase
  condition:
    any of ($pool*) and $wallet
}

rule miner_tuning_script {
  meta:
    id = "miner-tuning-script"
    description = "Script that sets processor registers and huge pages as mining wants them"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "mining-tuning"
    reference = "https://xmrig.com/docs/miner/randomx-optimization-guide/msr"
    types = "script,text"
  strings:
    $module = /modprobe\s{1,3}(-\w\s{1,3})?msr\b/
    $register = /wrmsr\s{1,3}(-a\s{1,3})?0x(1a4|c0011020|c0011021|c0011022|c001102b)/ nocase
    $pages = /(vm\.nr_hugepages|nr_hugepages)/
    $miner = /(xmrig|randomx|cryptonight|stratum\+|minerd\b|monero)/ nocase
  condition:
    filesize < 1MB and (($register and ($module or $pages)) or ($pages and $module and $miner))
}

rule kills_other_miners {
  meta:
    id = "miner-kills-others"
    description = "Script that ends the miners of others"
    severity = "high"
    kind = "malware"
    weight = "strong"
    trait = "kills-competition"
    reference = "https://attack.mitre.org/techniques/T1496/"
    types = "script,text,web"
  strings:
    $kill = /\b(pkill|killall|kill\s{1,3}-9|xargs\s[^\n]{0,30}kill)/
    $n1 = /(pkill|killall|grep)[^\n]{0,40}(kinsin[g]|kdevtmpfs[i])/
    $n2 = /(pkill|killall|grep)[^\n]{0,40}xmri[g]/
    $n3 = /(pkill|killall|grep)[^\n]{0,40}(miner[d]|cpumine[r]|minergat[e])/
    $n4 = /(pkill|killall|grep)[^\n]{0,40}(sysr[v]|networkservic[e]|sysguar[d]|sysupdat[e])/
    $n5 = /(pkill|killall|grep)[^\n]{0,40}(watchbo[g]|watchdog[s]|kerberod[s]|ksoftirqd[s]|kthreaddk?i?\b)/
    $n6 = /(pkill|killall|grep)[^\n]{0,40}(ddg[s]|qW3x[T]|suppoi[e]|wnTKY[g]|biosetjenkin[s])/
    $n7 = /(pkill|killall|grep)[^\n]{0,40}(cryptonigh[t]|stratu[m]|moner[o]|moneroocea[n]|xmr-sta[k]|nanopoo[l]|minexm[r]|supportxm[r])/
    $n8 = /(pkill|killall|grep)[^\n]{0,40}(Loopbac[k]|apaceh[a]|mixnerd[x]|performed[l]|JnKihGj[n]|crypto-poo[l]|nicehas[h])/
  condition:
    filesize < 2MB and $kill and 3 of ($n*)
}
