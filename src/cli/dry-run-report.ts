import type { Flow } from '../flow/open-flow.ts'
import type { AskedOfModel } from '../model/dry-run.ts'
import { costOf } from '../model/model-cost.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { Io } from './io.ts'
import { formatCost } from './progress.ts'

type Announced = AskedOfModel & {
  /** Of the input alone, and with as much output as there may be; null where it is not known. */
  costAtLeast: number | null
  costAtMost: number | null
  currency: string | null
}

/** Says what a run would send and cost; nothing was sent. */
export function printDryRun(asked: AskedOfModel[], flow: Flow, io: Io & { json: boolean }): void {
  const announced = asked.map((own) => withCost(own, flow.config.models[own.alias]?.price))
  if (io.json) {
    io.stdout.write(`${JSON.stringify({ dryRun: true, models: announced }, null, 2)}\n`)
    return
  }
  io.stdout.write('Dry run: nothing was sent.\n')
  if (announced.length === 0) io.stdout.write('No agent asks a model.\n')
  for (const own of announced) io.stdout.write(format(own))
}

function withCost(own: AskedOfModel, price: ModelPrice | undefined): Announced {
  const cost = (outputTokens: number | null): number | null => {
    if (own.requests === 0) return 0
    if (price === undefined || outputTokens === null) return null
    return costOf({ input: own.input, cachedInput: 0, output: outputTokens }, price)
  }
  const currency = price?.currency ?? null
  return { ...own, costAtLeast: cost(0), costAtMost: cost(own.outputAtMost), currency }
}

function format(own: Announced): string {
  const count = (value: number): string => value.toLocaleString('en')
  const more =
    own.mayFollow > 0 ? ` and at most ${count(own.mayFollow)} to judge what they find` : ''
  const output = own.outputAtMost === null ? 'not bounded' : `at most ${count(own.outputAtMost)}`
  const lines = [
    `${own.alias} (${own.model}): ${count(own.requests)} requests${more}; ${count(own.cached)} answers are kept`,
    `  tokens of the ${count(own.requests)} requests: about ${count(own.input)} in, out ${output}`,
    `  cost of the ${count(own.requests)} requests: ${formatRange(own)}`,
  ]
  return `${lines.join('\n')}\n`
}

function formatRange({ requests, costAtLeast, costAtMost, currency }: Announced): string {
  if (requests === 0) return 'nothing'
  if (costAtLeast === null) return 'unknown; give the model a price in proofloop.config.ts'
  const least = formatCost(costAtLeast, currency)
  if (costAtMost === null) return `${least} for the input; set maxOutputTokens to bound the rest`
  return `${least} to ${formatCost(costAtMost, currency)}`
}
