import { expect, test } from 'vitest'
import type { ForgeNews } from './forge-news.ts'
import { linkNews } from './link-news.ts'

const page = 'https://proofloop.example.org/changes/1'
const told = { about: 'it', contentHash: 'hash' }

test('checks and the comment on a forge lead to the page of the change', () => {
  const check = {
    name: 'gate' as const,
    commit: 'head',
    state: 'failed' as const,
    title: 'Gate',
    summary: 'It was not passed.',
  }
  const news: ForgeNews = { ...told, kind: 'check', check }
  expect(linkNews(news, page)).toEqual({ ...news, check: { ...check, url: page } })
  expect(linkNews({ ...told, kind: 'comment', text: 'Of head.' }, page)).toEqual({
    ...told,
    kind: 'comment',
    text: `Of head.\n\n[Mistakes, logs and decisions](${page})`,
  })
})
