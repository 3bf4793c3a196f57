import { shortHash } from '../../lib/content-hash.ts'
import { printable } from '../../lib/printable.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type {
  GateAsked,
  GateCalls,
  GateDocuments,
  GateDocumentSide,
  GateReport,
} from '../../schema/api/gates.ts'
import { columnAmount } from '../../schema/figure-words.ts'
import { askedInWords, callsInWords } from '../gate/asked-in-words.ts'
import { modesInWords } from '../gate/modes-in-words.ts'
import { table } from '../datasets/in-words.ts'
import type { Io } from '../io.ts'
import { connectServer, type Server } from '../on-server/connect-server.ts'
import { readingGates, serverFault } from '../on-server/server-faults.ts'

export type ShowGateOptions = Pick<GateCalls, 'split' | 'side' | 'run'> & {
  server: string
  documents?: boolean
  asked?: boolean
  /** Id of the document. */
  calls?: string
  json?: boolean
}

/** What custodians alone may see, as far as it is wanted. */
type Closer = {
  documents: GateDocuments | null
  asked: GateAsked | null
  calls: Omit<GateCalls, 'next'> | null
}

/**
 * What a gate found, as far as who asks may see it; each look is in the audit log.
 * @param id the newest gate when left out
 * @returns 0
 * @throws UserFacingError gate-not-found, options-contradict, server-…
 */
export async function showGate(
  id: string | undefined,
  { server, json, ...options }: ShowGateOptions,
  { env, signal, stdout }: Io,
): Promise<number> {
  const { url, client } = connectServer(server, env)
  try {
    const { items } = await client.gates.list({ limit: 1 }, { signal })
    const gate = id ?? items[0]?.id
    if (gate === undefined) throw new UserFacingError('gate-not-found', 'No gate was asked yet.')
    // First what fewer people may see: who may not has looked at nothing.
    const closer = await lookCloser(client, { ...options, gate, signal })
    const report = await client.gates.get({ gate }, { signal })
    stdout.write(
      json ? `${JSON.stringify({ ...report, ...closer }, null, 2)}\n` : inWords(report, closer),
    )
    return 0
  } catch (error) {
    throw serverFault(error, url, readingGates)
  }
}

type Looking = Omit<ShowGateOptions, 'server' | 'json'> & { gate: string; signal: AbortSignal }

async function lookCloser(
  { gates }: Server['client'],
  { gate, documents, asked, calls: document, split, side, run, signal }: Looking,
): Promise<Closer> {
  const of = { gate, split, side, run }
  return {
    documents: documents ? await gates.documents(measuredOn(of), { signal }) : null,
    asked: asked ? await gates.asked(of, { signal }) : null,
    calls: document === undefined ? null : await allCalls(gates, { ...of, document }, signal),
  }
}

/** @throws UserFacingError options-contradict */
function measuredOn({ gate, split }: Pick<Looking, 'gate' | 'split'>) {
  if (split !== 'evaluation') return { gate, split }
  const sentence = 'Nothing is counted of evaluation: take --asked or --calls.'
  throw new UserFacingError('options-contradict', sentence)
}

type Wanted = Pick<GateCalls, 'split' | 'document' | 'side' | 'run'> & { gate: string }

/** However many they are: so many are told at a time. */
async function allCalls(gates: Server['client']['gates'], wanted: Wanted, signal: AbortSignal) {
  const first = await gates.calls(wanted, { signal })
  const items = [...first.items]
  for (let { next } = first; next !== null;) {
    const more = await gates.calls({ ...wanted, after: next }, { signal })
    items.push(...more.items)
    next = more.next
  }
  const { next: _, ...calls } = first
  return { ...calls, items }
}

function inWords(report: GateReport, { documents, asked, calls }: Closer): string {
  const { gate, comparison, reasons, repeats } = report
  const { isolation, boundary } = gate.walls
  const why = comparison === null ? reasons : [comparison.sentence, ...comparison.reasonsInWords]
  const lines = [
    `Candidate ${shortHash(gate.candidate)}, in production ${shortHash(gate.baseline)}; isolation ${isolation}, boundary ${boundary}${modesInWords(gate)}.`,
    ...why,
  ]
  const closer = [
    documents && documentsInWords(documents, repeats),
    asked && askedInWords(asked),
    calls && callsInWords(calls),
  ]
  const parts = [lines.map((line) => `${printable(line)}\n`).join(''), ...closer]
  return parts.filter((part) => part !== null).join('\n')
}

function documentsInWords({ split, items }: GateDocuments, repeats: number): string {
  if (items.length === 0) return `No document of ${split} was measured.\n`
  const head = [`document of ${split}`, 'version', 'found', 'false', 'missed', 'failed runs']
  const rows = items.flatMap(({ id, baseline, candidate, anchor }) => {
    const sides = { 'in production': baseline, candidate, anchor }
    return Object.entries(sides).flatMap(([name, side]) =>
      side === null ? [] : [[printable(id), name, ...countsOf(side, repeats)]],
    )
  })
  return table([head, ...rows])
}

function countsOf({ agents, failed, runs }: GateDocumentSide, repeats: number): string[] {
  const all = Object.values(agents)
  const sums = (['tp', 'fp', 'fn'] as const).map((name) =>
    all.reduce((sum, counts) => sum + counts[name], 0),
  )
  const told = sums.map((sum) => columnAmount(sum, { repeats }))
  return [...told, failed === 0 ? '' : `${failed} of ${runs}`]
}
