import { readFileSync } from 'node:fs';
import { type Content, placeIn } from '../../contents/content.ts';
import { type ContentType, hasWebEnding, webTagAt } from '../../contents/content-type.ts';
import { type ContentEngine, type Judgement, NOTHING } from '../../contents/engine.ts';
import { shareRules } from '../../contents/yara/shared-rules.ts';
import { isAboutWebshells } from '../../contents/yara/starter-files.ts';
import { yaraEngine } from '../../contents/yara/yara-engine.ts';
import { type CheckSettings, type RuleSet, STARTER } from '../../model/check.ts';
import { HEAD_BYTES } from '../../model/file.ts';
import type { Witness } from '../../model/witness.ts';
import { fileEnding } from './file-ending.ts';
import { type ScriptJudge, type ScriptJudgement, scriptJudge } from './judge-script.ts';
import { KnownDigests, STRONG, setDigests } from './known-digests.ts';
import { readModel } from './model-file.ts';
import { type ScriptLanguage, type ScriptView, scriptLanguage, scriptViews } from './script-views.ts';

/** Raised whenever the same rules and the same model would say something else. */
const VERSION = 3;

/** Files that may be scripts of a web server, or hold one. */
const types: ReadonlySet<ContentType> = new Set<ContentType>(['web', 'script', 'html', 'text', 'picture']);

/** One engine for all: what rules, digests and the model say of a script is weighed together. */
export function webshellEngines(settings: CheckSettings): readonly ContentEngine[] {
  const { ruleSets, compiled, webshellModel } = settings;
  const starter = ruleSets.find(({ name, kind }) => name === STARTER && kind === 'yara');
  const known = ruleSets.filter(({ kind }) => kind === 'ssdeep');
  if (starter === undefined && known.length === 0 && webshellModel === undefined) return [];
  return [webshellEngine({ starter, known, compiled, model: webshellModel })];
}

interface Parts {
  readonly starter: RuleSet | undefined;
  readonly known: readonly RuleSet[];
  readonly compiled: string | undefined;
  readonly model: { readonly file: string; readonly digest: string } | undefined;
}

function webshellEngine({ starter, known, compiled, model }: Parts): ContentEngine {
  const set = starter && {
    ...starter,
    files: starter.files.filter(isAboutWebshells),
    digest: `${starter.digest} webshells`,
  };
  const yara = set && yaraEngine({ set, kind: 'webshell', isOurs: true, ...(compiled !== undefined && { compiled }) });
  // The names of what matched: the engine tells witnesses, the model was taught rules. Both look once.
  const shared = set && shareRules(set, { maxSeconds: 10 }, compiled);
  let judge: ScriptJudge | undefined;
  let digests: KnownDigests | undefined;

  /** What rules and known digests say of the views, each thing once; answers with the names of the rules. */
  function hear(content: Content, language: ScriptLanguage, views: readonly ScriptView[], into: Heard): string[] {
    const rules = new Set<string>();
    const own = rulesOf[language];
    for (const view of views) {
      const seen = contentOf(content, view);
      for (const { rule } of shared?.scan(seen).matches ?? []) rules.add(rule);
      const said = yara?.judge(seen) ?? NOTHING;
      into.unjudged ??= said.unjudged;
      // The model was taught what rules of other languages say, too. By itself that says nothing.
      const about = said.witnesses.filter(({ rule }) => own.some((prefix) => rule.startsWith(prefix)));
      addNew(into.witnesses, about, view);
    }
    const stripped = views.find(({ name }) => name === 'stripped');
    if (stripped !== undefined && digests !== undefined) into.witnesses.push(...digests.witnesses(stripped.bytes));
    return [...rules];
  }

  /** Settings by which servers run what they should not, and scripts of which there are no views. */
  function unread(content: Content): Judgement {
    const own = yara && withoutViews(content.header.name);
    if (own === undefined) return NOTHING;
    const { witnesses, ...rest } = yara!.judge(content);
    return { ...rest, witnesses: witnesses.filter(({ rule }) => own.some((prefix) => rule.startsWith(prefix))) };
  }

  /**
   * What is something else by its first bytes and its name, with a tag among them: another script may include it. The
   * model knows scripts alone, so rules are asked.
   */
  function included(content: Content): Judgement {
    const at = webTagAt(content.bytes.subarray(0, HEAD_BYTES));
    if (at < 0) return NOTHING;
    const text = content.bytes.subarray(at);
    const language = text[1] === 0x3f ? 'php' : scriptLanguage('a.asp', text);
    if (language === undefined) return NOTHING;
    const heard: Heard = { witnesses: [], unjudged: undefined };
    hear(content, language, scriptViews(content.bytes, language), heard);
    return judgementOf(heard, content);
  }

  return {
    name: 'webshells',
    rules: [VERSION, set?.digest, ...known.map(({ digest }) => digest), model?.digest].join(' '),
    windows: true,
    takes: (type, _file, served) => served || types.has(type),
    judge: (content) => {
      if (content.type === 'picture' && !hasTag(content.bytes)) return NOTHING;
      if (!types.has(content.type) && !hasWebEnding(content.header.name)) return included(content);
      const language = scriptLanguage(content.header.name, content.bytes);
      if (language === undefined) return unread(content);
      // Most images have no script that nobody owns: what judges them is loaded for the first one.
      judge ??= model && scriptJudge(readModel(readFileSync(model.file)));
      digests ??= known.length > 0 ? new KnownDigests(known.map(setDigests)) : undefined;
      const heard: Heard = { witnesses: [], unjudged: undefined };
      if (judge === undefined) {
        hear(content, language, scriptViews(content.bytes, language), heard);
      } else {
        const rules = (views: readonly ScriptView[]) => hear(content, language, views, heard);
        const judgement = judge.judge(content.path, content.bytes, rules, language);
        if (judgement !== undefined) heard.witnesses.push(...modelWitnesses(judgement));
      }
      return judgementOf(heard, content);
    },
    close: () => {
      yara?.close?.();
      shared?.release();
    },
  };
}

