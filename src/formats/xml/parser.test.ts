import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { type XmlLimits, XmlParser } from './parser.ts';

/** What a document says, as a list: `<name a=b`, text with its pieces joined, `/name`. */
function read(document: string | Uint8Array, piece = Number.MAX_SAFE_INTEGER, limits: XmlLimits = {}): string[] {
  const told: string[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') told.push(text);
    text = '';
  };
  const parser = new XmlParser(
    {
      open(name, attributes) {
        flush();
        told.push(`<${name}${[...attributes].map(([key, value]) => ` ${key}=${value}`).join('')}`);
      },
      text: (more) => (text += more),
      close(name) {
        flush();
        told.push(`/${name}`);
      },
    },
    limits,
  );
  const bytes = Buffer.from(document);
  for (let at = 0; at < bytes.length; at += piece) parser.push(Buffer.from(bytes.subarray(at, at + piece)));
  parser.end();
  return told;
}

describe('XmlParser', () => {
  it.each([
    ['attributes in both quotes, blanks around', `<a b="1" c = '2"' >x</a >`, ['<a b=1 c=2"', 'x', '/a']],
    ['an empty element', '<a><b/></a>', ['<a', '<b', '/b', '/a']],
    ['names without prefixes, attributes as written', '<o:a xsi:t="1"><p:b/></o:a>', ['<a xsi:t=1', '<b', '/b', '/a']],
    ['the five entities', '<a b="&lt;&quot;">&amp;&gt;&apos;</a>', ['<a b=<"', "&>'", '/a']],
    ['characters by number', '<a>&#65;&#x1F600;&#xe9;</a>', ['<a', 'A😀é', '/a']],
    ['an entity once only', '<a>&amp;lt;</a>', ['<a', '&lt;', '/a']],
    ['CDATA', '<a>1<![CDATA[<b>&amp;]]]>2</a>', ['<a', '1<b>&amp;]2', '/a']],
    ['comments with tags in them', '<!-- <x> --><a>1<!-- - -- > </a> -->2</a><!---->', ['<a', '12', '/a']],
    [
      'a declaration, instructions, a document type',
      '<?xml version="1.0"?><!DOCTYPE a SYSTEM "x"><?p <?><a/>',
      ['<a', '/a'],
    ],
    ['a byte order mark', '\uFEFF<a/>', ['<a', '/a']],
    ['a greater-than sign in a value and in text', '<a b="1>0">2>1</a>', ['<a b=1>0', '2>1', '/a']],
    ['another encoding that is a part of UTF-8', '<?xml version="1.0" encoding="US-ASCII"?><a/>', ['<a', '/a']],
  ])('reads %s, in pieces of every size', (_, document, expected) => {
    for (const piece of [Number.MAX_SAFE_INTEGER, 1, 2, 3, 5, 7, 11]) expect(read(document, piece)).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['no element', '<!-- nothing here -->'],
    ['text alone', 'no xml'],
    ['text behind its element', '<a/>x'],
    ['two elements', '<a/><b/>'],
    ['another end than beginning', '<a><b></a></b>'],
    ['an end without a beginning', '</a>'],
    ['an entity that a document type would define', '<a>&xxe;</a>'],
    ['an entity without an end', '<a>a & b</a>'],
    ['the character 0', '<a>&#0;</a>'],
    ['half a surrogate pair', '<a>&#xD800;</a>'],
    ['a character that is none', '<a>&#x110000;</a>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an attribute without a value', '<a b/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['a tag in a tag', '<a <b/>'],
    ['a tag without a name', '<a>< b/></a>'],
    ['declarations', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['a declaration within', '<a><!ENTITY b "c"></a>'],
    ['UTF-16', Buffer.from('\uFEFF<a/>', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('<a/>', 'utf16le')],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
  ])('refuses %s', (_, document) => {
    expect(() => read(document)).toThrow(FormatError);
    expect(() => read(document, 1)).toThrow(FormatError);
  });

  it.each(['<a', '<a>', '<a b="', '<a>x', '<a><!-- ', '<a><![CDATA[x', '<?xml', '<a><b></b>'])(
    'says that %j ends in the middle',
    (document) => {
      expect(() => read(document)).toThrow(expect.objectContaining({ name: 'FormatError', reason: 'truncated' }));
    },
  );

  it('says where', () => {
    expect(() => read('<a><b>1</c></b></a>')).toThrow('at byte 7 in /a: "b" is open where "c" ends');
  });

  it('expands nothing: the document type of a billion laughs is refused', () => {
    const laughs = `<!DOCTYPE z [${'<!ENTITY a "haha">'.repeat(10)}]><z>&a;</z>`;

    expect(() => read(laughs)).toThrow('declarations of its own');
  });

  it.each([
    ['elements in each other', '<a>'.repeat(10), { depth: 9 }],
    ['a tag', `<a b="${'x'.repeat(100)}"/>`, { tagBytes: 50 }],
    ['a tag without an end', `<a b="${'x'.repeat(100)}`, { tagBytes: 50 }],
    ['an instruction', `<?x ${'x'.repeat(100)}`, { tagBytes: 50 }],
  ])('ends at the limit of %s', (_, document, limits) => {
    expect(() => read(document, 7, limits)).toThrow(LimitError);
  });

  it('bounds the attributes of a tag', () => {
    const many = Array.from({ length: 300 }, (_, index) => `a${index}="1"`).join(' ');

    expect(() => read(`<a ${many}/>`)).toThrow('more than 256 attributes');
  });

  it('holds no comment and no text, however long', () => {
    const parser = new XmlParser({ open() {}, text() {}, close() {} });
    const before = process.memoryUsage().arrayBuffers;
    parser.push(Buffer.from('<a><!--'));
    for (let index = 0; index < 200; index++) parser.push(Buffer.alloc(100_000, '-'));
    parser.push(Buffer.from('-->'));
    for (let index = 0; index < 200; index++) parser.push(Buffer.alloc(100_000, 'é'));
    parser.push(Buffer.from('</a>'));
    parser.end();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((one) => one.replaceAll('\0', ''));
  const name = fc.stringMatching(/^[a-z][a-z0-9.]{0,6}$/);
  const escaped = (value: string): string => value.replace(/[<>&"']/g, (character) => `&#${character.codePointAt(0)};`);
  const tree = fc.letrec<{ node: string; inner: string }>((tie) => ({
    node: fc
      .record({
        name,
        attributes: fc.uniqueArray(fc.tuple(name, text), { selector: ([key]) => key, maxLength: 3 }),
        inner: fc.array(tie('inner'), { maxLength: 4 }),
      })
      .map(
        (node) =>
          `<${node.name}${node.attributes.map(([key, value]) => ` ${key}="${escaped(value)}"`).join('')}>${node.inner.join('')}</${node.name}>`,
      ),
    inner: fc.oneof({ depthSize: 'small' }, text.map(escaped), tie('node')),
  }));

  it('tells the same of a document however it is cut', () => {
    fc.assert(
      fc.property(tree.node, fc.integer({ min: 1, max: 9 }), (document, piece) => {
        expect(read(document, piece)).toEqual(read(document));
      }),
    );
  });

  it('tells the same of what comes again, indented or not', () => {
    const spaces = fc.constantFrom(
      '',
      '\n',
      '\n    ',
      '\n\t',
      '\r\n  ',
      ` ${'\n'.padEnd(63)}`,
      '\n'.padEnd(64),
      '\n'.padEnd(70),
    );
    fc.assert(
      fc.property(tree.node, spaces, (document, space) => {
        const once = read(`<r>${space}${document}${space}</r>`).slice(1, -1);
        const twice = read(`<r>${`${space}${document}${space}<q>`.repeat(2)}</q></q></r>`).slice(1, -3);
        expect(twice).toEqual([...once, '<q', ...once, '<q']);
      }),
    );
  });

  it('takes no name for another one', () => {
    for (const piece of [Number.MAX_SAFE_INTEGER, 1]) {
      expect(read('<ab><ba/></ab>', piece)).toEqual(['<ab', '<ba', '/ba', '/ab']);
      expect(read('<r><ac></ac><ca></ca><a/><a></a></r>', piece).join()).toBe('<r,<ac,/ac,<ca,/ca,<a,/a,<a,/a,/r');
      // Bytes of which one is the number of a character that takes two.
      expect(() => read(Buffer.from('<\u00e9></\u00e9>', 'latin1'), piece)).not.toThrow();
      expect(() => read(Buffer.concat([Buffer.from('<é>'), Buffer.from('</é>', 'latin1')]), piece)).toThrow('is open');
    }
  });

  it('reads or refuses any damage, and never fails otherwise', () => {
    fc.assert(
      fc.property(
        tree.node,
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'<>&"/!?-[]= x\0')), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (document, damages, piece) => {
          let damaged = document;
          for (const [place, what] of damages) {
            const at = place % damaged.length;
            damaged = damaged.slice(0, at) + what + damaged.slice(at + (place % 3));
          }
          const outcomes = [piece, Number.MAX_SAFE_INTEGER].map((size) => {
            try {
              return read(damaged, size);
            } catch (error) {
              expect(error).toBeInstanceOf(FormatError);
              return 'refused';
            }
          });
          expect(outcomes[0]).toEqual(outcomes[1]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['tags', '<a>', '<b c="d"/>', '</a>'],
    ['attributes with many greater-than signs', '<a b="', '>', '"/>'],
    ['ampersands without an end', '<a>', '&amp;', '</a>'],
    ['dashes of a comment', '<a><!--', '--', ' --></a>'],
    ['brackets of CDATA', '<a><![CDATA[', ']]', ' ]]></a>'],
  ])('is linear in %s', (_, start, middle, end) => {
    const limits = { tagBytes: 64 * 1024 * 1024 };
    const time = (count: number): number => {
      const document = Buffer.from(start + middle.repeat(count) + end);
      const started = performance.now();
      read(document, 16_384, limits);
      return performance.now() - started;
    };
    time(1000);
    const small = time(20_000);
    const large = time(320_000);

    // Sixteen times as much; quadratic would be 256 times.
    expect(large).toBeLessThan(Math.max(small, 5) * 64);
  });
});
