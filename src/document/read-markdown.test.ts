import { expect, test } from 'vitest'
import { readMarkdown } from './read-markdown.ts'

function read(markdown: string): string[] {
  return readMarkdown(Buffer.from(markdown)).paragraphs.map(({ text }) => text)
}

test('the text is what a reader sees of emphasis, links, code, pictures and entities', () => {
  const markdown = `# The *plan*

It **covers** \`teeth\`, [eyes](x.html "t"), [ears][e], ![alt](p.png)<kbd>&amp;</kbd>~~hair~~
on two lines.\\
Third<br>fourth. https://example.com \\*starred\\*

[e]: y.html`
  expect(read(markdown)).toEqual([
    'The plan',
    'It covers teeth, eyes, ears, &hair on two lines. Third fourth. https://example.com *starred*',
  ])
})

test('list items, tasks, quotes and table cells are paragraphs', () => {
  const markdown = `1. one

   more of one
   - inner
2. [x] done

> quoted
> text

| a | b |
| - | - |
| 1 | \`x\\|y\` |`
  expect(read(markdown)).toEqual([
    'one',
    'more of one',
    'inner',
    'done',
    'quoted text',
    'a',
    'b',
    '1',
    'x|y',
  ])
})

test('code blocks are kept as they are and not reviewed', () => {
  const { paragraphs } = readMarkdown(
    Buffer.from('Run:\n\n```sh\nnpm ci\n  x\n```\n\n    indented\n'),
  )
  expect(paragraphs.map(({ role, text }) => [role, text])).toEqual([
    ['body', 'Run:'],
    ['code', 'npm ci\n  x'],
    ['code', 'indented'],
  ])
})

test('a footnote is a paragraph, without its mark in the text', () => {
  expect(read('Covered[^1].\n\n[^1]: Within limits.\n\nNext.')).toEqual([
    'Covered.',
    'Within limits.',
    'Next.',
  ])
})

test('HTML inside is read as HTML', () => {
  expect(read('<p align="center">A <b>logo</b></p>\n\n<!-- no -->\n\nText.')).toEqual([
    'A logo',
    'Text.',
  ])
})

test.each([
  ['YAML', '---\ntitle: A\n\nlist:\n  - b\n---\nText.'],
  ['YAML, with a byte-order mark and Windows line ends', '\ufeff---\r\ntitle: A\r\n---\r\nText.'],
  ['TOML', '+++\ntitle = "A"\n+++\n\nText.'],
])('front matter is skipped: %s', (_, markdown) => {
  expect(read(markdown)).toEqual(['Text.'])
})

test('a line across the top of a document starts no front matter', () => {
  expect(read('---\n\nText.\n\n---\n\nMore.')).toEqual(['Text.', 'More.'])
})
