import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { AuditEntry, AuthorGate, GateBudget, GateReport } from '../src/schema/api/gates.ts'
import { json } from './helpers/gate-world.ts'
import { type Finding, recordedTeam, sharedData } from './helpers/recorded-team.ts'

const { present, skipped, lines } = sharedData('contracts')
const sizes = { evaluation: 7, test: 36, audit: 18 }
/** Of 17, for the time that requests take. */
const agentsTaken = 4

const DocumentLine = z.object({
  doc_id: z.string(),
  paragraphs: z.array(z.object({ text: z.string() })),
})
const GoldLine = z.object({
  doc_id: z.string(),
  type: z.string(),
  text: z.string(),
  para_index: z.int(),
  start_utf16: z.int(),
  end_utf16: z.int(),
})

/** `but-8` finds what people found, but each eighth. */
const missEach = [2, 4, 8]

function loadContracts() {
  const gold = lines(GoldLine, 'gold.jsonl')
  const types = [...Map.groupBy(gold, ({ type }) => type)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, agentsTaken)
    .map(([type]) => type)
  const documents = lines(DocumentLine, 'documents.jsonl').map(({ doc_id, paragraphs }) => {
    const own = gold.filter((issue) => issue.doc_id === doc_id && types.includes(issue.type))
    const findings = missEach.flatMap((nth) =>
      own.flatMap(({ type, text, para_index: paragraph }, n): Finding[] =>
        n % nth === 0 ? [] : [{ name: `but-${nth}`, type, text, paragraph }],
      ),
    )
    return { id: doc_id, texts: paragraphs.map(({ text }) => text), gold: own, findings }
  })
  return { documents, types }
}

function exampleLines({ documents }: ReturnType<typeof loadContracts>): string {
  const splits = Object.entries(sizes).flatMap(([split, count]) =>
    Array.from({ length: count }, () => split),
  )
  const examples = documents.map(({ id, texts, gold }, i) => ({
    id,
    split: splits[i],
    paragraphs: texts,
    issues: gold.map(({ type, text, para_index, start_utf16, end_utf16 }) => ({
      type,
      text,
      location: { paragraph: para_index, start: start_utf16, end: end_utf16 },
    })),
  }))
  return examples.map((example) => `${JSON.stringify(example)}\n`).join('')
}

function contractsTeam() {
  const contracts = loadContracts()
  const examples = exampleLines(contracts)
  return recordedTeam({ ...contracts, examples, production: 'but-4' })
}

describe.skipIf(!present)(`a gate on 61 real contracts${skipped}`, () => {
  test('is audited on the other hidden contracts when it is merged', async () => {
    await using team = await contractsTeam()
    const audit = async ({ id, candidate }: AuthorGate): Promise<AuditEntry | null> => {
      const marked = { role: 'baseline', version: candidate }
      await json(team.cleo.ask('POST', '/api/flow/references', marked))
      await json(team.cleo.ask('POST', `/api/gates/${id}/audit`, {}))
      await team.until(async () => (await team.store.gateAudits.get(id))?.state === 'done')
      return (await json<GateReport>(team.cleo.ask('GET', `/api/gates/${id}`))).audit
    }
    const better = await team.gate('but-8')
    expect(better).toMatchObject({ passed: true })
    const passed = await audit(better)
    expect(passed).toMatchObject({ passed: true, margin: 0.05 })
    expect(passed?.delta).toBeGreaterThan(0)
    const worse = await team.gate('but-2')
    expect(worse).toMatchObject({ passed: false, cause: 'quality' })
    // What was not passed is looked at there neither by hand.
    const refused = await team.cleo.ask('POST', `/api/gates/${worse.id}/audit`, {})
    expect(await refused.json()).toMatchObject({ code: 'gate-not-let-in' })
  })

  test('begins anew, budget and all, when a third of its contracts has retired', async () => {
    await using team = await contractsTeam()
    await team.gate('but-8')
    const budget = () => json<GateBudget>(team.eve.ask('GET', '/api/gates/budget'))
    expect(await budget()).toMatchObject({ own: { used: 1 }, left: 9 })
    const rotation = { reviews: [], rotate: true }
    await json(team.cleo.ask('POST', '/api/datasets/recorded/proposals/merge', rotation))
    const wanted = { dataset: 'recorded', limit: 1 }
    const [newest] = await team.store.datasets.versions('everything', wanted)
    const left = newest?.splits.find(({ split }) => split === 'test')
    expect(left?.examples).toBe((sizes.test * 2) / 3)
    expect(await budget()).toMatchObject({ own: { used: 0 }, left: 10 })
    const again = await team.gate('but-8')
    expect(again).toMatchObject({ passed: true })
    expect(await team.store.gates.get(again.id)).toMatchObject({ charge: 1 })
  })
})
