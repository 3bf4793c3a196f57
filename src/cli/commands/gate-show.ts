import { shortHash } from '../../lib/content-hash.ts'
import { printable } from '../../lib/printable.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type { GateDocuments, GateDocumentSide, GateReport } from '../../schema/api/gates.ts'
import { columnAmount } from '../../schema/figure-words.ts'
import { modesInWords } from '../gate/modes-in-words.ts'
import { table } from '../datasets/in-words.ts'
import type { Io } from '../io.ts'
import { connectServer } from '../on-server/connect-server.ts'
import { readingGates, serverFault } from '../on-server/server-faults.ts'

export type ShowGateOptions = {
  server: string
  documents?: boolean
  split: GateDocuments['split']
  json?: boolean
}

/**
 * What a gate found, as far as who asks may see it; each look is in the audit log.
 * @param id the newest gate when left out
 * @returns 0
 * @throws UserFacingError gate-not-found, server-…
 */
export async function showGate(
  id: string | undefined,
  { server, documents = false, split, json }: ShowGateOptions,
  { env, signal, stdout }: Io,
): Promise<number> {
  const { url, client } = connectServer(server, env)
  try {
    const { items } = await client.gates.list({ limit: 1 }, { signal })
    const gate = id ?? items[0]?.id
    if (gate === undefined) throw new UserFacingError('gate-not-found', 'No gate was asked yet.')
    // First what fewer people may see: who may not has looked at nothing.
    const found = documents ? await client.gates.documents({ gate, split }, { signal }) : null
    const report = await client.gates.get({ gate }, { signal })
    const all = { ...report, documents: found }
    stdout.write(json ? `${JSON.stringify(all, null, 2)}\n` : inWords(report, found))
    return 0
  } catch (error) {
    throw serverFault(error, url, readingGates)
  }
}

function inWords(report: GateReport, documents: GateDocuments | null): string {
  const { gate, comparison, reasons } = report
  const { isolation, boundary } = gate.walls
  const why = comparison === null ? reasons : [comparison.sentence, ...comparison.reasonsInWords]
  const lines = [
    `Candidate ${shortHash(gate.candidate)}, in production ${shortHash(gate.baseline)}; isolation ${isolation}, boundary ${boundary}${modesInWords(gate)}.`,
    ...why,
  ]
  const text = lines.map((line) => `${printable(line)}\n`).join('')
  return documents === null ? text : `${text}\n${documentsInWords(documents, report.repeats)}`
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
