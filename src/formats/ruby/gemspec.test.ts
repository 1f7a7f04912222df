import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseGemspec } from './gemspec.ts';

/** A specification with the given lines in its block. */
const spec = (...lines: string[]): string => `Gem::Specification.new do |s|\n${lines.join('\n')}\nend\n`;

/** As RubyGems writes it. */
const written = `# -*- encoding: utf-8 -*-
# stub: anchor 1.2.0 ruby lib

Gem::Specification.new do |s|
  s.name = "anchor".freeze
  s.version = "1.2.0"

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.metadata = { "homepage_uri" => "https://example.org/\\"s.version = '9'\\"" } if s.respond_to? :metadata=
  s.authors = ["Andr\\u00E9".freeze]
  s.description = "one; s.version = \\"9\\" #\\{s.name}\\n  s.version = \\"9\\"\\n".freeze
  s.licenses = ["MIT".freeze, "Ruby".freeze]
  s.installed_by_version = "3.3.7" if s.respond_to? :installed_by_version

  if s.respond_to? :add_runtime_dependency then
    s.add_runtime_dependency(%q<rope>.freeze, ["~> 1.0"])
    s.add_development_dependency(%q<rake>.freeze, [">= 0"])
  else
    s.add_dependency(%q<rope>.freeze, ["~> 1.0"])
    s.add_dependency(%q<rake>.freeze, [">= 0"])
  end
end
`;

