import type { Actor } from '../access/actor.ts'
import { fitIntoDay, mayExport } from '../access/opened-texts.ts'
import { quotedLength, quoteMistakes } from '../evaluation/quote-mistakes.ts'
import type { EvaluationDetails } from '../schema/evaluation-details.ts'
import type { Store } from '../store/store.ts'

type Mistakes = Pick<EvaluationDetails, 'mistakes' | 'mistakesLeftOut'>

/** Characters of quotes that count as one text that is opened. */
const charactersOfText = 10_000

/**
 * Mistakes as somebody may read them: whole paragraphs for who may export, quotes for others. Quotes count as
 * so many texts as they are long, since an agent may be made to report everything; when that is too much for
 * the day, there are none, and figures stay.
 */
export async function shownMistakes<Details extends Mistakes>(
  store: Pick<Store, 'openedTexts' | 'settings' | 'secrets'>,
  actor: Actor,
  { id, details }: { id: string; details: Details },
): Promise<Details & { mistakesHeld: string | null }> {
  const { mistakes, mistakesLeftOut } = details
  if (mayExport(actor) || mistakes.length === 0) return { ...details, mistakesHeld: null }
  const quoted = quoteMistakes(mistakes)
  const units = Math.max(1, Math.round(quotedLength(quoted) / charactersOfText))
  const fitting = await fitIntoDay(store, actor, { kind: 'mistakes', id, units })
  if (fitting.fits) return { ...details, mistakes: quoted, mistakesHeld: null }
  return {
    ...details,
    mistakes: [],
    mistakesLeftOut: mistakesLeftOut + mistakes.length,
    mistakesHeld: fitting.sentence,
  }
}
