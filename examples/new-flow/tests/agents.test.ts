import assert from 'node:assert/strict'
import test from 'node:test'
import { openFlow } from 'proofloop'

const flow = await openFlow(new URL('..', import.meta.url))
test.after(() => flow[Symbol.asyncDispose]())

test('a request without a day is found, with a fix', async () => {
  const { issues } = await flow.reviewText('Please pay as soon as possible. Thank you.')
  const [issue] = issues
  assert.equal(issues.length, 1)
  assert.equal(issue?.type, 'Vague Deadline')
  assert.equal(issue?.text, 'as soon as possible')
  assert.equal(issue?.suggestedFix, 'by [date]')
})

test('a request with a day is none', async () => {
  const { issues } = await flow.reviewText('Please pay by Friday, 7 May.')
  assert.deepEqual(issues, [])
})

test('every agent ends well on the letters that come with the flow', async () => {
  const letter = new URL('../datasets/letters/application.txt', import.meta.url)
  const { issues, agents } = await flow.reviewFile(letter)
  for (const { status } of Object.values(agents)) assert.notEqual(status, 'failed')
  assert.ok(issues.every(({ unresolved }) => !unresolved))
})
