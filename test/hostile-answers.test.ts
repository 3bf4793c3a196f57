import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { answer, httpError, rawReply, type ScriptedReply } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { promiseFlow } from './helpers/promise-flow.ts'
import { runInProcess } from './helpers/run-in-process.ts'

const letter = 'We will always pay what you ask for.\n\nNobody reads the second paragraph.'
const sentence = 'We will always pay what you ask for.'
const found = {
  para_index: 0,
  source_sentence: sentence,
  text: 'always',
  explanation: 'The first exception makes it untrue.',
  suggested_fix: 'usually',
}
const right = answer({ issues: [found] })

/** What `review` says of a letter when a model answers so, one reply after the other. */
async function reviewed(...replies: ScriptedReply[]) {
  await using server = await startScriptedServer((_, nth) => replies[nth] ?? httpError(418))
  await using flow = await promiseFlow(server, 1)
  await writeFile(flow.path('letter.txt'), letter)
  const argv = ['review', 'letter.txt', '--flow', 'flow', '--agents', 'absolutes', '--json']
  const { stdout, stderr } = await runInProcess(argv, flow.folder, { env: flow.env })
  for (const secret of [flow.key, 'pay what you', 'Nobody reads', 'first exception']) {
    expect(stderr).not.toContain(secret)
  }
  const { issues, agents } = JSON.parse(stdout)
  return { issues, agent: agents.absolutes, requests: server.requests }
}

const wrongFields = answer({ issues: [{ ...found, para_index: 'first' }] })

test.each([
  ['does not fit the schema', wrongFields],
  ['has a field that nobody asked for', answer({ issues: [{ ...found, run: 'rm -rf /' }] })],
  ['is no JSON', answer('{"issues": [')],
  ['is prose', answer('I have found no issue, and I wish you a nice day.')],
  ['says a field twice', answer('{"issues": [], "issues": []}')],
  ['has a __proto__', answer('{"issues": [], "__proto__": {"polluted": true}}')],
])('an answer that %s is asked for once more, with what is wrong', async (_, reply) => {
  const { issues, agent, requests } = await reviewed(reply, right)
  expect(agent).toMatchObject({ status: 'done', issues: 1 })
  expect(issues).toMatchObject([{ text: 'always', location: { paragraph: 0, start: 8, end: 14 } }])
  expect(requests).toHaveLength(2)
  const [first = [], again = []] = requests.map(({ messages }) => messages)
  expect(again.slice(0, first.length)).toEqual(first)
  expect(again.slice(first.length).map(({ role }) => role)).toEqual(['assistant', 'user'])
  expect('polluted' in {}).toBe(false)
})

test('the second request says which field is wrong', async () => {
  const { requests } = await reviewed(wrongFields, right)
  expect(requests[1]?.messages.at(-1)?.content).toMatch(/issues\.0\.para_index/u)
})

test.each([
  ['in a fence', `\`\`\`json\n${JSON.stringify({ issues: [found] })}\n\`\`\``],
  ['between prose', `Here you are: ${JSON.stringify({ issues: [found] })} Is there more?`],
])('an answer %s is taken as it is', async (_, text) => {
  const { issues, requests } = await reviewed(answer(text))
  expect([issues.length, requests.length]).toEqual([1, 1])
})

test.each([
  ['is wrong twice', 'answer-invalid', [wrongFields, wrongFields]],
  ['is a refusal', 'model-refused', [answer('', { refusal: 'I cannot do that.' })]],
  ['is cut off', 'answer-truncated', [answer('{"issues": [', { finishReason: 'length' })]],
  ['has 10 MB', 'answer-too-long', [rawReply('x'.repeat(10_000_000))]],
])('an answer that %s fails the part, and nothing more is sent', async (_, code, replies) => {
  const { issues, agent, requests } = await reviewed(...replies)
  expect(issues).toEqual([])
  expect(agent).toMatchObject({ status: 'failed', reason: expect.stringContaining(`[${code}]`) })
  expect(agent.reason).not.toMatch(/first exception|I cannot do that/u)
  expect(requests).toHaveLength(replies.length)
})

test('a quote that is not in the document is kept, and has no place', async () => {
  const lost = { ...found, text: 'forever', source_sentence: 'We pay forever.' }
  const { issues } = await reviewed(answer({ issues: [lost] }))
  expect(issues).toMatchObject([
    { text: 'forever', unresolved: true, location: { paragraph: null, start: null, quads: [] } },
  ])
})

test.each([1, 99, -3])(
  'the right quote with paragraph number %i is put where it stands',
  async (n) => {
    const { issues } = await reviewed(answer({ issues: [{ ...found, para_index: n }] }))
    expect(issues).toMatchObject([
      { unresolved: false, location: { paragraph: 0, start: 8, sourceSentence: sentence } },
    ])
  },
)

test('of a thousand issues for one sentence ten are kept, and the agent’s line counts the rest', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ ...found, suggested_fix: `fix ${i}` }))
  const { issues, agent } = await reviewed(answer({ issues: many }))
  expect(issues).toHaveLength(10)
  expect(agent).toMatchObject({
    status: 'done',
    reason: expect.stringMatching(/^990 more issues/u),
  })
})
