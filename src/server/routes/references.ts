import type { Actor } from '../../access/actor.ts'
import { record, recordShown } from '../../access/audit.ts'
import { markedVersions, markReference } from '../../gate/mark-reference.ts'
import {
  measureReferences,
  measureRotated,
  referenceMeasures,
  withoutSmallCells,
} from '../../gate/measure-references.ts'
import { referencesAsked, referencesCalls } from '../../gate/reference-calls.ts'
import type { TestHost } from '../../gate/test-bench.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReferenceMeasures } from '../../schema/api/dataset-references.ts'
import type { References } from '../../schema/api/flows.ts'
import type { StoredReference } from '../../schema/reference-version.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'
import { nameOfExample } from '../name-of-example.ts'
import { requireFigures } from '../require-figures.ts'

type Host = Omit<TestHost, 'store'> & { store: Store }

/** Of hidden examples, `store` tells whoever may see them the figures alone; `beyond` reads them to measure on. */
type FigureHost = Host & { beyond: Host }

/** Versions that others are compared with. */
export function referenceRoutes(
  os: Pick<Implementer['flows'], 'references' | 'markReference'>,
  host: Host,
) {
  return {
    references: os.references.handler(() => referencesOf(host)),
    markReference: os.markReference.handler(async ({ input, context: { actor } }) => {
      const { role, version = (await host.flows.current()).hash } = input
      const { hash } = await host.flows.get(version)
      const marked = { action: 'reference-marked' as const, subject: hash, details: { role } }
      await record(host.store, actor, marked)
      await markReference(host, { role, version: hash, by: actor.id })
      await measureRotated(host)
      return referencesOf(host)
    }),
  }
}

/** How they measure on hidden examples. */
export function measureRoutes(
  os: Pick<
    Implementer['datasets'],
    'references' | 'referencesAsked' | 'referencesCalls' | 'measureReferences'
  >,
  host: FigureHost,
) {
  return {
    ...askedRoutes(os, host),
    references: os.references.handler(async ({ input: { dataset }, context: { actor } }) => {
      requireFigures(actor)
      return figuresFor(host, actor, dataset)
    }),
    measureReferences: os.measureReferences.handler(
      async ({ input: { dataset }, context: { actor } }) => {
        requireFigures(actor)
        await measureReferences(host.beyond, { dataset, person: actor.id, again: true })
        return figuresFor(host, actor, dataset)
      },
    ),
  }
}

/** What measuring them asked of models, for custodians. */
function askedRoutes(
  os: Pick<Implementer['datasets'], 'referencesAsked' | 'referencesCalls'>,
  { store }: FigureHost,
) {
  return {
    referencesAsked: os.referencesAsked.handler(async ({ input, context: { actor } }) => {
      requireFigures(actor)
      const found = await referencesAsked(store, input)
      const details = { dataset: found.dataset, split: 'test', asked: true }
      const subject = found.evaluation ?? found.dataset
      await record(store, actor, { action: 'hidden-read', subject, details })
      return found
    }),
    referencesCalls: os.referencesCalls.handler(async ({ input, context: { actor } }) => {
      requireFigures(actor)
      const found = await referencesCalls(store, input)
      const { dataset, evaluation: subject, run } = found
      const document = await nameOfExample(store, found)
      const details = { dataset, split: 'test', run, document }
      await record(store, actor, { action: 'hidden-read', subject, details })
      return found
    }),
  }
}

async function referencesOf(host: Host): Promise<References> {
  const nameOf = await peopleNames(host.store)
  const told = (marked: StoredReference | null) =>
    marked && {
      version: marked.version,
      markedBy: nameOf(marked.markedBy),
      markedAt: marked.markedAt,
    }
  const { flow, baseline, anchor } = await markedVersions(host)
  return { flow, baseline: told(baseline), anchor: told(anchor) }
}

/** As far as they may see them; the audit log knows of the look. */
export async function figuresFor(
  { beyond, ...host }: FigureHost,
  actor: Actor,
  dataset: string,
): Promise<ReferenceMeasures> {
  const nameOf = await peopleNames(host.store)
  // How large the split is, the newest version says, which approvers do not see.
  const { testEvaluations } = host.store
  const reading = { ...beyond, store: { ...beyond.store, testEvaluations } }
  const found = await referenceMeasures(reading, { dataset, nameOf })
  if (found === null) return { dataset, test: null, items: [], leftOut: [] }
  const { hash, items, leftOut } = found
  // That there is a split to measure on is told, too, before anything was measured.
  const details = { dataset, split: 'test', figures: true }
  const content = JSON.stringify(items.map(({ evaluation }) => evaluation?.id ?? null))
  const event = { action: 'hidden-read' as const, subject: hash, details, content }
  await recordShown(host.store, actor, event)
  const seesAll = actor.roles.includes('custodian')
  const told = items.map(({ evaluation, ...item }) => {
    return {
      ...item,
      evaluation: seesAll ? evaluation : evaluation && withoutSmallCells(evaluation, leftOut),
    }
  })
  const named = new Set(told.flatMap(({ evaluation }) => Object.keys(evaluation?.agents ?? {})))
  return { dataset, test: hash, items: told, leftOut: [...leftOut.intersection(named)] }
}
