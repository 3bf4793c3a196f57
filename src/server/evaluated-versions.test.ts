import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { workOnEvaluations } from '../evaluation/start-evaluation.ts'
import type { EvaluationEntry } from '../schema/api/evaluations.ts'

type Server = Awaited<ReturnType<typeof testServer>>

async function add({ solo }: Pick<Server, 'solo'>, mode: string, ...ids: string[]): Promise<void> {
  const lines = ids.map((id) =>
    JSON.stringify({ id, split: 'evaluation', paragraphs: [`We always pay ${id}.`], issues: [] }),
  )
  const form = formWith(lines.join('\n'), 'letters.jsonl')
  for (const [name, value] of Object.entries({ splits: 'given', mode })) form.set(name, value)
  expect((await solo('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
}

test.each([
  ['added', 'add', ['b']],
  ['replaced', 'replace', ['c']],
])(
  'an evaluation that waits measures the version that it was asked for, when another one is %s',
  async (_, mode, ids) => {
    await using server = await testServer()
    await add(server, 'replace', 'a')
    const asked = { dataset: 'letters', agents: ['definitive-language'], repeats: 1 }
    const started = await server.solo('POST', '/api/evaluations', asked)
    const { id, datasetHash } = (await started.json()) as EvaluationEntry
    await add(server, mode, ...ids)
    await workOnEvaluations(server.host)
    const now = async () => {
      const answer = await server.solo('GET', `/api/evaluations/${id}`)
      return (await answer.json()) as EvaluationEntry
    }
    await server.until(async () => ['done', 'failed'].includes((await now()).state))
    expect(await now()).toMatchObject({ state: 'done', documents: 1, datasetHash })
  },
)
