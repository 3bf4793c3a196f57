import { expect, test } from 'vitest'
import { readHtml } from './read-html.ts'

function read(html: string | Buffer): string[] {
  return readHtml(Buffer.from(html)).paragraphs.map(({ text }) => text)
}

test('blocks are paragraphs, inline elements are none', () => {
  const html = `<h1>Caf&eacute; &amp; more</h1><p>One
    <b>bold</b><i>er</i>.<ul><li>a<ul><li>b</li></ul></li></ul><table><tr><th>H<td>x</table>loose`
  expect(read(html)).toEqual(['Café & more', 'One bolder.', 'a', 'b', 'H', 'x', 'loose'])
})

test('a line break is a space, and two leave a blank line, which ends a paragraph', () => {
  expect(read('<p>One<br>two<br> <br/>three')).toEqual(['One two', 'three'])
})

test('white space is collapsed, and hyphens that only show at line ends are gone', () => {
  expect(read('<p>\n a\t b&nbsp;c  in&shy;sured')).toEqual(['a b c insured'])
})

test.each([
  '<script>x</script>',
  '<style>x</style>',
  '<template>x</template>',
  '<noscript>x</noscript>',
  '<iframe>x</iframe>',
  '<!-- x -->',
  '<p hidden>x',
  '<div style="color: red; DISPLAY : none">x<p>x</div>',
  '<div style="visibility:hidden">x</div>',
  '<dialog>x</dialog>',
  '<img alt="x"><input value="x">',
  '<svg><title>x</title></svg>',
])('not rendered, so not read: %s', (html) => {
  expect(read(`<title>x</title><p>before</p>${html}`)).toEqual(['before'])
})

test('a page is read, whatever it sets itself in white, in one point or by invisible characters', () => {
  const html = '<p style="color:white;font-size:1pt">Ign\u200bore\ufeff\u{e0041}\u202e it</p>'
  expect(read(html)).toEqual(['Ign\u200bore\ufeff\u{e0041}\u202e it'])
})

test('preformatted text is text, and preformatted code is kept as it is and not reviewed', () => {
  const html = '<pre>line 1\nline 2\n\nnext</pre><pre><code>\nif x\n\n  y()\n</code></pre>'
  const paragraphs = readHtml(Buffer.from(html)).paragraphs
  expect(paragraphs.map(({ role, text }) => [role, text])).toEqual([
    ['body', 'line 1 line 2'],
    ['body', 'next'],
    ['code', 'if x\n\n  y()'],
  ])
})

test.each([
  ['windows-1251', [0xcf, 0xeb, 0xe0, 0xed], 'План'],
  ['shift_jis', [0x93, 0xfa, 0x96, 0x7b], '日本'],
  ['nonsense', [0x43, 0x61, 0x66, 0xe9], 'Café'],
])('a page that is no UTF-8 is read in the encoding that it declares: %s', (label, bytes, text) => {
  const head = Buffer.from(`<meta charset="${label}"><p>`)
  expect(read(Buffer.concat([head, Buffer.from(bytes)]))).toEqual([text])
})

test('UTF-8 is UTF-8, whatever the page declares', () => {
  expect(read('<meta http-equiv="x" content="text/html; charset=iso-8859-1"><p>Café')).toEqual([
    'Café',
  ])
})

test('a page of nothing says that it has no text', () => {
  const { pages, paragraphs } = readHtml(Buffer.from('<html><body><img src=a>'))
  expect({ pages, paragraphs }).toEqual({
    pages: [{ number: 1, width: null, height: null, hasText: false }],
    paragraphs: [],
  })
})

test('elements nested deeper than calls can be are read', () => {
  expect(read(`${'<b><i>'.repeat(2000)}deep`)).toEqual(['deep'])
})
