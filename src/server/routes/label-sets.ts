import { datasetReader } from '../../access/dataset-reader.ts'
import { openExample } from '../../access/opened-texts.ts'
import { versionEntry } from '../../dataset/dataset-answers.ts'
import { labellingExample, saveLabelSet } from '../../labelling/label-apart.ts'
import { labellingEntries, labelProgress } from '../../labelling/label-progress.ts'
import type { LabellingHost } from '../../labelling/labelling-host.ts'
import { settleLabels } from '../../labelling/settle-labels.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import type { Implementer } from '../implementer.ts'
import type { RequestContext } from '../request-context.ts'

export function labelSetRoutes(os: Implementer['labelSets'], { store }: Pick<ReviewHost, 'store'>) {
  const hostFor = async ({ actor }: Pick<RequestContext, 'actor'>): Promise<LabellingHost> => ({
    store,
    actor,
    nameOf: await peopleNames(store),
  })
  return {
    progress: os.progress.handler(async ({ input, context }) =>
      labelProgress(await hostFor(context), input.dataset),
    ),
    examples: os.examples.handler(async ({ input, context }) => {
      const items = await labellingEntries(await hostFor(context), input)
      return { items, next: items.length === input.limit ? (items.at(-1)?.id ?? null) : null }
    }),
    example: os.example.handler(async ({ input, context }) => {
      const found = await labellingExample(await hostFor(context), input)
      await openExample(store, context.actor, found)
      return found
    }),
    save: os.save.handler(async ({ input, context }) => {
      const host = await hostFor(context)
      await openExample(store, context.actor, input)
      await saveLabelSet(host, input)
      return labellingExample(host, input)
    }),
    settle: os.settle.handler(async ({ input, context }) => {
      const host = await hostFor(context)
      const { version, ...done } = await settleLabels(host, { ...input, note: input.note ?? null })
      if (!done.added) await datasetReader(store, context.actor).recordShown(version)
      return { ...versionEntry(version, host.nameOf), ...done }
    }),
  }
}