/** How the names of the rules begin that such a file is asked for; undefined: it is none. */
function withoutViews(name: string): readonly string[] | undefined {
  if (/^(?:\.htaccess|\.user\.ini)$/i.test(name)) return rulesOf.php;
  const ending = fileEnding(name);
  return ending === 'rb' ? ['ruby-'] : ending === 'lua' ? ['lua-'] : undefined;
}

/** How the names of the starter rules about a language begin. */
const rulesOf: Readonly<Record<ScriptLanguage, readonly string[]>> = {
  php: ['php-'],
  jsp: ['jsp-'],
  asp: ['asp-', 'aspx-'],
  aspx: ['asp-', 'aspx-'],
  cfm: ['cfm-'],
  perl: ['perl-'],
  python: ['python-'],
  sh: ['shell-'],
  js: ['node-'],
};

interface Heard {
  readonly witnesses: Witness[];
  unjudged: string | undefined;
}

function judgementOf(heard: Heard, { start }: Content): Judgement {
  const { unjudged } = heard;
  const witnesses = start === 0 ? heard.witnesses : heard.witnesses.map((one) => placedFrom(start, one));
  return unjudged === undefined ? { witnesses } : { witnesses, unjudged };
}

/** Of a later window of a large file nobody knows the lines. */
function placedFrom(start: number, witness: Witness): Witness {
  const places = witness.places?.map(({ offset, excerpt }) => ({ offset: placeIn({ start }, offset), excerpt }));
  return { ...witness, ...(places && { places }) };
}

/** Pictures are looked into only where something in them may be a script. */
function hasTag(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('<?') >= 0;
}

/** A view as if it were a file: rules of all types of scripts are for it. */
function contentOf(content: Content, view: ScriptView): Content {
  const { bytes } = view;
  return {
    header: content.header,
    path: content.path,
    type: content.type === 'picture' ? 'picture' : 'web',
    size: bytes.length,
    bytes,
    start: 0,
    digest: (algorithm) => content.digest(algorithm),
  };
}

/** A rule that matches the text as it is needs no other view to say so. */
function addNew(witnesses: Witness[], said: readonly Witness[], view: ScriptView): void {
  for (const witness of said) {
    if (witnesses.some(({ engine, rule }) => engine === witness.engine && rule === witness.rule)) continue;
    const places = witness.places?.map((place) => ({ ...place, line: view.lineOf(place.offset) }));
    witnesses.push({ ...witness, ...(places && { places }), ...viewOf(view) });
  }
}

function viewOf({ name, chain }: ScriptView): Pick<Witness, 'view'> {
  if (name === 'raw') return {};
  return { view: name === 'payload' ? chain.join(' > ') : name };
}

function* modelWitnesses({ verdict, probability, evidence, reasons }: ScriptJudgement): Iterable<Witness> {
  const common = { kind: 'webshell', set: 'drydock' } as const;
  if (evidence.fuzzy >= STRONG) {
    yield {
      ...common,
      engine: 'fuzzy',
      weight: 'strong',
      rule: 'known-webshell',
      score: evidence.fuzzy,
      view: 'stripped',
    };
  }
  if (verdict === 'unsuspicious') return;
  const found = reasons();
  const places = found.map(({ line, excerpt }) => ({ offset: 0, ...(line !== undefined && { line }), excerpt }));
  const view = found[0]?.view;
  yield {
    ...common,
    engine: 'model',
    weight: verdict === 'malicious' ? 'strong' : 'weak',
    rule: 'webshell-model',
    description: 'Tokens and bytes as webshells have them',
    score: Math.round(probability * 10_000) / 10_000,
    ...(view !== undefined && { view }),
    ...(places.length > 0 && { places }),
  };
}
