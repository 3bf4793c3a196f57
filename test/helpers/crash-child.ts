import { z } from 'zod'
import { keptAnswers } from '../../src/model/kept-answers.ts'
import { openAnswerJournal } from '../../src/model/answer-journal.ts'
import { createModelHost } from '../../src/model/create-model-host.ts'
import { ModelSettings } from '../../src/schema/config.ts'
import { openStore } from '../../src/store/open-store.ts'

/**
 * Asks `count` questions and prints, once all are answered, the answers and the account. Each number
 * is printed as soon as its answer is durable. Arguments: base URL, where answers are kept (a journal
 * when it ends in .jsonl, else the folder of a store), count.
 */
const [baseURL = '', place = '', count = ''] = process.argv.slice(2)
const Echo = z.strictObject({ said: z.string() })
await using store = place.endsWith('.jsonl')
  ? null
  : await openStore({ dataFolder: place, exclusive: false })
await using cache = store === null ? await openAnswerJournal(place) : keptAnswers(store)
const settings = { provider: 'openai-compatible', model: 'tiny', baseURL }
const models = { reader: ModelSettings.parse(settings) }
await using host = createModelHost({ models, env: {}, directory: '.', cache })
const asked = Array.from({ length: Number(count) }, async (_, index) => {
  const { said } = await host.ask({
    alias: 'reader',
    agent: `agent ${index % 4}`,
    messages: [{ role: 'user', content: `question ${index}` }],
    schema: Echo,
    schemaName: 'echo',
    parameters: {},
    origin: 'crash',
    sample: 'agent 0/0',
  })
  process.stdout.write(`durable ${index}\n`)
  return said
})
const answers = await Promise.all(asked)
process.stdout.write(`${JSON.stringify({ answers, account: host.account().total })}\n`)
