import type { ReferenceMeasure } from '../../src/schema/api/dataset-references.ts'

/** Milliseconds between looks at what is being measured. */
const lookEvery = 1000

type Read = { state: { data?: { items: ReferenceMeasure[] } | undefined } }

/** How soon baseline and anchor are looked at again: while one of them is being measured. */
export function followMeasuring({ state: { data } }: Read): number | false {
  return data?.items.some(isUnderWay) === true ? lookEvery : false
}

function isUnderWay({ evaluation }: ReferenceMeasure): boolean {
  return evaluation?.state === 'queued' || evaluation?.state === 'running'
}
