import { expect, test } from 'vitest'
import { writePdf } from '../../test/helpers/write-pdf.ts'
import { parseDocument } from './parse-document.ts'

type Pages = Parameters<typeof writePdf>[0]

async function read(pages: Pages) {
  return parseDocument(writePdf(pages), { name: 'test.pdf' })
}

async function textsOf(pages: Pages): Promise<string[]> {
  const { paragraphs } = await read(pages)
  return paragraphs.map(({ text }) => text)
}

/** Lines of running text, one below the other. */
function column(x: number, top: number, lines: string[]) {
  return lines.map((text, i) => ({ x, y: top - 12 * i, text }))
}

test('two columns are read one after the other, below the title that spans them', async () => {
  const left = [
    'The first column of this page starts here',
    'and goes on with a second line which',
    'ends with a third line in the first half.',
  ]
  const right = [
    'Another column stands to the right of it',
    'and must not be mixed into the left one,',
    'although its lines have the same height.',
  ]
  const title = {
    x: 72,
    y: 730,
    text: 'A title that runs over both of the columns of this page and is wide',
    size: 14,
  }
  const texts = await textsOf([
    {
      texts: [
        title,
        ...left.flatMap((_, i) => [
          ...column(72, 700, left).slice(i, i + 1),
          ...column(320, 700, right).slice(i, i + 1),
        ]),
      ],
    },
  ])
  expect(texts).toEqual([title.text, left.join(' '), right.join(' ')])
})

test('a word that is broken at a line end is joined; its halves keep their own boxes', async () => {
  const { paragraphs } = await read([
    {
      texts: column(72, 700, [
        'This paragraph holds some infor-',
        'mation about in-network care and in-',
        'network providers of all sorts too.',
      ]),
    },
  ])
  const [paragraph] = paragraphs
  expect(paragraph?.text).toBe(
    'This paragraph holds some information about in-network care and in-network providers of all sorts too.',
  )
  const halves = paragraph?.words.filter(({ text }) => text === 'infor' || text === 'mation') ?? []
  expect(halves.map(({ start, end }) => paragraph?.text.slice(start, end))).toEqual([
    'infor',
    'mation',
  ])
  expect(halves[0]?.end).toBe(halves[1]?.start)
})

test('a paragraph that runs over a page end is one paragraph with words on both pages', async () => {
  const { paragraphs } = await read([
    {
      texts: column(72, 120, [
        'The plan pays for visits to the doctor of your choice and',
        'for medicines that he prescribes for you while you stay',
      ]),
    },
    { texts: column(72, 720, ['in the country where you live.', '']) },
  ])
  expect(paragraphs).toHaveLength(1)
  expect(paragraphs[0]?.words.at(-1)).toMatchObject({ text: 'live.', page: 2 })
})

test('what repeats in the margins is marked, and does not cut a paragraph in two', async () => {
  const page = (n: number, lines: string[]) => ({
    texts: [
      { x: 72, y: 770, text: 'Benefit booklet 2026' },
      ...column(72, 400, lines),
      { x: 300, y: 30, text: `Page ${n} of 3` },
      { x: 72, y: 45, text: 'Confidential' },
    ],
  })
  const { paragraphs } = await read([
    page(1, [
      'The first page ends in the middle of a sentence that',
      'goes on and on, without an end in sight and then with',
    ]),
    page(2, ['more words on the second page.']),
    page(3, ['A third page.']),
  ])
  const body = paragraphs.filter(({ role }) => role === 'body').map(({ text }) => text)
  expect(body).toEqual([
    'The first page ends in the middle of a sentence that goes on and on, without an end in sight and then with more words on the second page.',
    'A third page.',
  ])
  const roles = paragraphs.map(({ role }) => role)
  expect(roles.filter((role) => role === 'header')).toHaveLength(3)
  expect(roles.filter((role) => role === 'footer')).toHaveLength(3)
  expect(roles.filter((role) => role === 'page-number')).toHaveLength(3)
})

test('list items and table rows are paragraphs of their own', async () => {
  const texts = await textsOf([
    {
      texts: [
        ...column(72, 700, [
          'You have to bring:',
          '- your card and a paper with your name on it that is',
          '  signed',
          '- a pen',
        ]),
        { x: 72, y: 600, text: 'Deductible' },
        { x: 300, y: 600, text: '$500' },
        { x: 72, y: 580, text: 'Coinsurance' },
        { x: 300, y: 580, text: '20%' },
      ],
    },
  ])
  expect(texts).toEqual([
    'You have to bring:',
    '- your card and a paper with your name on it that is signed',
    '- a pen',
    'Deductible',
    '$500',
    'Coinsurance',
    '20%',
  ])
})

test('quads are top left, top right, bottom left, bottom right, from the page corner', async () => {
  const { paragraphs } = await read([{ texts: [{ x: 72, y: 700, text: 'Word', size: 10 }] }])
  const quad = paragraphs[0]?.words[0]?.quad ?? []
  const [tlx = 0, tly = 0, trx = 0, try_ = 0, blx = 0, bly = 0, brx = 0, bry = 0] = quad
  expect([tlx, blx]).toEqual([72, 72])
  expect(trx).toBeGreaterThan(90)
  expect(brx).toBe(trx)
  expect(try_).toBe(tly)
  expect(bry).toBe(bly)
  expect(bly).toBeLessThan(700)
  expect(tly).toBeGreaterThan(705)
})

test('a crop box moves the origin, and text that is turned keeps its own top left', async () => {
  const { paragraphs, pages } = await read([
    {
      cropBox: [50, 100, 550, 700],
      texts: [{ x: 150, y: 300, text: 'Upwards', turn: 90 }],
    },
  ])
  expect(pages[0]).toMatchObject({ width: 500, height: 600 })
  const [tlx = 0, tly = 0, trx = 0, try_ = 0, blx = 0] = paragraphs[0]?.words[0]?.quad ?? []
  expect(tly).toBe(200)
  expect(try_).toBeGreaterThan(tly)
  expect(trx).toBe(tlx)
  expect(tlx).toBeLessThan(blx)
})