describe('parseGemspec', () => {
  it('reads what RubyGems writes', () => {
    expect(parseGemspec(written)).toEqual({
      name: 'anchor',
      version: '1.2.0',
      licences: ['MIT', 'Ruby'],
      requires: ['rope'],
      complete: true,
    });
  });

  it.each([
    ['in single quotes', spec("s.name = 'a'", "s.version = '1.0'")],
    ['in braces', `Gem::Specification.new { |s| s.name = "a"; s.version = "1.0" }`],
    ['as arguments', `Gem::Specification.new("a", "1.0") do |s|\nend`],
    ['as arguments without brackets', `Gem::Specification.new 'a', '1.0' do |s|\nend`],
    ['with a name of the whole module', `::Gem::Specification.new do |s|\ns.name = "a"\ns.version = "1.0"\nend`],
    ['as a version', spec('s.name = "a"', 's.version = Gem::Version.new("1.0")')],
    ['as a constant', `V = '1.0'\n${spec('s.name = "a"', 's.version = V.freeze')}`],
    [
      'as a constant of a module',
      `module A\n  VERSION = "1.0"\nend\n${spec('s.name = "a"', 's.version = A::VERSION')}`,
    ],
    ['as a variable', `version = '1.0'\n${spec('s.name = "a"', 's.version = version')}`],
    ['as a constant in a text', `V = '1'\n${spec('s.name = "a"', 's.version = "#{V}.0"')}`],
    ['as a number', spec('s.name = "a"', 's.version = 1.0')],
    ['with a condition', spec('s.name = "a" if true', 's.version = "1.0" unless false')],
    ['behind another value', spec('s.name = "a"', 's.version = "0.9"', 's.version = "1.0"')],
    ['in lines that end with CR LF', spec('s.name = "a"', 's.version = "1.0"').replaceAll('\n', '\r\n')],
    ['from the stub where Ruby makes it', `# stub: a 1.0 ruby lib\n${spec('s.name = "a"', 's.version = f()')}`],
    [
      'behind texts of all kinds',
      spec(
        `s.a = %w[it's "s.version = 9"]`,
        `s.b = %q(it's (s.version = "9"))`,
        `s.c = <<~END.strip`,
        `  it's "s.version = '9'"`,
        'END',
        `s.d = x.grep(/["'\\/]/).map { |f| f =~ %r{^(a|"b)/} }`,
        `s.e = "#{[1, "}'"].join("#{'"'}")}"`,
        `s.f = ?" + ?' # it's "s.version = 9`,
        's.name = "a"',
        's.version = "1.0"',
        's.g = 4 / 2 ; s.h = f / 2 # / "',
        "s.i = $'",
      ),
    ],
    [
      'behind a comment',
      `=begin\n${spec('s.name = "b"', `s.version = '9`)}=end\n${spec('s.name = "a"', 's.version = "1.0"')}`,
    ],
    ['before the end of the program', `${spec('s.name = "a"', 's.version = "1.0"')}__END__\ns.version = "9`],
  ])('reads name and version %s', (_, text) => {
    expect(parseGemspec(text)).toMatchObject({ name: 'a', version: '1.0' });
  });

  it.each([
    ['a method', 's.version = version()'],
    ['a constant that another file defines', 's.version = A::VERSION'],
    ['a sum', 's.version = "1" + ".0"'],
    ['a choice', 's.version = ENV["V"] ? "1" : "2"'],
    ['what is inserted', 's.version = "#{`git describe`}"'],
    ['an empty text', 's.version = ""'],
  ])('does not guess a version from %s', (_, line) => {
    expect(parseGemspec(spec('s.name = "a"', line)).version).toBeUndefined();
  });

  it('reads one licence and a list of words', () => {
    expect(parseGemspec(spec('s.name = "a"', 's.license = "MIT"')).licences).toEqual(['MIT']);
    expect(parseGemspec(spec('s.name = "a"', 's.licenses = %w(MIT Ruby)')).licences).toEqual(['MIT', 'Ruby']);
  });

  it('takes `__proto__` for a name as any other', () => {
    const text = `__proto__ = '1'\n${spec('s.name = "__proto__"', 's.add_dependency "constructor"', 's.version = __proto__')}`;

    expect(parseGemspec(text)).toMatchObject({ name: '__proto__', version: '1', requires: ['constructor'] });
  });

  it.each([
    ['nothing', ''],
    ['one byte', 'G'],
    ['no specification', 'Gem::Specif\n s.name = "a"\nend\n'],
    ['no block', 'Gem::Specification.new\ns.name = "a"\n'],
    ['no name', spec('s.version = "1.0"')],
    ['a name that Ruby makes', spec('s.name = File.basename(__FILE__)')],
    ['a text without an end', 'Gem::Specification.new do |s|\n  s.name = "a'],
    ['zeros', '\0'.repeat(1000)],
  ])('refuses %s', (_, text) => {
    expect(() => parseGemspec(text)).toThrow(FormatError);
  });

  it('takes every beginning for incomplete or for none, and nothing of it for something else', () => {
    for (let length = 0; length < written.trimEnd().length; length++) {
      let read: ReturnType<typeof parseGemspec>;
      try {
        read = parseGemspec(written.slice(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        continue;
      }
      expect(read.name).toBe('anchor');
      expect(read.version).toBe('1.2.0');
      // The end of an inner block cannot be told from that of the whole.
      if (!written.slice(0, length).trimEnd().endsWith('end')) expect(read.complete).toBe(false);
    }
  });

  it('answers to any text, or refuses it', () => {
    const piece = fc.constantFrom(
      '"',
      "'",
      '#{',
      '}',
      '\\',
      '%q<',
      '%w[',
      '<<~A',
      '\n',
      'A',
      '/',
      '?',
      '=begin',
      's.name =',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 }))), (pieces) => {
        try {
          parseGemspec(spec('s.name = "a"', pieces.join('')));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['texts in texts', '"#{', ''],
    ['brackets', '%q(', ''],
    ['beginnings of heredocs', '<<~A ', ''],
    ['blocks', 'do |s|\n', ''],
    ['names', 'a::', ''],
    ['backslashes', '\\', ''],
    ['slashes', '/ a /', ''],
    ['braces in a text', '"#{{', '}}"'],
  ])('is linear in %s', (_, open, close) => {
    const started = performance.now();
    try {
      parseGemspec(spec('s.name = "a"', open.repeat(100_000) + close.repeat(100_000)));
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
