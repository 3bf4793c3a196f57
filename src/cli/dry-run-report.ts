import type { Flow } from '../flow/open-flow.ts'
import type { AskedOfModel } from '../model/dry-run.ts'
import { costOf } from '../model/model-cost.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { Io } from './io.ts'
import { formatCost } from './progress.ts'

type Announced = AskedOfModel & {
  /** Of the input of `requests` alone, and of all with as much output as there may be; null where unknown. */
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
  const cost = (input: number | null, output: number | null): number | null => {
    if (own.requests + own.mayFollow === 0) return 0
    if (price === undefined || input === null || output === null) return null
    return costOf({ input, cachedInput: 0, output }, price)
  }
  return {
    ...own,
    costAtLeast: cost(own.input, 0),
    costAtMost: cost(own.allInputAtMost, own.allOutputAtMost),
    currency: price?.currency ?? null,
  }
}

function format(own: Announced): string {
  const count = (value: number): string => value.toLocaleString('en')
  const more =
    own.mayFollow > 0 ? ` and at most ${count(own.mayFollow)} to judge what they find` : ''
  const lines = [
    `${own.alias} (${own.model}): ${count(own.requests)} requests${more}; ${count(own.cached)} answers are kept`,
    `  tokens: in ${tokenRange(own.input, own.allInputAtMost)}, out ${tokenRange(0, own.allOutputAtMost)}`,
    `  cost: ${costRange(own)}`,
  ]
  return `${lines.join('\n')}\n`
}

function tokenRange(least: number, most: number | null): string {
  const count = (value: number): string => value.toLocaleString('en')
  if (most === null) return least === 0 ? 'not bounded' : `about ${count(least)} and more`
  if (least === 0) return `at most ${count(most)}`
  return least === most ? `about ${count(least)}` : `about ${count(least)} to ${count(most)}`
}

function costRange({ requests, mayFollow, ...own }: Announced): string {
  const { costAtLeast, costAtMost, currency } = own
  if (requests + mayFollow === 0) return 'nothing'
  if (costAtLeast === null) return 'unknown; give the model a price in proofloop.config.ts'
  const least = formatCost(costAtLeast, currency)
  if (costAtMost === null) return `${least} and more; set maxOutputTokens to bound it`
  return `${least} to ${formatCost(costAtMost, currency)}`
}
