import type { ComparedPlace } from '../../../src/schema/api/label-sets.ts'

/** By the number of a place: the position of the label that is taken there, null where none is. */
export type Choices = ReadonlyMap<number, number | null>

/** Of what all agree on the first label is taken; the rest is to be decided. */
export function chosenAtFirst(places: readonly ComparedPlace[]): Choices {
  return new Map(places.flatMap(({ isAgreed }, number) => (isAgreed ? [[number, 0]] : [])))
}

export function decided(
  places: readonly ComparedPlace[],
  choices: Choices,
): { differing: number; done: number } {
  const differing = [...places.entries()].filter(([, { isAgreed }]) => !isAgreed)
  const done = differing.filter(([number]) => choices.has(number)).length
  return { differing: differing.length, done }
}

export function takenOf(
  places: readonly ComparedPlace[],
  choices: Choices,
): ComparedPlace['labels'] {
  return places.flatMap(({ labels }, number) => {
    const label = labels[choices.get(number) ?? -1]
    return label === undefined ? [] : [label]
  })
}
