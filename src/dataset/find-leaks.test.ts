import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Split } from '../schema/access.ts'
import { findLeaks, type LeakExample } from './find-leaks.ts'

const hidden = (
  text: string,
  { id = 'booklet', split = 'test' as Split, issues = [] as string[] } = {},
): LeakExample => ({ id, split, text, issues })
const guidelines = (text: string) => ({ name: 'agents/promises/guidelines.md', text })
const kindsOf = (text: string, source: string, issues: string[] = []) =>
  findLeaks([hidden(text, { issues })], [guidelines(source)]).leaks.map(
    ({ kind, share }) => `${kind} ${share.toFixed(2)}`,
  )

const sentence = 'The plan pays for every visit that a specialist has asked for in writing.'

describe('what leaks of an example', () => {
  it('is a sentence, by file and line, whatever its case, punctuation and line breaks', () => {
    const source = `# What to report\n\n- Such as:\n  “THE PLAN pays for every visit,\n  that a specialist has asked for — in writing”`
    const found = findLeaks([hidden(`It begins. ${sentence} It ends.`)], [guidelines(source)])
    expect(found).toEqual({
      leaks: [
        {
          example: { id: 'booklet', split: 'test' },
          kind: 'sentence',
          text: sentence,
          source: { name: 'agents/promises/guidelines.md', line: 4 },
          share: 1,
        },
      ],
      common: 0,
    })
  })

  it('is a sentence of which words were changed, left out or put in, but no other one', () => {
    const changed = [
      'The policy pays for every visit that a doctor has asked for in writing.',
      'Report: the plan pays for each and every visit that a specialist has asked for in writing',
      'The plan pays for a visit that a specialist has asked for.',
    ]
    expect(changed.flatMap((source) => kindsOf(sentence, source))).toEqual([
      'sentence 0.86',
      'sentence 1.00',
      'sentence 0.79',
    ])
    expect(kindsOf(sentence, 'The plan pays for the visits of people who live abroad.')).toEqual([])
    expect(
      kindsOf(sentence, 'In writing, a specialist asked for the plan and every visit.'),
    ).toEqual([])
  })

  it('is the text of an issue and its sentence, named once', () => {
    const issues = ['pays for every visit', sentence]
    expect(kindsOf(sentence, `Report “pays for every visit”.`, issues)).toEqual(['issue 1.00'])
    expect(kindsOf(sentence, `Report: ${sentence}`, issues)).toEqual(['issue 1.00', 'issue 1.00'])
  })

  it('is no quote of three words, of which rules are made', () => {
    expect(
      kindsOf('It will always pay. We guarantee it.', '- match: [will always pay]', [
        'will always pay',
      ]),
    ).toEqual([])
  })

  it('is a long passage that is no sentence', () => {
    const source = 'every visit that a specialist has asked for and more'
    expect(kindsOf(`${sentence} Fine.`, source)).toEqual(['passage 1.00'])
    expect(kindsOf('one two three four five six seven', 'two three four five six seven')).toEqual(
      [],
    )
  })

  it('is found in a rule file that writes letters by their codes', () => {
    const source = String.raw`match: ["Caf\u00e9 visits are paid\nwithout any exception by us"]`
    expect(kindsOf('Café visits are paid without any exception by us.', source)).toEqual([
      'sentence 1.00',
    ])
  })

  it('does not run from one file into the next', () => {
    const [first, second] = [sentence.slice(0, 32), sentence.slice(32)]
    expect(findLeaks([hidden(sentence)], [guidelines(first), guidelines(second)]).leaks).toEqual([])
  })

  it('is nothing that a document has which everybody may read', () => {
    const form = 'This booklet is not a contract and promises nothing at all.'
    const examples = [hidden(`${form} ${sentence}`)]
    const sources = [guidelines(`${form}\n${sentence}`)]
    const found = findLeaks(examples, sources, {
      common: ['Other text.', `A. ${form.toUpperCase()}`],
    })
    expect(found.leaks.map(({ text }) => text)).toEqual([sentence])
    expect(found.common).toBe(1)
    // Its words over many documents are not the sentence.
    const words = sentence.split(' ')
    const pieces = words.slice(3).map((_, i) => words.slice(i, i + 4).join(' '))
    expect(findLeaks(examples, sources, { common: pieces }).leaks).toHaveLength(2)
  })
})

const word = fc.constantFrom(
  ...'plan pays visit doctor letter house money always never report'.split(' '),
)
const text = fc.array(word, { minLength: 12, maxLength: 40 }).map((words) => words.join(' '))

describe('leaks of any texts', () => {
  it('are found wherever the sentence stands in a source', () => {
    fc.assert(
      fc.property(text, text, text, (before, own, after) => {
        const [leak] = findLeaks([hidden(own)], [guidelines(`${before}\n${own}\n${after}`)]).leaks
        expect(leak).toMatchObject({ kind: 'sentence', share: 1 })
      }),
    )
  })

  it('are none where no three words in a row are the same', () => {
    fc.assert(
      fc.property(text, text, (own, other) => {
        const renamed = other.replaceAll(/\w+/g, 'x$&')
        expect(findLeaks([hidden(own, { issues: [own] })], [guidelines(renamed)]).leaks).toEqual([])
      }),
    )
  })
})
