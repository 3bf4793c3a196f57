import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { beyondEdge, inviteOnPage } from './helpers/on-page.ts'
import { openWorkplace } from './helpers/open-workplace.ts'

const longName = 'x'.repeat(100)
const line = JSON.stringify({ id: 'offer', split: 'test', paragraphs: ['Hello.'], issues: [] })

test('everybody begins on a page of their roles, and is told which pages are not', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn({ reducedMotion: 'reduce' })
  const keep = ['custodian', 'admin']
  const ben = await inviteOnPage(workplace, ada, { roles: ['operator'], keep })
  await ben.getByRole('heading', { name: 'Flow flow' }).waitFor()
  await ben.goto(`${workplace.origin}/documents`)
  await ben.getByText('This page is for other roles').waitFor()
  expect(await ben.getByRole('alert').count()).toBe(0)
  expect(await violationsInBoth(ben)).toEqual([])
  await ben.getByRole('link', { name: 'Go to the first page' }).click()
  await ben.getByRole('heading', { name: 'Flow flow' }).waitFor()

  // Nobody is “You” to somebody else.
  await ada.goto(`${workplace.origin}/settings`)
  const people = ada.getByRole('table', { name: 'List of people' })
  await people.getByRole('row', { name: 'First person' }).waitFor()
  expect(await people.getByText('Gave themselves').count()).toBe(0)
  const me = await ada.request.get(`${workplace.origin}/api/me`)
  const { id } = ((await me.json()) as { person: { id: string } }).person
  const roles = [...keep, 'approver']
  await ada.request.put(`${workplace.origin}/api/people/${id}/roles`, {
    headers: { origin: workplace.origin },
    data: { roles },
  })
  await ada.reload()
  await people.getByText('Gave themselves approver').waitFor()
  expect(await violationsInBoth(ada)).toEqual([])

  await ada.evaluate(
    async ([name, text]) => {
      const form = new FormData()
      form.set('file', new File([text ?? ''], 'offer.jsonl'))
      form.set('splits', 'given')
      await fetch(`/api/datasets/${name}/versions`, { method: 'POST', body: form })
    },
    [longName, line],
  )
  for (const [address, heading] of [
    [`datasets/${longName}`, longName],
    ['settings', 'Settings'],
  ] as const) {
    await ada.goto(`${workplace.origin}/${address}`)
    await ada.getByRole('heading', { name: heading }).waitFor()
    await ada.locator('[class*=Skeleton]').first().waitFor({ state: 'detached' })
    for (const width of [390, 1024]) {
      await ada.setViewportSize({ width, height: 844 })
      expect([address, width, await beyondEdge(ada)]).toEqual([address, width, 0])
    }
  }
})

test('an approver who also writes prompts is told why there are no verdicts', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn({ reducedMotion: 'reduce' })
  const roles = ['engineer', 'approver']
  const ben = await inviteOnPage(workplace, ada, { roles, keep: ['custodian', 'admin'] })
  const refused: number[] = []
  ben.on('response', (answer) => answer.status() === 403 && refused.push(answer.status()))
  await ben.goto(`${workplace.origin}/gates`)
  await ben.getByText('it takes an approver who is no engineer').waitFor()
  await ben.getByText('Nothing yet. Answers are kept here.').waitFor()
  expect(refused).toEqual([])
  expect(await violationsInBoth(ben)).toEqual([])
})
