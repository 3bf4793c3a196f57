import { expect, test } from 'vitest'
import { startGitHub } from './github-double.ts'

const pulls = '/repos/acme/reviews/pulls'

test('what GitHub does not describe is noticed, also where it refuses or is away', async () => {
  await using github = await startGitHub()
  const ask = async (method: string, address: string, body?: object) => {
    const content = body && JSON.stringify(body)
    const headers = { authorization: `Bearer ${github.callers.personal}` }
    const answer = fetch(`${github.origin}${address}`, { method, headers, body: content })
    return (await answer.catch(() => null))?.status ?? null
  }
  const noticed = async (work: () => Promise<unknown>, status: number | null) => {
    expect(await work()).toBe(status)
    return github.faults().join('\n')
  }
  const get = () => ask('GET', `${pulls}/7`)
  expect(await noticed(get, 404)).toBe('')
  expect(await noticed(() => ask('GET', `${pulls}/seven`), 404)).toContain('pull_number')
  expect(await noticed(() => ask('GET', `${pulls}?sorted=created`), 200)).toContain('sorted')
  const same = { title: 'Less', head: 'main', base: 'main' }
  expect(await noticed(() => ask('POST', pulls, same), 422)).toBe('')
  const wrong = { ...same, bass: 'main' }
  expect(await noticed(() => ask('POST', pulls, wrong), 422)).toContain('knows no bass')

  github.known.fault = { kind: 'answer', status: 418 }
  expect(await noticed(get, 418)).toContain('describes no answer 418')
  github.known.fault = { kind: 'answer', status: 502 }
  expect(await noticed(get, 502)).toBe('')
  github.known.fault = { kind: 'down' }
  expect(await noticed(() => ask('POST', pulls, wrong), null)).toContain('knows no bass')
})
