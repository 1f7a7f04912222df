import { FormatError } from '../../errors.ts';
import { type RubyToken, rubyTokens } from './lexer.ts';

/** What a gem says of itself. */
export interface Gemspec {
  readonly name: string;
  /** Absent where only running the file could tell it: `s.version = Foo::VERSION`. */
  readonly version?: string;
  readonly licences: readonly string[];
  /** Names of the gems it needs to run, sorted, each once. */
  readonly requires: readonly string[];
  /** False where the text ends in the middle of the specification, or could not be read from some place on. */
  readonly complete: boolean;
}

/** The comment that RubyGems writes above a specification, to list gems without running it. */
const STUB = /^# stub: ([^\s]+) ([0-9][0-9A-Za-z.-]*) /m;
const STUB_WITHIN = 2048;

/**
 * Reads a gem specification as RubyGems writes it (`Gem::Specification#to_ruby`), and as people write it as far as it is
 * made of literals, and of constants that the file itself defines. Nothing is run.
 * Source: guides.rubygems.org/specification-reference, lib/rubygems/specification.rb and stub_specification.rb of RubyGems.
 * @throws FormatError where there is no specification, or none with a name
 */
export function parseGemspec(text: string): Gemspec {
  const { tokens, fault } = rubyTokens(text);
  const found = new SpecificationReader(tokens).read();
  if (found === undefined) throw fault ?? new FormatError('it has no Gem::Specification.new with a block');
  const { name } = found;
  if (name === undefined)
    throw fault ?? new FormatError('it gives the gem no name that can be read without running it');
  const stub = STUB.exec(text.slice(0, STUB_WITHIN));
  const version = found.version ?? (stub?.[1] === name ? stub[2] : undefined);
  return {
    name,
    ...(version !== undefined && { version: version.trim() }),
    licences: found.licences,
    requires: [...found.runtime].filter((one) => !found.development.has(one)).sort(),
    complete: fault === undefined && isClosed(tokens, found.closer),
  };
}

/** Whether the last that is said is the end of a block. */
function isClosed(tokens: readonly RubyToken[], closer: string): boolean {
  const last = tokens.findLast((token) => token.kind !== 'sign' || (token.sign !== '\n' && token.sign !== ';'));
  return (last?.kind === 'name' && last.name === closer) || (last?.kind === 'sign' && last.sign === closer);
}

interface Found {
  /** What ends the block. */
  closer: string;
  name: string | undefined;
  version: string | undefined;
  licences: readonly string[];
  readonly runtime: Set<string>;
  /** Old forms repeat these as `add_dependency`, for versions of RubyGems that did not know the difference. */
  readonly development: Set<string>;
}

