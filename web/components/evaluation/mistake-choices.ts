import type { MistakeInContext, MistakeKind } from '../../../src/schema/evaluation-details.ts'
import { count } from '../../../src/schema/figure-words.ts'

/** Most instructive first. */
const kindOrder: Record<MistakeKind, number> = {
  'wrong type': 0,
  'bad span': 1,
  duplicate: 2,
  spurious: 3,
  missed: 4,
}

/** A value that mistakes can be narrowed down to, and how often it occurs. */
export type Choice = { value: string; label: string }
export type MistakeChoices = Record<'kind' | 'type' | 'document', Choice[]>

/** What a filter of these mistakes offers. */
export function mistakeChoices(mistakes: readonly MistakeInContext[]): MistakeChoices {
  const types = ({ detected, truth }: MistakeInContext): string[] =>
    [detected, truth].flatMap((side) => side?.type ?? [])
  const kinds = mistakes.map(({ kind }) => kind)
  return {
    kind: tally(kinds, (a, b) => kindOrder[a] - kindOrder[b]),
    type: tally(mistakes.flatMap((mistake) => [...new Set(types(mistake))])),
    document: tally(mistakes.map(({ document }) => document)),
  }
}

/** Each value with how often it occurs, by code units unless an order is given. */
function tally<Value extends string>(
  values: readonly Value[],
  order: (a: Value, b: Value) => number = (a, b) => (a < b ? -1 : 1),
): Choice[] {
  return [...Map.groupBy(values, (value) => value)]
    .toSorted(([a], [b]) => order(a, b))
    .map(([value, own]) => ({ value, label: `${value} (${own.length})` }))
}

/** How many are shown of how many. */
export function shownMistakes(shown: number, all: number): string {
  return `${shown < all ? `${shown} of ` : ''}${count(all, 'mistake')}`
}
