import { parse } from 'csv-parse/sync'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, test } from 'vitest'
import { promiseFlow } from '../../test/helpers/promise-flow.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { writePdf } from '../../test/helpers/write-pdf.ts'
import { answer } from '../model/scripted-reply.ts'
import { startScriptedServer } from '../model/scripted-server.ts'
import type { DocumentEntry, ReviewEntry, ReviewEvent } from '../schema/workplace.ts'

const sentence = 'The office will always be open.'

/** Two more than are kept of one sentence. */
const issues = Array.from({ length: 12 }, (_, n) => ({
  para_index: 0,
  source_sentence: sentence,
  text: 'always',
  explanation: 'It is untrue with the first exception.',
  suggested_fix: `on day ${n}`,
}))

test('how many issues were left out is told by the API, its events and every export', async () => {
  await using models = await startScriptedServer(() => answer({ issues }))
  await using flow = await promiseFlow(models)
  await using server = await testServer({ work: true, flow: flow.path('flow'), env: flow.env })
  const { solo: ask } = server
  const json = async <T>(response: Promise<Response>): Promise<T> =>
    (await (await response).json()) as T
  const pdf = new Uint8Array(writePdf([{ texts: [{ x: 72, y: 700, text: sentence }] }]))
  const { sha256 } = await json<DocumentEntry>(
    ask('POST', '/api/documents', formWith(pdf, 'memo.pdf')),
  )
  const request = { document: sha256, agents: ['absolutes'] }
  const { id } = await json<ReviewEntry>(ask('POST', '/api/reviews', request))
  const stream = await ask('GET', `/api/reviews/${id}/events?until=complete`)
  const told = (await stream.text()).split('\n').filter((line) => line.startsWith('data: {'))
  const events = told.map((line) => JSON.parse(line.slice(6)) as ReviewEvent)
  const expected = { name: 'absolutes', issues: 10, leftOut: 2, status: 'done' }
  expect(events.findLast(({ type }) => type === 'agent')).toMatchObject({ agent: expected })
  expect(await json(ask('GET', `/api/reviews/${id}`))).toMatchObject({ agents: [expected] })

  const exported = (format: string): Promise<Response> =>
    ask('GET', `/api/reviews/${id}/export/${format}`)
  expect(await json(exported('json'))).toMatchObject({ review: { agents: [expected] } })
  const rows = parse(await (await exported('csv')).text(), { columns: true, bom: true })
  expect(rows).toHaveLength(10)
  expect(rows[0]).toMatchObject({ agent: 'absolutes', 'left out of agent': '2' })
  const task = getDocument({
    data: new Uint8Array(await (await exported('pdf')).arrayBuffer()),
    verbosity: 0,
  })
  const notes = await (await (await task.promise).getPage(1)).getAnnotations()
  expect(notes.filter(({ subtype }) => subtype === 'Text')).toMatchObject([
    {
      contentsObj: { str: 'absolutes: 2 more issues were left out: too many for one part.' },
      rect: [20, 752, 40, 772],
    },
  ])
  await task.destroy()
})
