import { type InertSample, samples } from './sample.ts';

const { raw } = String;
const asp = '<% Response.End : ';
const aspx = '<%@ Pa¦ge Language="C#" %><% return; ';
const jsp = '<% if (true) return; ';

/** ASP, ASP.NET, JSP, CFML. */
export const pageSamples: readonly InertSample[] = samples(
  [
    'asp-eval-request',
    raw`${asp} ev¦al(requ¦est("none") and 0) %>`,
    raw`${asp} rows = db.exec¦ute(requ¦est("none")) %>`,
  ],
  ['asp-tiny-evaluation', raw`${asp}:ev¦al(ch¦r(48)) %>`, raw`${asp}:print(ch¦r(48)) %>`],
  [
    'asp-console',
    raw`${asp} requ¦est("a") : CreateObject("Scripting.FileSystem¦Object") : "cmd¦.exe" %>`,
    raw`${asp} requ¦est("a") : CreateObject("Scripting.FileSystem¦Object") %>`,
  ],
  [
    'asp-file-writer',
    raw`${asp} set f = fso.CreateText¦File(request("none")) : f.wri¦te data %>`,
    raw`${asp} set f = fso.CreateText¦File("log.txt") : f.wri¦te data : request("a") %>`,
  ],
  [
    'asp-hidden-code',
    raw`${asp} exec¦ute(StrRev¦erse("")) : a = ch¦r(asc("a") xo¦r asc("b")) %>`,
    raw`${asp} print(StrRev¦erse("")) %>`,
  ],
  [
    'asp-encoded-script',
    raw`<script run¦at="server" language="VBScript.En¦code">#@¦~^nothing</script>`,
    raw`<script language="VBScript.En¦code">#@¦~^nothing</script>`,
  ],
  [
    'aspx-runs-process',
    raw`${aspx} new System.Diag¦nostics.ProcessStart¦Info(Request.Form["a"]); %>`,
    raw`${aspx} System.Diag¦nostics.Trace.Write(Request.Form["a"]); %>`,
  ],
  [
    'aspx-loads-code',
    raw`${aspx} Assem¦bly.Load(new byte[0]).Create¦Instance("a"); Request["a"]; %>`,
    raw`${aspx} list.Load(new byte[0]); Request["a"]; %>`,
  ],
  [
    'aspx-small-evaluation',
    raw`<%@ Pa¦ge Language="JScr¦ipt" %><% ev¦al("0") %>`,
    raw`<%@ Pa¦ge Language="JScr¦ipt" %><% parseInt("0") %>`,
  ],
  [
    'aspx-file-manager',
    raw`${aspx} new Stream¦Writer(""); new Directory¦Info(""); File.Del¦ete(""); new SqlConn¦ection(""); a.Save¦As(""); File.SetLast¦WriteTime("") %>`,
    raw`${aspx} new Stream¦Writer(""); new Directory¦Info(""); File.Del¦ete(""); %>`,
  ],
  ['aspx-upload-page', raw`${aspx} Request.Fil¦es[0].Save¦As("a"); %>`, raw`${aspx} chart.Save¦As("a"); %>`],
  [
    'asp-cloaking-page',
    raw`${asp} CreateObject("MSXML2.Server¦XMLHTTP") : geth¦tml(remote & "?ho¦st=a") %>`,
    raw`${asp} CreateObject("MSXML2.Server¦XMLHTTP") : page(remote & "?id=a") %>`,
  ],
  [
    'asp-object-that-runs',
    raw`${asp} requ¦est("a") : CreateObject("WScript.Sh¦ell") %>`,
    raw`${asp} requ¦est("a") : CreateObject("ADODB.Recordset") %>`,
  ],
  ['jsp-exec', raw`${jsp} Runtime.getRun¦time().ex¦ec(""); %>`, raw`${jsp} Runtime.getRun¦time().freeMemory(); %>`],
  [
    'jsp-defines-class',
    raw`${jsp} defi¦neClass(new byte[0], 0, 0).newInst¦ance(); request.getPara¦meter("a"); %>`,
    raw`${jsp} type.newInst¦ance(); request.getPara¦meter("a"); %>`,
  ],
  [
    'jsp-evaluates',
    raw`${jsp} new ScriptEngine¦Manager().getEngineBy¦Name("js").ev¦al("0"); %>`,
    raw`${jsp} form.ev¦al("0"); %>`,
  ],
  [
    'jsp-file-manager',
    raw`${jsp} request.getPara¦meter("a"); f.list¦Files(); new FileOutput¦Stream(f); f.del¦ete(); f.rename¦To(g); %>`,
    raw`${jsp} request.getPara¦meter("a"); f.list¦Files(); f.del¦ete(); %>`,
  ],
  [
    'jsp-writes-request',
    raw`${jsp} new FileOutput¦Stream(request.getPara¦meter("none")); %>`,
    raw`${jsp} new FileOutput¦Stream("log.txt"); request.getPara¦meter("none"); %>`,
  ],
  [
    'jsp-memory-shell',
    raw`${jsp} Standard¦Context c; new Filter¦Def(); type.getDeclared¦Field("context"); %>`,
    raw`${jsp} Standard¦Context c; type.getDeclared¦Field("context"); %>`,
  ],
  ['jsp-escaped', raw`${jsp} ${raw`${'\\u006e'.repeat(12)} `.repeat(5)} %>`, raw`${jsp} \u006e\u006f %>`],
  [
    'jsp-tunnel',
    raw`${jsp} Socket¦Channel c; c.conn¦ect(a); request.getHea¦der("X-none"); "FOR¦WARD"; %>`,
    raw`${jsp} c.conn¦ect(a); request.getHea¦der("X-none"); "POST"; %>`,
  ],
  [
    'jsp-powers',
    raw`${jsp} Runtime.getRun¦time().freeMemory(); %>`,
    raw`${jsp} Memory.free(); request.getPara¦meter("a"); %>`,
  ],
  ['cfm-execute', raw`<cfabort><cfexec¦ute name="#fo¦rm.none#">`, raw`<cfabort><cfexec¦ute name="/usr/bin/uptime">`],
  [
    'cfm-file-writer',
    raw`<cfabort><cffi¦le action="write" file="#fo¦rm.none#" output="#fo¦rm.nothing#">`,
    raw`<cfabort><cffi¦le action="write" file="log.txt" output="#fo¦rm.nothing#">`,
  ],
);