class SpecificationReader {
  readonly #tokens: readonly RubyToken[];
  /** Constants and variables that are given a literal. */
  readonly #values = new Map<string, string>();
  readonly #found: Found = {
    closer: 'end',
    name: undefined,
    version: undefined,
    licences: [],
    runtime: new Set(),
    development: new Set(),
  };
  /** Name of the block's argument. */
  #receiver: string | undefined;

  constructor(tokens: readonly RubyToken[]) {
    this.#tokens = tokens;
  }

  read(): Found | undefined {
    for (let at = 0; at < this.#tokens.length; at++) {
      const token = this.#tokens[at];
      if (token?.kind !== 'name') continue;
      if (this.#receiver === undefined && token.name === 'Gem::Specification') this.#specification(at);
      else if (!this.#beginsStatement(at)) continue;
      else if (token.name === this.#receiver && this.#isSign(at + 1, '.')) this.#attribute(at + 2);
      else if (this.#isSign(at + 1, '=')) this.#assign(token.name, at + 2);
    }
    return this.#receiver === undefined ? undefined : this.#found;
  }

  /** `Gem::Specification.new [name [, version]] do |s|`, or with braces. */
  #specification(at: number): void {
    if (!this.#isSign(at + 1, '.') || !this.#isName(at + 2, 'new')) return;
    for (let next = at + 3; next < at + 20; next++) {
      const token = this.#tokens[next];
      if (token === undefined || this.#isSign(next, '\n')) return;
      if (token.kind === 'text' && next <= at + 4) this.#found.name = this.#resolve(token);
      else if (token.kind === 'text' && this.#isSign(next - 1, ',')) this.#found.version = this.#resolve(token);
      const receiver = this.#tokens[next + 2];
      if (
        (this.#isName(next, 'do') || this.#isSign(next, '{')) &&
        this.#isSign(next + 1, '|') &&
        receiver?.kind === 'name'
      ) {
        this.#receiver = receiver.name;
        this.#found.closer = this.#isSign(next, '{') ? '}' : 'end';
        return;
      }
    }
  }

  #attribute(at: number): void {
    const token = this.#tokens[at];
    if (token?.kind !== 'name') return;
    const found = this.#found;
    if (this.#isSign(at + 1, '=')) {
      if (token.name === 'name') found.name = this.#value(at + 2);
      else if (token.name === 'version') found.version = this.#value(at + 2);
      else if (token.name === 'license' || token.name === 'licenses') found.licences = this.#list(at + 2);
      return;
    }
    const set = dependencyKinds[token.name];
    if (set === undefined) return;
    const name = this.#argument(this.#isSign(at + 1, '(') ? at + 2 : at + 1);
    if (name !== undefined && found[set].size < 5000) found[set].add(name);
  }

  #assign(name: string, at: number): void {
    const value = this.#value(at);
    if (value !== undefined) this.#values.set(lastPart(name), value);
  }

  /** The value of an expression that is a literal, a name of one, or `Gem::Version.new` of one. */
  #value(at: number): string | undefined {
    const token = this.#tokens[at];
    if (token?.kind === 'name' && token.name === 'Gem::Version') {
      const called = this.#isSign(at + 1, '.') && (this.#isName(at + 2, 'new') || this.#isName(at + 2, 'create'));
      return called ? this.#argument(this.#isSign(at + 3, '(') ? at + 4 : at + 3) : undefined;
    }
    if (token === undefined || !this.#ends(at + 1)) return undefined;
    return this.#scalar(token);
  }

  #argument(at: number): string | undefined {
    const token = this.#tokens[at];
    return token === undefined ? undefined : this.#scalar(token);
  }

  #scalar(token: RubyToken): string | undefined {
    if (token.kind === 'text') return this.#resolve(token);
    if (token.kind === 'number') return token.text;
    return token.kind === 'name' ? this.#values.get(lastPart(token.name)) : undefined;
  }

  /** A text with what is inserted, where that is known. */
  #resolve(token: { readonly parts: readonly string[]; readonly code: readonly string[] }): string | undefined {
    let text = token.parts[0] ?? '';
    for (const [index, code] of token.code.entries()) {
      const own = code === `${this.#receiver}.name` ? this.#found.name : undefined;
      const value = own ?? this.#values.get(lastPart(code));
      if (value === undefined) return undefined;
      text += value + (token.parts[index + 1] ?? '');
    }
    return text === '' ? undefined : text;
  }

  /** Texts of a list, or the one that stands in its place. */
  #list(at: number): readonly string[] {
    const first = this.#tokens[at];
    if (first?.kind === 'words') return first.words;
    if (!this.#isSign(at, '[')) return [this.#value(at)].filter((one) => one !== undefined);
    const texts: string[] = [];
    for (let next = at + 1; next < at + 1000 && !this.#isSign(next, ']'); next++) {
      const token = this.#tokens[next];
      const value = token?.kind === 'text' ? this.#resolve(token) : undefined;
      if (value !== undefined) texts.push(value);
    }
    return texts;
  }

  /** Whether an expression is over: at the end of its line, or with a condition behind it. `.freeze` changes nothing. */
  #ends(at: number): boolean {
    let next = at;
    while (this.#isSign(next, '.') && ['freeze', 'dup', 'to_s', 'strip'].some((name) => this.#isName(next + 1, name))) {
      next += 2;
    }
    const token = this.#tokens[next];
    if (token === undefined) return true;
    if (token.kind === 'sign') return ['\n', ';', '}', ')'].includes(token.sign);
    return token.kind === 'name' && ['if', 'unless', 'end'].includes(token.name);
  }

  #beginsStatement(at: number): boolean {
    const before = this.#tokens[at - 1];
    if (before === undefined) return true;
    if (before.kind === 'sign') return ['\n', ';', '|', '{'].includes(before.sign);
    return before.kind === 'name' && ['then', 'else', 'begin', 'do'].includes(before.name);
  }

  #isSign(at: number, sign: string): boolean {
    const token = this.#tokens[at];
    return token?.kind === 'sign' && token.sign === sign;
  }

  #isName(at: number, name: string): boolean {
    const token = this.#tokens[at];
    return token?.kind === 'name' && token.name === name;
  }
}

const dependencyKinds: Readonly<Record<string, 'runtime' | 'development'>> = {
  add_dependency: 'runtime',
  add_runtime_dependency: 'runtime',
  add_development_dependency: 'development',
};

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}
