import { printable } from '../../lib/printable.ts'
import type { GateAsked, GateCalls } from '../../schema/api/gates.ts'
import { count } from '../../schema/figure-words.ts'
import { table } from '../datasets/in-words.ts'

/** What `proofloop gate show` prints of what models were asked. */

const sideInWords = { candidate: 'candidate', baseline: 'in production', anchor: 'anchor' }

export function askedInWords({ split, items }: GateAsked): string {
  if (items.length === 0) return `Nothing is kept that was asked about ${split}.\n`
  const head = [`document of ${split}`, 'version', 'run', 'questions']
  const rows = items.map(({ document, side, run, calls }) => [
    printable(document),
    sideInWords[side],
    `${run}`,
    `${calls}`,
  ])
  return table([head, ...rows])
}

/** Without schemas and parameters, which are long: they are in the JSON. */
export function callsInWords({
  document,
  side,
  run,
  runs,
  items,
}: Omit<GateCalls, 'next'>): string {
  const version = sideInWords[side].replace(/^./u, (letter) => letter.toUpperCase())
  const about = `${printable(document)}, in run ${run} of ${runs}`
  if (items.length === 0) return `${version} asked no model about ${about}, or it is not kept.\n`
  const calls = items.map((call) => `\n${callInWords(call)}`)
  return [`${version} asked of models about ${about}:\n`, ...calls].join('')
}

type Call = GateCalls['items'][number]

function callInWords(call: Call): string {
  const { agent, alias, model, messages, answer, said, fault, isKept } = call
  const name = model === null ? '' : ` (${printable(model)})`
  const vain = fault === null ? '' : `, in vain: ${printable(fault)}`
  const before = isKept ? ', answered before' : ''
  const head = `${printable(agent)} asked ${printable(alias)}${name}${vain}${tokensOf(call)}${before}`
  const prompt = messages?.map(({ role, content }) => saidBy(role, content)) ?? [
    '  No model replied to it, and it asked more so than is kept.\n',
  ]
  const unusable = said == null ? [] : [saidBy('said, and not usable', said)]
  const answered = fault === null ? [saidBy('answer', JSON.stringify(answer))] : []
  return [`${head}\n`, ...prompt, ...unusable, ...answered].join('')
}

/** Line by line, each without what a terminal would obey. */
function saidBy(by: string, text: string): string {
  const [first = '', ...more] = text.split('\n').map(printable)
  return [`  ${by}: ${first}\n`, ...more.map((line) => `    ${line}\n`)].join('')
}

function tokensOf({ inputTokens, outputTokens }: Call): string {
  if (inputTokens === null || outputTokens === null) return ''
  return `, ${count(inputTokens, 'token')} in, ${outputTokens} out`
}
