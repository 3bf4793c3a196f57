import type { Actor } from '../access/actor.ts'
import { fitIntoDay, mayExport, quotedToday } from '../access/opened-texts.ts'
import { quotedLength, quoteMistakes } from '../evaluation/quote-mistakes.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import type { EvaluationDetails, MistakeInContext } from '../schema/evaluation-details.ts'
import type { Store } from '../store/store.ts'

type Mistakes = Pick<EvaluationDetails, 'mistakes' | 'mistakesLeftOut'>

/** Characters of quotes that count as one text that is opened. */
const charactersOfText = 10_000

type Measured<Details> = {
  /** Of the evaluation. */
  id: string
  details: Details
  run: Pick<EvaluationRun, 'dataset' | 'documents'>
}

/**
 * Mistakes as somebody may read them: whole paragraphs for who may export, quotes for others, since an agent may
 * be made to report everything. Quotes come from a share of the documents, and count as so many texts as they are
 * long; when that is too much for the day, there are none. Figures stay.
 */
export async function shownMistakes<Details extends Mistakes>(
  store: Pick<Store, 'openedTexts' | 'settings' | 'secrets'>,
  actor: Actor,
  { id, details, run }: Measured<Details>,
): Promise<Details & { mistakesHeld: string | null }> {
  const { mistakes } = details
  if (mayExport(actor) || mistakes.length === 0) return { ...details, mistakesHeld: null }
  const documents = run.documents.map((document) => document.id)
  const { quoted, sentence } = await quotedToday(store, { dataset: run.dataset, documents })
  const told = quoteMistakes(mistakes.filter(({ document }) => quoted.has(document)))
  const held = told.length < mistakes.length ? sentence : null
  if (told.length === 0) return withMistakes(details, [], held)
  const units = Math.max(1, Math.round(quotedLength(told) / charactersOfText))
  const fitting = await fitIntoDay(store, actor, { kind: 'mistakes', id, units })
  return fitting.fits
    ? withMistakes(details, told, held)
    : withMistakes(details, [], fitting.sentence)
}

function withMistakes<Details extends Mistakes>(
  details: Details,
  told: MistakeInContext[],
  mistakesHeld: string | null,
): Details & { mistakesHeld: string | null } {
  const left = details.mistakes.length - told.length
  const mistakesLeftOut = details.mistakesLeftOut + left
  return { ...details, mistakes: told, mistakesLeftOut, mistakesHeld }
}
